import { useState } from 'preact/hooks';
import { api } from '../../api';
import { t } from '../../i18n';
import { Failure, Field, Page, useTask, useTitle } from '../../ui';
import { forgetLinkToken, linkToken } from './link';
import { NewPassword } from './new-password';

export default function ResetPage() {
  const [token] = useState(linkToken);
  return <Page>{token ? <Reset token={token} /> : <Forgotten />}</Page>;
}

function Reset({ token }: { token: string }) {
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const task = useTask();
  useTitle(t('resetTitle'));
  return (
    <form
      class="card stack"
      onSubmit={(e) => {
        e.preventDefault();
        void task.run(async () => {
          await api('POST', '/api/auth/reset', { token, password });
          forgetLinkToken();
          setDone(true);
        });
      }}
    >
      <h1>{t('resetTitle')}</h1>
      <Failure text={task.error} />
      {!done && (
        <>
          <p class="muted">{t('resetText')}</p>
          <NewPassword value={password} onChange={setPassword} />
          <button class="primary" disabled={task.busy}>
            {t('save')}
          </button>
          {task.error && (
            <p>
              <a href="/reset">{t('forgotten')}</a>
            </p>
          )}
        </>
      )}
      <div role="status">
        {done && (
          <>
            <p>{t('resetDone')}</p>
            <p>
              <a href="/account">{t('signIn')}</a>
            </p>
          </>
        )}
      </div>
    </form>
  );
}

function Forgotten() {
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState<string | null>(null);
  const task = useTask();
  useTitle(t('forgottenTitle'));
  return (
    <form
      class="card stack"
      onSubmit={(e) => {
        e.preventDefault();
        setSent(null);
        void task.run(async () => {
          await api('POST', '/api/auth/forgot', { email });
          setSent(email);
        });
      }}
    >
      <h1>{t('forgottenTitle')}</h1>
      <p class="muted">{t('forgottenText')}</p>
      <Failure text={task.error} />
      <Field
        label={t('email')}
        type="email"
        autocomplete="username"
        required
        value={email}
        onInput={(e) => setEmail(e.currentTarget.value)}
      />
      <button class="primary" disabled={task.busy}>
        {t('linkSend')}
      </button>
      <div role="status">{sent && <p class="notice info">{t('linkSent', { email: sent })}</p>}</div>
    </form>
  );
}
