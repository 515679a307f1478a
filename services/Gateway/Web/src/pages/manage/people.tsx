import { useState } from 'preact/hooks';
import { all, api } from '../../api';
import { moment } from '../../format';
import { type Key, t } from '../../i18n';
import type { Branch, Invitation, User } from '../../types';
import { ConfirmDelete, Dialog, Failure, Field, FormButtons, Loading, sentence, usePoll, useSession, useTask } from '../../ui';
import { HandOver } from './hand-over';
import type { SectionProps } from './section';
import { Menu, More, Table, usePages } from './table';

const ROLES = ['user', 'operator', 'admin'] as const;

/** A link that is handed over, and whom it is for. */
interface Handover {
  title: string;
  link: string;
  expiresAt: string;
}

export function People({ branches }: SectionProps) {
  const branchesOf = (person: User) =>
    person.role === 'user'
      ? '–'
      : (person.branchIds?.map((id) => branches.find((b) => b.id === id)?.name ?? id).join(', ') ?? t('branchesAll'));
  const [query, setQuery] = useState('');
  const [role, setRole] = useState('');
  const [editing, setEditing] = useState<User | null>(null);
  const [disabling, setDisabling] = useState<User | null>(null);
  const [invitations, setInvitations] = useState<Invitation[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [inviting, setInviting] = useState(false);
  const [deleting, setDeleting] = useState<User | null>(null);
  const [handover, setHandover] = useState<Handover | null>(null);
  const task = useTask();
  const me = useSession()?.user.id;
  const pages = usePages<User>(`/api/users?q=${encodeURIComponent(query)}${role && `&role=${role}`}`, 60_000);
  const { rows: people } = pages;
  const readInvitations = async () => {
    try {
      setInvitations(await all<Invitation>('/api/auth/invitations', 200));
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(readInvitations, 60_000, []);
  const read = async () => {
    await Promise.all([pages.read(), readInvitations()]);
  };
  // What was refused shows as it was.
  const change = (work: () => Promise<unknown>) =>
    task.run(async () => {
      try {
        await work();
      } finally {
        await read();
      }
    });
  const put = (person: User, body: Partial<Pick<User, 'role' | 'branchIds' | 'disabled'>>) =>
    change(() => api('PUT', `/api/users/${person.id}`, body));
  const resetLink = (person: User) =>
    task.run(async () =>
      setHandover({
        title: t('resetLinkOf', { name: person.name }),
        ...(await api<Omit<Handover, 'title'>>('POST', `/api/users/${person.id}/reset-link`)),
      }),
    );
  return (
    <>
      <div class="row filters">
        <Field label={t('search')} type="search" value={query} onInput={(e) => setQuery(e.currentTarget.value)} />
        <label class="field">
          <span>{t('role')}</span>
          <select value={role} onChange={(e) => setRole(e.currentTarget.value)}>
            <option value="">{t('anyValue')}</option>
            {ROLES.map((name) => (
              <option key={name} value={name}>
                {t(`role_${name}` as Key)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="primary" onClick={() => setInviting(true)}>
          {t('invite')}
        </button>
      </div>
      <Failure text={pages.error ?? error ?? task.error} />
      {!people && !pages.error && <Loading />}
      {people && (
        <>
          <Table name={t('people')} heads={[t('name'), t('email'), t('role'), t('branches'), t('account'), t('actions')]}>
            {people.map((person) => (
              <tr key={person.id}>
                <th scope="row">{person.name}</th>
                <td>
                  <bdi>{person.email}</bdi> <span class="badge">{t(person.emailVerified ? 'confirmed' : 'unconfirmed')}</span>
                </td>
                <td>{t(`role_${person.role}` as Key)}</td>
                <td>{branchesOf(person)}</td>
                <td>{t(person.disabled ? 'disabled' : 'active')}</td>
                <td>
                  {person.id !== me && (
                    <div class="row tight">
                      <button
                        type="button"
                        disabled={task.busy}
                        aria-label={`${t('change')}: ${person.name}`}
                        onClick={() => setEditing(person)}
                      >
                        {t('change')}
                      </button>
                      <Menu
                        name={person.name}
                        actions={[
                          { label: t('resetLink'), run: () => void resetLink(person) },
                          person.disabled
                            ? { label: t('enable'), run: () => void put(person, { disabled: false }) }
                            : { label: t('disable'), danger: true, run: () => setDisabling(person) },
                          { label: t('delete'), danger: true, run: () => setDeleting(person) },
                        ]}
                      />
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </Table>
          <More onMore={pages.more && (() => void task.run(pages.more!))} />
        </>
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
          branches={branches}
          onClose={() => setInviting(false)}
          onInvited={async (made) => {
            setInviting(false);
            setHandover(made);
            await read();
          }}
        />
      )}
      {handover && (
        <HandOver
          title={handover.title}
          text={t('linkText', { time: moment(handover.expiresAt) })}
          link={handover.link}
          onClose={() => setHandover(null)}
        />
      )}
      {editing && (
        <PersonForm
          person={editing}
          branches={branches}
          onClose={() => setEditing(null)}
          onSaved={async () => {
            setEditing(null);
            await read();
          }}
        />
      )}
      {disabling && (
        <Dialog title={t('disableSure', { name: disabling.name })} onClose={() => setDisabling(null)}>
          <p>{t('disableText')}</p>
          <div class="row">
            <button
              type="button"
              class="danger"
              onClick={() => {
                setDisabling(null);
                void put(disabling, { disabled: true });
              }}
            >
              {t('disable')}
            </button>
            <button type="button" onClick={() => setDisabling(null)}>
              {t('back')}
            </button>
          </div>
        </Dialog>
      )}
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

/** The branches a role holds in; `null` for all. */
function BranchChoice({
  branches,
  value,
  onChange,
}: {
  branches: Branch[];
  value: string[] | null;
  onChange: (ids: string[] | null) => void;
}) {
  if (branches.length < 2 && value === null) return null;
  return (
    <fieldset>
      <legend>{t('branches')}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={value === null}
          onChange={(e) => onChange(e.currentTarget.checked ? null : branches.slice(0, 1).map((b) => b.id))}
        />
        {t('branchesAll')}
      </label>
      {value && (
        <>
          <p class="muted small">{t('branchesHint')}</p>
          {branches.map((b) => (
            <label key={b.id} class="check">
              <input
                type="checkbox"
                checked={value.includes(b.id)}
                // Nothing at all would be no binding.
                disabled={value.length === 1 && value[0] === b.id}
                onChange={(e) => onChange(e.currentTarget.checked ? [...value, b.id] : value.filter((id) => id !== b.id))}
              />
              {b.name}
            </label>
          ))}
        </>
      )}
    </fieldset>
  );
}

function RoleChoice({ value, onChange }: { value: User['role']; onChange: (role: User['role']) => void }) {
  return (
    <label class="field">
      <span>{t('role')}</span>
      <select value={value} onChange={(e) => onChange(e.currentTarget.value as User['role'])}>
        {ROLES.map((name) => (
          <option key={name} value={name}>
            {t(`role_${name}` as Key)}
          </option>
        ))}
      </select>
    </label>
  );
}

function PersonForm({
  person,
  branches,
  onClose,
  onSaved,
}: {
  person: User;
  branches: Branch[];
  onClose: () => void;
  onSaved: () => Promise<void>;
}) {
  const [role, setRole] = useState(person.role);
  const [branchIds, setBranches] = useState(person.branchIds ?? null);
  const task = useTask();
  return (
    <Dialog title={t('changePerson', { name: person.name })} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const bound = role === 'user' ? null : branchIds;
            await api('PUT', `/api/users/${person.id}`, {
              role: role === person.role ? undefined : role,
              branchIds: JSON.stringify(bound) === JSON.stringify(person.branchIds ?? null) ? undefined : bound,
            });
            await onSaved();
          });
        }}
      >
        <Failure text={task.error} />
        <RoleChoice value={role} onChange={setRole} />
        {role !== 'user' && <BranchChoice branches={branches} value={branchIds} onChange={setBranches} />}
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Invite({
  branches,
  onClose,
  onInvited,
}: {
  branches: Branch[];
  onClose: () => void;
  onInvited: (made: Handover) => Promise<void>;
}) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<User['role']>('operator');
  const [branchIds, setBranches] = useState<string[] | null>(null);
  const task = useTask();
  return (
    <Dialog title={t('invite')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const { link, expiresAt } = await api<Handover>('POST', '/api/auth/invitations', {
              email,
              role,
              branchIds: role === 'user' ? undefined : (branchIds ?? undefined),
            });
            await onInvited({ title: t('inviteLink', { email }), link, expiresAt });
          });
        }}
      >
        <p class="muted">{t('inviteText')}</p>
        <Failure text={task.error} />
        <Field label={t('email')} type="email" required autocomplete="off" value={email} onInput={(e) => setEmail(e.currentTarget.value)} />
        <RoleChoice value={role} onChange={setRole} />
        {role !== 'user' && <BranchChoice branches={branches} value={branchIds} onChange={setBranches} />}
        <FormButtons kind="primary" label={t('invite')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
