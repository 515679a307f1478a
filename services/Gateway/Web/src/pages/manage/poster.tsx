import { printedAddress } from '../../address';
import { t } from '../../i18n';
import { Qr } from '../../qr';
import type { Queue } from '../../types';
import { Brand } from '../../ui';

/** For the door: anyone who scans it can take a number. */
export function Poster({ queue }: { queue: Queue }) {
  const address = `${printedAddress()}/q/${queue.id}`;
  return (
    <main class="poster" id="main">
      <p class="no-print row">
        <a class="button" href="/manage/queues">
          {t('back')}
        </a>
        <button type="button" class="primary" onClick={() => print()}>
          {t('print')}
        </button>
      </p>
      <h1>{queue.name}</h1>
      {queue.description && <p>{queue.description}</p>}
      <Qr text={address} label={t('qrJoin')} />
      <p class="poster-do">{t('posterText')}</p>
      <p class="poster-address" dir="ltr">
        {address}
      </p>
      <Brand />
    </main>
  );
}
