import { useState } from 'preact/hooks';
import { api, setSession, type SignedIn } from '../../api';
import { t } from '../../i18n';
import type { User } from '../../types';
import { Failure, Field, may, Page, useTask, useTitle } from '../../ui';
import { forgetLinkToken, linkToken } from './link';
import { NewPassword } from './new-password';

export default function AcceptPage() {
  const [token] = useState(linkToken);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [accepted, setAccepted] = useState<User | null>(null);
  const task = useTask();
  useTitle(t('acceptTitle'));
  if (accepted) {
    return (
      <Page>
        <h1>{t('acceptDone', { name: accepted.name })}</h1>
        <ul class="links">
          {(['counter', 'manage'] as const).map(
            (page) =>
              may(accepted, 'operator') && (
                <li key={page}>
                  <a href={`/${page}`}>
                    <strong>{t(`${page}Title`)}</strong>
                  </a>
                </li>
              ),
          )}
          <li>
            <a href="/account">
              <strong>{t('accountTitle')}</strong>
            </a>
          </li>
        </ul>
      </Page>
    );
  }
  return (
    <Page>
      <form
        class="card stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const answer = await api<SignedIn>('POST', '/api/auth/accept', { token, name, password });
            forgetLinkToken();
            setSession(answer);
            setAccepted(answer.user);
          });
        }}
      >
        <h1>{t('acceptTitle')}</h1>
        {token ? (
          <>
            <p class="muted">{t('acceptText')}</p>
            <Failure text={task.error} />
            <Field
              label={t('name')}
              required
              maxLength={100}
              autocomplete="name"
              value={name}
              onInput={(e) => setName(e.currentTarget.value)}
            />
            <NewPassword value={password} onChange={setPassword} />
            <button class="primary" disabled={task.busy}>
              {t('acceptDo')}
            </button>
          </>
        ) : (
          <p>{t('acceptNoLink')}</p>
        )}
      </form>
    </Page>
  );
}
