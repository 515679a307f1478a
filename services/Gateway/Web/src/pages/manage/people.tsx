import { useRef, useState } from 'preact/hooks';
import { all, api } from '../../api';
import { moment } from '../../format';
import { type Key, t } from '../../i18n';
import type { Invitation, User } from '../../types';
import { ConfirmDelete, Dialog, Failure, Field, FormButtons, Loading, sentence, usePoll, useSession, useTask } from '../../ui';

const ROLES = ['user', 'operator', 'admin'] as const;

/** A link that is handed over, and whom it is for. */
interface Handover {
  title: string;
  link: string;
  expiresAt: string;
}

export function People() {
  const [query, setQuery] = useState('');
  const [people, setPeople] = useState<User[] | null>(null);
  const [invitations, setInvitations] = useState<Invitation[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [inviting, setInviting] = useState(false);
  const [deleting, setDeleting] = useState<User | null>(null);
  const [handover, setHandover] = useState<Handover | null>(null);
  const task = useTask();
  const me = useSession()?.user.id;
  const read = async () => {
    try {
      const [found, open] = await Promise.all([
        all<User>(`/api/users?q=${encodeURIComponent(query)}`, 200),
        all<Invitation>('/api/auth/invitations', 200),
      ]);
      setPeople(found);
      setInvitations(open);
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(read, 60_000, [query]);
  // What was refused shows as it was.
  const change = (work: () => Promise<unknown>) =>
    task.run(async () => {
      try {
        await work();
      } finally {
        await read();
      }
    });
  const put = (person: User, body: Partial<Pick<User, 'role' | 'disabled'>>) => change(() => api('PUT', `/api/users/${person.id}`, body));
  return (
    <>
      <div class="row filters">
        <Field label={t('search')} type="search" value={query} onInput={(e) => setQuery(e.currentTarget.value)} />
        <button type="button" class="primary" onClick={() => setInviting(true)}>
          {t('invite')}
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
                <th scope="col">{t('account')}</th>
                <th scope="col">{t('actions')}</th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <tr key={person.id}>
                  <th scope="row">{person.name}</th>
                  <td>
                    <bdi>{person.email}</bdi> <span class="badge">{t(person.emailVerified ? 'confirmed' : 'unconfirmed')}</span>
                  </td>
                  <td>
                    <select
                      aria-label={`${t('role')}: ${person.name}`}
                      value={person.role}
                      disabled={person.id === me || task.busy}
                      onChange={(e) => void put(person, { role: e.currentTarget.value as User['role'] })}
                    >
                      {ROLES.map((role) => (
                        <option key={role} value={role}>
                          {t(`role_${role}` as Key)}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td>{t(person.disabled ? 'disabled' : 'active')}</td>
                  <td>
                    {person.id !== me && (
                      <div class="row">
                        <button
                          type="button"
                          disabled={task.busy}
                          aria-label={`${t(person.disabled ? 'enable' : 'disable')}: ${person.name}`}
                          onClick={() => void put(person, { disabled: !person.disabled })}
                        >
                          {t(person.disabled ? 'enable' : 'disable')}
                        </button>
                        <button
                          type="button"
                          disabled={task.busy}
                          aria-label={`${t('resetLink')}: ${person.name}`}
                          onClick={() =>
                            void task.run(async () =>
                              setHandover({
                                title: t('resetLinkOf', { name: person.name }),
                                ...(await api<Omit<Handover, 'title'>>('POST', `/api/users/${person.id}/reset-link`)),
                              }),
                            )
                          }
                        >
                          {t('resetLink')}
                        </button>
                        <button
                          type="button"
                          class="danger"
                          disabled={task.busy}
                          aria-label={`${t('delete')}: ${person.name}`}
                          onClick={() => setDeleting(person)}
                        >
                          {t('delete')}
                        </button>
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {invitations.length > 0 && (
        <section class="card flat stack">
          <h2>{t('invitations')}</h2>
          <ul class="stack">
            {invitations.map((invitation) => (
              <li key={invitation.id} class="row between">
                <span>
                  <bdi>{invitation.email}</bdi> <span class="badge">{t(`role_${invitation.role}` as Key)}</span>
                  <br />
                  <span class="muted small">{t('linkText', { time: moment(invitation.expiresAt) })}</span>
                </span>
                <button
                  type="button"
                  disabled={task.busy}
                  aria-label={`${t('withdraw')}: ${invitation.email}`}
                  onClick={() => void change(() => api('DELETE', `/api/auth/invitations/${encodeURIComponent(invitation.id)}`))}
                >
                  {t('withdraw')}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {inviting && (
        <Invite
          onClose={() => setInviting(false)}
          onInvited={async (made) => {
            setInviting(false);
            setHandover(made);
            await read();
          }}
        />
      )}
      {handover && <HandOver {...handover} onClose={() => setHandover(null)} />}
      {deleting && (
        <ConfirmDelete
          title={t('personDelete', { name: deleting.name })}
          text={t('personDeleteText')}
          onClose={() => setDeleting(null)}
          onConfirm={() => void change(() => api('DELETE', `/api/users/${deleting.id}`))}
        />
      )}
    </>
  );
}

function Invite({ onClose, onInvited }: { onClose: () => void; onInvited: (made: Handover) => Promise<void> }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('operator');
  const task = useTask();
  return (
    <Dialog title={t('invite')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const { link, expiresAt } = await api<Handover>('POST', '/api/auth/invitations', { email, role });
            await onInvited({ title: t('inviteLink', { email }), link, expiresAt });
          });
        }}
      >
        <p class="muted">{t('inviteText')}</p>
        <Failure text={task.error} />
        <Field label={t('email')} type="email" required autocomplete="off" value={email} onInput={(e) => setEmail(e.currentTarget.value)} />
        <label class="field">
          <span>{t('role')}</span>
          <select value={role} onChange={(e) => setRole(e.currentTarget.value)}>
            {ROLES.map((name) => (
              <option key={name} value={name}>
                {t(`role_${name}` as Key)}
              </option>
            ))}
          </select>
        </label>
        <FormButtons kind="primary" label={t('invite')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function HandOver({ title, link, expiresAt, onClose }: Handover & { onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = () => {
    // There is no clipboard on plain http but this.
    field.current!.select();
    setCopied(document.execCommand('copy'));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        <p>{t('linkText', { time: moment(expiresAt) })}</p>
        <label class="field">
          <span>{t('link')}</span>
          <input ref={field} readOnly dir="ltr" value={link} onFocus={(e) => e.currentTarget.select()} />
        </label>
        <div class="row">
          <button type="button" class="primary" onClick={copy}>
            {t('copy')}
          </button>
          <button type="button" onClick={onClose}>
            {t('back')}
          </button>
          <span role="status">{copied && t('copied')}</span>
        </div>
      </div>
    </Dialog>
  );
}
