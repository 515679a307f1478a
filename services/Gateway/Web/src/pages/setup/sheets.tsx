import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { leadsToItself, printedAddress } from '../../address';
import { t } from '../../i18n';
import { Qr } from '../../qr';
import type { Branch, Queue } from '../../types';
import { Brand, Field, Page, SignOut } from '../../ui';

/** What goes on the wall: a poster for each queue, and where the hall's screen and the kiosk begin. */
export function Sheets({ branch, queues }: { branch: Branch; queues: Queue[] }) {
  const [address, setAddress] = useState(printedAddress);
  const base = address.trim().replace(/\/+$/, '');
  return (
    <Page head={<SignOut />} wide>
      <section class="card stack no-print">
        <h1>{t('setupReady', { name: branch.name })}</h1>
        <p>{t('setupSheetsText')}</p>
        <Field
          label={t('setupAddress')}
          hint={t('setupAddressHint')}
          type="url"
          dir="ltr"
          value={address}
          onInput={(e) => setAddress(e.currentTarget.value)}
        />
        <div role="status">{leadsToItself(base) && <p class="notice warn">{t('setupLocal', { address: base })}</p>}</div>
        <div class="row">
          <button type="button" class="primary" onClick={() => print()}>
            {t('setupPrint')}
          </button>
          <a class="button" href="/counter">
            {t('counterTitle')}
          </a>
          <a class="button" href="/manage/queues">
            {t('manageTitle')}
          </a>
        </div>
      </section>
      <div class="sheets">
        {queues.map((queue) => (
          <Sheet key={queue.id} place={branch.name} title={queue.name} address={`${base}/q/${queue.id}`} does={t('posterText')}>
            {queue.description && <p>{queue.description}</p>}
          </Sheet>
        ))}
        <Sheet place={branch.name} title={t('displayTitle')} address={`${base}/display`} does={t('setupHallText')} />
        <Sheet place={branch.name} title={t('kioskTitle')} address={`${base}/kiosk`} does={t('setupKioskText')} />
      </div>
    </Page>
  );
}

function Sheet({
  place,
  title,
  address,
  does,
  children,
}: {
  place: string;
  title: string;
  address: string;
  does: string;
  children?: ComponentChildren;
}) {
  return (
    <article class="card sheet">
      <p class="sheet-place">{place}</p>
      <h2>{title}</h2>
      {children}
      <Qr text={address} label={`${title}: ${address}`} />
      <p class="sheet-do">{does}</p>
      <p class="sheet-address" dir="ltr">
        {address}
      </p>
      <div class="sheet-brand">
        <Brand />
      </div>
    </article>
  );
}
