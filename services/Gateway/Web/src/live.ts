import type { HubConnection } from '@microsoft/signalr';
import { useEffect, useRef, useState } from 'preact/hooks';
import { accessToken, onSession, session } from './api';
import { pause } from './backoff';
import { lazily } from './lazy';
import type { Announced, Call, QueueState, Ticket } from './types';

export type Link = 'connecting' | 'live' | 'stale';

export interface Hears {
  queue?: (state: QueueState) => void;
  ticket?: (ticket: Ticket) => void;
  called?: (call: Call) => void;
  announced?: (announced: Announced) => void;
  /** The connection is back, and what was shown may be old. */
  back?: () => void;
}

interface Wish {
  method: 'JoinQueue' | 'TrackTicket';
  args: (string | null)[];
}

interface Followed extends Wish {
  users: number;
  /** How often it was refused one after another. */
  refused: number;
  again?: ReturnType<typeof setTimeout>;
}

/** A connection that lasted so long was a good one. */
const STEADY = 10_000;
const ASLEEP = 20_000;
const LONGEST_REFUSED = 60_000;

let connection: HubConnection | null = null;
let link: Link = 'connecting';
let running = false;
let attempt = 0;
let hiddenAt = 0;
const wishes = new Map<string, Followed>();
const listeners = new Set<Hears>();
const links = new Set<(link: Link) => void>();

function setLink(next: Link) {
  if (link === next) return;
  const back = next === 'live' && link === 'stale';
  link = next;
  links.forEach((l) => l(next));
  if (back) listeners.forEach((l) => l.back?.());
}

/** Connects, and again whenever the connection is lost, for as long as the page is there. */
async function run() {
  if (running) return;
  running = true;
  const { HubConnectionBuilder, HttpTransportType, LogLevel } = await lazily(
    () => import('@microsoft/signalr'),
    () => setLink('stale'),
  );
  for (;;) {
    const hub = new HubConnectionBuilder()
      // Straight to a WebSocket: negotiating first would need every request to reach the same gateway.
      .withUrl('/hubs/queue', {
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
        accessTokenFactory: async () => (await accessToken()) ?? '',
      })
      .configureLogging(LogLevel.None)
      .build();
    hub.on('queue:updated', (s: QueueState) => listeners.forEach((l) => l.queue?.(s)));
    hub.on('ticket:updated', (t: Ticket) => listeners.forEach((l) => l.ticket?.(t)));
    hub.on('ticket:called', (c: Call) => listeners.forEach((l) => l.called?.(c)));
    hub.on('queue:announcement', (a: Announced) => listeners.forEach((l) => l.announced?.(a)));
    hub.on('notification', () => undefined);
    const closed = new Promise<void>((resolve) => hub.onclose(() => resolve()));
    let since = Infinity;
    try {
      await hub.start();
      since = Date.now();
      connection = hub;
      await followAll();
      checkLive();
      await closed;
    } catch {
      // Away: the state is shown as stale, and it is tried again below.
      await hub.stop();
    }
    connection = null;
    setLink('stale');
    if (Date.now() - since > STEADY) attempt = 0;
    await pause(attempt++);
  }
}

const followAll = () => Promise.all([...wishes.values()].map((w) => follow(w)));

/** What is refused is asked for again on the same connection, less and less often: a new one would be refused the same. */
async function follow(wish: Followed) {
  clearTimeout(wish.again);
  wish.again = undefined;
  const hub = connection;
  if (!hub) return;
  try {
    await hub.invoke(wish.method, ...wish.args);
    wish.refused = 0;
  } catch (e) {
    // A connection that is lost is not a refusal; all is asked for again with the next.
    if (hub !== connection || hub.state !== 'Connected') return;
    const text = e instanceof Error ? e.message : '';
    // What is gone stays gone, and its page finds out by asking.
    if (/NOT_FOUND|VALIDATION_FAILED/.test(text) || wish.users === 0) return;
    setLink('stale');
    wish.again = setTimeout(() => void follow(wish).then(checkLive), Math.min(LONGEST_REFUSED, 1000 * 2 ** wish.refused++));
  }
}

function checkLive() {
  if (connection && ![...wishes.values()].some((w) => w.again)) setLink('live');
}

function refresh() {
  if (!running) return;
  if (!connection) attempt = 0;
  // A connection that died in sleep does not know it yet: this asks for the present state, and gives up soon.
  else {
    const hub = connection;
    const limit = setTimeout(() => void hub.stop(), 4000);
    void followAll().finally(() => clearTimeout(limit));
    listeners.forEach((l) => l.back?.());
  }
}

addEventListener('online', () => refresh());
addEventListener('pageshow', (e) => e.persisted && refresh());
addEventListener('offline', () => {
  setLink('stale');
  void connection?.stop();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (hiddenAt && Date.now() - hiddenAt > ASLEEP) refresh();
});

let signedInAs = session()?.user.id;
onSession(() => {
  const now = session()?.user.id;
  if (now === signedInAs) return;
  signedInAs = now;
  // Who is connected is settled when connecting.
  attempt = 0;
  void connection?.stop();
});

function want(wish: Wish): () => void {
  const key = [wish.method, ...wish.args].join(' ');
  const known = wishes.get(key) ?? { ...wish, users: 0, refused: 0 };
  known.users++;
  wishes.set(key, known);
  if (connection) void follow(known);
  else void run();
  return () => {
    const now = wishes.get(key);
    if (!now || --now.users > 0) return;
    wishes.delete(key);
    clearTimeout(now.again);
    checkLive();
    void connection?.invoke(wish.method === 'JoinQueue' ? 'LeaveQueue' : 'UntrackTicket', wish.args[0]).catch(() => undefined);
  };
}

/** Follows queues, and a ticket, and says whether what is heard is live. */
export function useLive(queueIds: string[], ticket: { id: string; token?: string } | null, hears: Hears): Link {
  const [now, setNow] = useState<Link>(link);
  const latest = useRef(hears);
  latest.current = hears;
  useEffect(() => {
    const listener: Hears = {
      queue: (s) => latest.current.queue?.(s),
      ticket: (t) => latest.current.ticket?.(t),
      called: (c) => latest.current.called?.(c),
      announced: (a) => latest.current.announced?.(a),
      back: () => latest.current.back?.(),
    };
    listeners.add(listener);
    links.add(setNow);
    setNow(link);
    return () => {
      listeners.delete(listener);
      links.delete(setNow);
    };
  }, []);
  useEffect(() => {
    const leave = queueIds.map((id) => want({ method: 'JoinQueue', args: [id] }));
    if (ticket) leave.push(want({ method: 'TrackTicket', args: [ticket.id, ticket.token ?? null] }));
    return () => leave.forEach((l) => l());
  }, [queueIds.join(' '), ticket?.id, ticket?.token]);
  return now;
}
