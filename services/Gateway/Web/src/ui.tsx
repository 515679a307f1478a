import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useId, useRef, useState } from 'preact/hooks';
import { api, ApiError, onSession, session, signOut } from './api';
import { currentLanguage, type Key, type Language, languages, t, setLanguage } from './i18n';
import type { Link } from './live';
import { forget, load, save } from './store';
import type { User } from './types';

type Theme = 'light' | 'dark';

export function applyTheme() {
  const asked = new URLSearchParams(location.search).get('theme');
  const theme = asked === 'light' || asked === 'dark' ? asked : load<Theme>('theme');
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

const SAID_BY_ANSWER = ['RATE_LIMITED', 'QUEUE_CLOSED', 'ALREADY_IN_QUEUE', 'PREFIX_TAKEN'];

/** A sentence for what went wrong. */
export function sentence(e: unknown): string {
  if (!(e instanceof ApiError)) return t('errorUnknown');
  const known: Partial<Record<string, Key>> = {
    OFFLINE: 'errorOffline',
    // Who is signed in was asked for the current password only.
    INVALID_CREDENTIALS: session() ? 'errorCurrent' : 'errorCredentials',
    QUEUE_CLOSED: 'errorClosed',
    QUEUE_FULL: 'errorFull',
    ALREADY_IN_QUEUE: 'errorAlready',
    PREFIX_TAKEN: 'errorPrefix',
    COUNTER_BUSY: 'errorBusy',
    COUNTER_TAKEN: 'errorDesk',
    INVALID_TRANSITION: 'errorTransition',
    VERSION_CONFLICT: 'errorConflict',
    RATE_LIMITED: 'errorRate',
    SERVICE_UNAVAILABLE: 'errorAway',
    FORBIDDEN: 'errorForbidden',
    QUEUE_NOT_FOUND: 'errorNoQueue',
    TICKET_NOT_FOUND: 'errorNoTicket',
    APPOINTMENT_NOT_FOUND: 'errorNoAppointment',
    SLOT_TAKEN: 'errorSlot',
    LINK_NOT_VALID: 'errorLink',
    ACCOUNT_DISABLED: 'errorDisabled',
    EMAIL_NOT_VERIFIED: 'errorUnverified',
    EMAIL_TAKEN: 'errorTaken',
  };
  const key = known[e.code];
  // How long to wait, when it opens, which queue has it: the answer knows more, but only in English.
  if (key && SAID_BY_ANSWER.includes(e.code) && e.message) return currentLanguage() === 'en' ? e.message : `${t(key)} (${e.message})`;
  if (key) return t(key);
  const fields = Object.entries(e.fields).map(([field, says]) => `${field}: ${says.join(', ')}`);
  return fields.length ? fields.join('; ') : e.message || t('errorUnknown');
}

export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · SmartQueue` : 'SmartQueue';
  }, [title]);
}

/** Runs again and again, at once first, and never twice at a time. */
export function usePoll(work: () => Promise<unknown>, every: number, on: unknown[]) {
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const round = async () => {
      await work();
      if (!stopped) timer = setTimeout(round, every);
    };
    void round();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, on);
}

/** The present moment, for what counts down. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** What an address answers, read again when it changes. An answer that comes late to a question that has changed since is dropped. */
export function useAnswer<T>(path: string | null) {
  const [answer, setAnswer] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (path === null) return undefined;
    let current = true;
    setAnswer(null);
    setError(null);
    api<T>('GET', path).then(
      (found) => current && setAnswer(found),
      (e: unknown) => current && setError(sentence(e)),
    );
    return () => {
      current = false;
    };
  }, [path]);
  return { answer, error };
}

/** Something the person asked for: whether it runs, and what went wrong. It is not asked for twice at a time. */
export function useTask() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const active = useRef(false);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    if (active.current) return;
    active.current = true;
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (e) {
      setError(sentence(e));
    } finally {
      active.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error, run, setError };
}

export function Failure({ text }: { text: string | null }) {
  return <div role="alert">{text && <p class="notice danger">{text}</p>}</div>;
}

/** Tells what changed to those who cannot see it, without interrupting. */
export function Announcer({ text }: { text: string }) {
  return (
    <div class="visually-hidden" aria-live="polite" role="status">
      {text}
    </div>
  );
}

export function LinkNotice({ link }: { link: Link }) {
  return <div role="status">{link === 'stale' && <p class="notice warn stale">{t('stale')}</p>}</div>;
}

export function LanguagePicker() {
  return (
    <select
      class="quiet"
      aria-label={t('language')}
      value={currentLanguage()}
      onChange={(e) => void setLanguage(e.currentTarget.value as Language, true)}
    >
      {Object.entries(languages).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function ThemePicker() {
  const [theme, setTheme] = useState<Theme | ''>(load<Theme>('theme') ?? '');
  return (
    <select
      class="quiet"
      aria-label={t('theme')}
      value={theme}
      onChange={(e) => {
        const next = e.currentTarget.value as Theme | '';
        if (next) save('theme', next);
        else forget('theme');
        setTheme(next);
        applyTheme();
      }}
    >
      <option value="">{t('themeAuto')}</option>
      <option value="light">{t('themeLight')}</option>
      <option value="dark">{t('themeDark')}</option>
    </select>
  );
}

export function Brand() {
  return (
    <a class="brand" href="/">
      <img src="/icon.svg" alt="" width="28" height="28" />
      <span>SmartQueue</span>
    </a>
  );
}

/** The frame of every page with a head. */
export function Page({ wide, head, children }: { wide?: boolean; head?: ComponentChildren; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <header class="top">
        <Brand />
        <div class="top-tools">
          {head}
          <LanguagePicker />
          <ThemePicker />
        </div>
      </header>
      <main id="main" tabIndex={-1} class={wide ? 'wide' : 'narrow'}>
        {children}
      </main>
    </>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      {t('loading')}
    </p>
  );
}

type FieldProps = { label: string; hint?: string; error?: string | null } & JSX.IntrinsicElements['input'];

export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <label class="field">
      <span>{label}</span>
      <input {...input} aria-invalid={error ? true : undefined} aria-describedby={error ? id : undefined} />
      {hint && <small>{hint}</small>}
      {error && (
        <small id={id} class="field-error" role="alert">
          {error}
        </small>
      )}
    </label>
  );
}

export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current!;
    const opener = document.activeElement as HTMLElement | null;
    shown.showModal();
    return () => {
      shown.close();
      // A dialog that is taken off the page at once gives the focus back to nobody.
      opener?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
    >
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

/** Asks before something is deleted for good. */
export function ConfirmDelete({
  title,
  text,
  onClose,
  onConfirm,
}: {
  title: string;
  text: string;
  onClose: () => void;
  onConfirm: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="row">
        <button
          type="button"
          class="danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {t('delete')}
        </button>
        <button type="button" onClick={onClose}>
          {t('back')}
        </button>
      </div>
    </Dialog>
  );
}

/** Under a form in a dialog: what it does, and the way back. */
export function FormButtons({
  kind,
  label,
  busy,
  onClose,
}: {
  kind: 'primary' | 'danger';
  label: string;
  busy: boolean;
  onClose: () => void;
}) {
  return (
    <div class="row">
      <button class={kind} disabled={busy}>
        {label}
      </button>
      <button type="button" onClick={onClose}>
        {t('back')}
      </button>
    </div>
  );
}

export function useSession() {
  const [now, setNow] = useState(session());
  useEffect(() => onSession(() => setNow(session())), []);
  return now;
}

const RANK = { user: 0, operator: 1, admin: 2 };
export const may = (user: User | undefined, role: keyof typeof RANK) => user !== undefined && RANK[user.role] >= RANK[role];

export function SignOut() {
  const now = useSession();
  return now ? (
    <>
      <a class="button quiet" href="/account">
        {t('account')}
      </a>
      <button type="button" class="quiet" onClick={() => void signOut().catch(() => undefined)}>
        {t('signOut')}
      </button>
    </>
  ) : null;
}
