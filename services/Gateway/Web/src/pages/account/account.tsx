import { useEffect, useState } from 'preact/hooks';
import { all, api, setSession, setUser, signIn } from '../../api';
import { moment } from '../../format';
import { t } from '../../i18n';
import { SignedIn } from '../../staff';
import type { SessionPlace, User } from '../../types';
import { Dialog, Failure, Field, FormButtons, Loading, Page, SignOut, useSession, useTask, useTitle } from '../../ui';
import { NewPassword } from './new-password';
import { Preferences } from './preferences';

export default function AccountPage() {
  const [deleted, setDeleted] = useState(false);
  if (!deleted) {
    return (
      <SignedIn text={t('accountText')}>
        <Account onDeleted={() => setDeleted(true)} />
      </SignedIn>
    );
  }
  return (
    <Page>
      <h1>{t('accountDeleted')}</h1>
      <p>
        <a href="/">{t('homeTitle')}</a>
      </p>
    </Page>
  );
}

function Account({ onDeleted }: { onDeleted: () => void }) {
  const [user, setRead] = useState<User | null>(null);
  const [deleting, setDeleting] = useState(false);
  const signedIn = useSession();
  const task = useTask();
  useTitle(t('accountTitle'));
  const show = (next: User) => {
    setRead(next);
    setUser(next);
  };
  useEffect(() => void task.run(async () => show(await api<User>('GET', '/api/users/me'))), [signedIn?.user.id]);
  return (
    <Page head={<SignOut />}>
      <h1>{t('accountTitle')}</h1>
      <Failure text={task.error} />
      {!user && !task.error && <Loading />}
      {user && (
        <>
          <Personal user={user} onSaved={show} />
          <Email user={user} onSaved={show} />
          <Password user={user} />
          <Preferences />
          <Sessions />
          <p>
            <button type="button" class="danger" onClick={() => setDeleting(true)}>
              {t('accountDelete')}
            </button>
          </p>
        </>
      )}
      {deleting && user && <Deletion user={user} onClose={() => setDeleting(false)} onDeleted={onDeleted} />}
    </Page>
  );
}

const Saved = ({ shown }: { shown: boolean }) => <p role="status">{shown && t('saved')}</p>;

function Personal({ user, onSaved }: { user: User; onSaved: (user: User) => void }) {
  const [name, setName] = useState(user.name);
  const [phone, setPhone] = useState(user.phone ?? '');
  const [saved, setSaved] = useState(false);
  const task = useTask();
  return (
    <form
      class="card flat stack"
      onSubmit={(e) => {
        e.preventDefault();
        setSaved(false);
        void task.run(async () => {
          onSaved(await api<User>('PUT', `/api/users/${user.id}`, { name, phone }));
          setSaved(true);
        });
      }}
    >
      <h2>{t('personal')}</h2>
      <Failure text={task.error} />
      <Field label={t('name')} required maxLength={100} autocomplete="name" value={name} onInput={(e) => setName(e.currentTarget.value)} />
      <Field
        label={t('phone')}
        type="tel"
        autocomplete="tel"
        hint={t('phoneHint')}
        value={phone}
        onInput={(e) => setPhone(e.currentTarget.value)}
      />
      <button disabled={task.busy}>{t('save')}</button>
      <Saved shown={saved} />
    </form>
  );
}

