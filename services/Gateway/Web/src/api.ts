import { currentLanguage } from './i18n';
import { forget, load, randomId, save } from './store';
import type { List, User } from './types';

export interface Session {
  accessToken: string;
  refreshToken: string;
  expiresAt: number;
  user: User;
}

/** What signing in answers. */
export interface SignedIn {
  user: User;
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  deviceToken?: string | null;
}

/** The server's refusal, or that it cannot be reached (`OFFLINE`). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string[]> = {},
    /** What else the refusal says, by name. */
    readonly facts: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

interface Options {
  /** Of a guest's ticket. */
  token?: string;
  /** Wanted as text, such as CSV. */
  text?: boolean;
}

const TIMEOUT = 20_000;
/** After so long, the same is no longer asked for because its answer was lost. */
const SAME_ACTION = 5 * 60_000;
const MAX_DEVICES = 20;
const listeners = new Set<() => void>();

export const session = (): Session | null => load<Session>('session');

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Another tab signed in or out.
addEventListener('storage', (e) => {
  if (e.key === 'sq.session') listeners.forEach((l) => l());
});

/** Signs in with what signing in answered; `null` signs out, here only. */
export function setSession(answer: SignedIn | null) {
  if (answer) {
    const { user, accessToken, refreshToken, expiresIn, deviceToken } = answer;
    save('session', { user, accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
    if (deviceToken)
      save(
        'devices',
        Object.fromEntries(
          [[addressOf(user.email), deviceToken], ...Object.entries(devices()).filter(([email]) => email !== addressOf(user.email))].slice(
            0,
            MAX_DEVICES,
          ),
        ),
      );
  } else forget('session');
  listeners.forEach((l) => l());
}

/** Shows the account as it is now. */
export function setUser(user: User) {
  const now = session();
  if (now?.user.id !== user.id) return;
  save('session', { ...now, user });
  listeners.forEach((l) => l());
}

/** By address: what tells that this browser signed in before, so that a stranger's guesses do not cost it its turn. It opens nothing. */
const devices = () => load<Record<string, string>>('devices') ?? {};
const addressOf = (email: string) => email.trim().toLowerCase();

export async function signIn(email: string, password: string) {
  setSession(await send('POST', '/api/auth/login', { email, password, deviceToken: devices()[addressOf(email)] }));
}

export async function signOut() {
  const refreshToken = session()?.refreshToken;
  setSession(null);
  if (refreshToken) await send('POST', '/api/auth/logout', { refreshToken });
}

/** An access token that is still good for a while, if someone is signed in. */
export async function accessToken(): Promise<string | undefined> {
  const now = session();
  if (!now) return undefined;
  return now.expiresAt - Date.now() > 30_000 ? now.accessToken : renew(now.accessToken);
}

let renewing: Promise<string | undefined> | null = null;

function renew(old: string): Promise<string | undefined> {
  renewing ??= exclusively(async () => {
    // Another tab may have done it while this one waited.
    const now = session();
    if (!now || now.accessToken !== old) return now?.accessToken;
    // And while this one asked: what it stored, also that nobody is signed in any more, holds.
    const unchanged = () => session()?.refreshToken === now.refreshToken;
    try {
      const next = await send<SignedIn>('POST', '/api/auth/refresh', { refreshToken: now.refreshToken });
      if (unchanged()) setSession(next);
    } catch (e) {
      if (!(e instanceof ApiError) || ![400, 401, 403].includes(e.status)) throw e;
      if (unchanged()) setSession(null);
    }
    return session()?.accessToken;
  }).finally(() => (renewing = null));
  return renewing;
}

function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // Only there on https and localhost.
  return navigator.locks ? (navigator.locks.request('sq.session', work) as Promise<T>) : leased(work);
}

/** Of tabs that begin in the very same moment two may get through, which the server takes as one that repeats itself. */
async function leased<T>(work: () => Promise<T>): Promise<T> {
  const me = randomId();
  const holder = () => {
    const lease = load<{ by: string; until: number }>('renewing');
    return lease && lease.until > Date.now() ? lease.by : null;
  };
  while (holder() !== me) {
    // Asking takes no longer than that.
    if (holder() === null) save('renewing', { by: me, until: Date.now() + TIMEOUT });
    // The one who wrote last has it.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const release = () => {
    if (holder() === me) forget('renewing');
  };
  addEventListener('pagehide', release);
  try {
    return await work();
  } finally {
    removeEventListener('pagehide', release);
    release();
  }
}

/** Asks as the one who is signed in, or with a ticket's token. */
export function api<T = void>(method: string, path: string, body?: unknown, options: Options = {}): Promise<T> {
  return method === 'GET' ? ask<T>(method, path, body, options) : change<T>(method, path, body, options);
}

/** What was asked for and never answered. Anyone who asks for the same again means the same, and it is done once. */
const unanswered = new Map<string, { key: string; at: number }>();

/** What was asked for so far was for somebody else. */
export const forgetUnanswered = () => unanswered.clear();

async function change<T>(method: string, path: string, body: unknown, options: Options): Promise<T> {
  const begun = Date.now();
  const action = `${method} ${path} ${JSON.stringify(body)}`;
  const before = unanswered.get(action);
  const key = before && begun - before.at < SAME_ACTION ? before.key : randomId();
  unanswered.delete(action);
  try {
    const answer = await ask<T>(method, path, body, options, method === 'POST' ? key : undefined);
    // The person has gone on: the same as before would be a new action now.
    for (const [other, { at }] of unanswered) if (at < begun) unanswered.delete(other);
    return answer;
  } catch (e) {
    // It may or may not have been done.
    if (e instanceof ApiError && (e.status === 0 || e.status >= 500)) unanswered.set(action, { key, at: Date.now() });
    throw e;
  }
}

async function ask<T>(method: string, path: string, body: unknown, options: Options, key?: string): Promise<T> {
  const token = options.token ? undefined : await accessToken();
  try {
    return await send<T>(method, path, body, { ...options, key }, token);
  } catch (e) {
    // A wrong password for a change is no end of the session.
    if (!(e instanceof ApiError) || e.status !== 401 || e.code === 'INVALID_CREDENTIALS' || !token) throw e;
    const next = await renew(token);
    if (!next) throw e;
    return send<T>(method, path, body, { ...options, key }, next);
  }
}

/** All items of a list, page by page, up to a limit. */
export async function all<T>(path: string, limit = 1000): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: List<T> = await api(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && found.length < limit);
  return found;
}

