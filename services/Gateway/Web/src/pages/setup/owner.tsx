import { useState } from 'preact/hooks';
import { api } from '../../api';
import { t } from '../../i18n';
import { Failure, Field, useTask } from '../../ui';
import { NewPassword } from '../account/new-password';

/** Whose link it is. */
const FIRST = 'admin@smartqueue.local';

/** Who runs this: the first account gets a password, by the link that is good once. */
export function Owner({ token, onDone }: { token: string; onDone: (email: string, password: string) => Promise<void> }) {
  const [password, setPassword] = useState('');
  const task = useTask();
  return (
    <form
      class="card stack"
      onSubmit={(e) => {
        e.preventDefault();
        void task.run(async () => {
          await api('POST', '/api/auth/reset', { token, password });
          await onDone(FIRST, password);
        });
      }}
    >
      <h1>{t('setupTitle')}</h1>
      <p class="muted">{t('setupOwnerText', { email: FIRST })}</p>
      <Failure text={task.error} />
      {task.error && (
        <p>
          <a href="/setup">{t('signIn')}</a>
        </p>
      )}
      {/* For whatever keeps passwords. */}
      <Field label={t('email')} type="email" autocomplete="username" value={FIRST} readOnly />
      <NewPassword value={password} onChange={setPassword} />
      <button class="primary" disabled={task.busy}>
        {t('setupNext')}
      </button>
    </form>
  );
}
