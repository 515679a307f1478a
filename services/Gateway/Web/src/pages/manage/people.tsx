import { useState } from 'preact/hooks';
import { all, api } from '../../api';
import { type Key, t } from '../../i18n';
import type { User } from '../../types';
import { Dialog, Failure, Field, Loading, sentence, usePoll, useSession, useTask } from '../../ui';

const ROLES = ['user', 'operator', 'admin'] as const;

export function People() {
  const [query, setQuery] = useState('');
  const [people, setPeople] = useState<User[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const task = useTask();
  const me = useSession()?.user.id;
  const read = async () => {
    try {
      setPeople(await all<User>(`/api/users?q=${encodeURIComponent(query)}`, 200));
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(read, 60_000, [query]);
  return (
    <>
      <div class="row filters">
        <Field label={t('search')} type="search" value={query} onInput={(e) => setQuery(e.currentTarget.value)} />
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          {t('newPerson')}
        </button>
      </div>
      <Failure text={error ?? task.error} />
      {!people && !error && <Loading />}
      {people && (
        <div class="table-wrap card flat" tabIndex={0} role="region" aria-label={t('people')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('name')}</th>
                <th scope="col">{t('email')}</th>
                <th scope="col">{t('role')}</th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <tr key={person.id}>
                  <th scope="row">{person.name}</th>
                  <td dir="ltr">{person.email}</td>
                  <td>
                    <select
                      aria-label={`${t('role')}: ${person.name}`}
                      value={person.role}
                      disabled={person.id === me || task.busy}
                      onChange={(e) => {
                        const role = e.currentTarget.value;
                        void task.run(async () => {
                          try {
                            await api('PUT', `/api/users/${person.id}`, { role });
                          } finally {
                            await read();
                          }
                        });
                      }}
                    >
                      {ROLES.map((role) => (
                        <option key={role} value={role}>
                          {t(`role_${role}` as Key)}
                        </option>
                      ))}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && (
        <AddPerson
          onClose={() => setAdding(false)}
          onAdded={async () => {
            setAdding(false);
            await read();
          }}
        />
      )}
    </>
  );
}

function AddPerson({ onClose, onAdded }: { onClose: () => void; onAdded: () => Promise<void> }) {
  const [form, setForm] = useState({ name: '', email: '', password: '', role: 'operator' });
  const task = useTask();
  const set = (field: keyof typeof form) => (e: { currentTarget: HTMLInputElement | HTMLSelectElement }) => setForm({ ...form, [field]: e.currentTarget.value });
  return (
    <Dialog title={t('newPerson')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const { role, ...account } = form;
            const { user } = await api<{ user: User }>('POST', '/api/auth/register', account);
            if (role !== 'user') await api('PUT', `/api/users/${user.id}`, { role });
            await onAdded();
          });
        }}
      >
        <Failure text={task.error} />
        <Field label={t('name')} required autocomplete="off" value={form.name} onInput={set('name')} />
        <Field label={t('email')} type="email" required autocomplete="off" value={form.email} onInput={set('email')} />
        <Field label={t('password')} type="password" required minLength={8} autocomplete="new-password" hint={t('passwordHint')} value={form.password} onInput={set('password')} />
        <label class="field">
          <span>{t('role')}</span>
          <select value={form.role} onChange={set('role')}>
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`role_${role}` as Key)}
              </option>
            ))}
          </select>
        </label>
        <div class="row">
          <button class="primary" disabled={task.busy}>
            {t('save')}
          </button>
          <button type="button" onClick={onClose}>
            {t('back')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
