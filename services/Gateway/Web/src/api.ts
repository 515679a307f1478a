import { forget, load, save } from './store';
import type { List, User } from './types';

export interface Session {
  accessToken: string;
  refreshToken: string;
  expiresAt: number;
  user: User;
}

/** The server's refusal, or that it cannot be reached (`OFFLINE`). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string[]> = {},
  ) {
    super(message);
  }
}

interface Options {
  /** Of a guest's ticket. */
  token?: string;
  /** Makes a repeated POST harmless. */
  key?: string;
  /** Wanted as text, such as CSV. */
  text?: boolean;
}

const TIMEOUT = 20_000;
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

function setSession(answer: { user: User; accessToken: string; refreshToken: string; expiresIn: number } | null) {
  if (answer) {
    const { user, accessToken, refreshToken, expiresIn } = answer;
    save('session', { user, accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
  } else forget('session');
  listeners.forEach((l) => l());
}

export async function signIn(email: string, password: string) {
  setSession(await send('POST', '/api/auth/login', { email, password }));
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
    // Another tab may have done it while this one waited; a refresh token used twice ends the session everywhere.
    const now = session();
    if (!now || now.accessToken !== old) return now?.accessToken;
    try {
      setSession(await send('POST', '/api/auth/refresh', { refreshToken: now.refreshToken }));
    } catch (e) {
      if (e instanceof ApiError && (e.status === 401 || e.status === 400)) setSession(null);
      else throw e;
    }
    return session()?.accessToken;
  }).finally(() => (renewing = null));
  return renewing;
}

function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // Only there on https and localhost.
  return navigator.locks ? (navigator.locks.request('sq.session', work) as Promise<T>) : work();
}

/** Asks as whoever is signed in, or with a ticket's token. */
export async function api<T = void>(method: string, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const token = options.token ? undefined : await accessToken();
  try {
    return await send<T>(method, path, body, options, token);
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 401 || !token) throw e;
    const next = await renew(token);
    if (!next) throw e;
    return send<T>(method, path, body, options, next);
  }
}

/** All items of a list, page by page, up to a limit. */
export async function all<T>(path: string, limit = 1000): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: List<T> = await api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && found.length < limit);
  return found;
}

async function send<T>(method: string, path: string, body?: unknown, options: Options = {}, bearer?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.token) headers['X-Tracking-Token'] = options.token;
  if (options.key) headers['Idempotency-Key'] = options.key;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: abort.signal });
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
    return new ApiError(status, problem.code ?? String(status), problem.error ?? problem.detail ?? problem.title ?? '', problem.errors);
  } catch {
    return new ApiError(status, String(status), '');
  }
}