let ahead = 0;

/** The time by the server's clock, which times that it tells are compared with; a device may be set wrong. */
export const serverNow = () => Date.now() + ahead;

// It tells whole seconds.
function heed(date: string | null) {
  const at = Date.parse(date ?? '') + 500;
  if (Math.abs(at - serverNow()) > 1500) ahead = at - Date.now();
}

async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  options: Options & { key?: string } = {},
  bearer?: string,
): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': currentLanguage() };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.token) headers['X-Tracking-Token'] = options.token;
  if (options.key) headers['Idempotency-Key'] = options.key;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
    });
    heed(answer.headers.get('Date'));
    const text = await answer.text();
    if (!answer.ok) throw refusal(answer.status, text);
    return (text === '' ? undefined : options.text ? text : JSON.parse(text)) as T;
  } catch (e) {
    if (e instanceof ApiError) throw e;
    throw new ApiError(0, 'OFFLINE', e instanceof Error ? e.message : String(e));
  } finally {
    clearTimeout(timer);
  }
}

function refusal(status: number, text: string): ApiError {
  try {
    const problem = JSON.parse(text);
    const says = problem.error ?? problem.detail ?? problem.title ?? '';
    return new ApiError(status, problem.code ?? String(status), says, problem.errors, problem);
  } catch {
    return new ApiError(status, String(status), '');
  }
}