function Email({ user, onSaved }: { user: User; onSaved: (user: User) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [sent, setSent] = useState(false);
  const [saved, setSaved] = useState(false);
  const task = useTask();
  return (
    <section class="card flat stack">
      <h2>{t('email')}</h2>
      <p>
        <bdi>{user.email}</bdi> <span class="badge">{t(user.emailVerified ? 'confirmed' : 'unconfirmed')}</span>
      </p>
      <Failure text={task.error} />
      {!user.emailVerified && (
        <button
          type="button"
          disabled={task.busy}
          onClick={() =>
            void task.run(async () => {
              await api('POST', '/api/users/me/verification');
              setSent(true);
            })
          }
        >
          {t('confirmationSend')}
        </button>
      )}
      <p role="status">{sent && t('confirmationSent', { email: user.email })}</p>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          setSaved(false);
          setSent(false);
          void task.run(async () => {
            // It ends every session, also this one.
            const next = await api<User>('PUT', `/api/users/${user.id}`, { email, currentPassword: password });
            await signIn(email, password);
            onSaved(next);
            setEmail('');
            setPassword('');
            setSaved(true);
          });
        }}
      >
        <Field
          label={t('emailNew')}
          type="email"
          required
          autocomplete="email"
          value={email}
          onInput={(e) => setEmail(e.currentTarget.value)}
        />
        <Field
          label={t('passwordCurrent')}
          type="password"
          required
          autocomplete="current-password"
          value={password}
          onInput={(e) => setPassword(e.currentTarget.value)}
        />
        <p class="muted small">{t('endsSessions')}</p>
        <button disabled={task.busy}>{t('emailChange')}</button>
      </form>
      <Saved shown={saved} />
    </section>
  );
}

function Password({ user }: { user: User }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [saved, setSaved] = useState(false);
  const task = useTask();
  return (
    <form
      class="card flat stack"
      onSubmit={(e) => {
        e.preventDefault();
        setSaved(false);
        void task.run(async () => {
          // It ends every session, also this one.
          await api('PUT', `/api/users/${user.id}`, { password: next, currentPassword: current });
          await signIn(user.email, next);
          setCurrent('');
          setNext('');
          setSaved(true);
        });
      }}
    >
      <h2>{t('password')}</h2>
      <Failure text={task.error} />
      <input type="hidden" autocomplete="username" value={user.email} />
      <Field
        label={t('passwordCurrent')}
        type="password"
        required
        autocomplete="current-password"
        value={current}
        onInput={(e) => setCurrent(e.currentTarget.value)}
      />
      <NewPassword value={next} onChange={setNext} />
      <p class="muted small">{t('endsSessions')}</p>
      <button disabled={task.busy}>{t('passwordChange')}</button>
      <Saved shown={saved} />
    </form>
  );
}

function Sessions() {
  const [places, setPlaces] = useState<SessionPlace[] | null>(null);
  const signedIn = useSession();
  const task = useTask();
  const read = async () => setPlaces(await all<SessionPlace>('/api/users/me/sessions'));
  // A change of password or email began another.
  useEffect(() => void task.run(read), [signedIn?.refreshToken]);
  const end = (place: SessionPlace) =>
    task.run(async () => {
      await api('DELETE', `/api/users/me/sessions/${encodeURIComponent(place.id)}`);
      if (place.current) setSession(null);
      else await read();
    });
  return (
    <section class="card flat stack">
      <h2>{t('sessions')}</h2>
      <Failure text={task.error} />
      <ul class="stack">
        {places?.map((place) => (
          <li key={place.id} class="row between">
            <span>
              <strong>{nameOf(place)}</strong> {place.current && <span class="badge">{t('sessionHere')}</span>}
              <br />
              <span class="muted small">{t('sessionUsed', { time: moment(place.lastUsedAt) })}</span>
            </span>
            <button
              type="button"
              disabled={task.busy}
              aria-label={`${t('signOut')}: ${nameOf(place)}, ${moment(place.lastUsedAt)}`}
              onClick={() => void end(place)}
            >
              {t('signOut')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const nameOf = ({ browser, system }: SessionPlace) =>
  browser && system ? t('sessionOn', { browser, system }) : (browser ?? system ?? t('sessionUnknown'));

function Deletion({ user, onClose, onDeleted }: { user: User; onClose: () => void; onDeleted: () => void }) {
  const [password, setPassword] = useState('');
  const task = useTask();
  return (
    <Dialog title={t('accountDelete')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            await api('DELETE', `/api/users/${user.id}`, { currentPassword: password });
            onDeleted();
            setSession(null);
          });
        }}
      >
        <p>{t('accountDeleteText')}</p>
        <Failure text={task.error} />
        <Field
          label={t('passwordCurrent')}
          type="password"
          required
          autocomplete="current-password"
          value={password}
          onInput={(e) => setPassword(e.currentTarget.value)}
        />
        <FormButtons kind="danger" label={t('accountDelete')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
