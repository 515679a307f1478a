import { useState } from 'preact/hooks';
import { api, session, setUser } from '../../api';
import { t } from '../../i18n';
import type { User } from '../../types';
import { Failure, Page, useTask, useTitle } from '../../ui';
import { forgetLinkToken, linkToken } from './link';

/** Waits for a press: programs that look into mail open links too, and must not confirm for anybody. */
export default function VerifyPage() {
  const [token] = useState(linkToken);
  const [done, setDone] = useState(false);
  const task = useTask();
  useTitle(t('verifyTitle'));
  const confirm = () =>
    task.run(async () => {
      await api('POST', '/api/auth/verify-email', { token });
      forgetLinkToken();
      setDone(true);
      if (session()) setUser(await api<User>('GET', '/api/users/me'));
    });
  return (
    <Page>
      <div class="card stack">
        <h1>{t('verifyTitle')}</h1>
        <Failure text={task.error ?? (token ? null : t('errorLink'))} />
        {token && !done && (
          <>
            <p>{t('verifyText')}</p>
            <button type="button" class="primary" disabled={task.busy} onClick={() => void confirm()}>
              {t('confirm')}
            </button>
          </>
        )}
        <div role="status">{done && <p>{t('verifyDone')}</p>}</div>
        <p>
          <a href="/account">{t('accountTitle')}</a>
        </p>
      </div>
    </Page>
  );
}
