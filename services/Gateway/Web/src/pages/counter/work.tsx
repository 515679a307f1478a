import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { all, api, ApiError, forgetUnanswered, serverNow, session } from '../../api';
import { duration, hourIn, time } from '../../format';
import { type Key, t } from '../../i18n';
import { useLive } from '../../live';
import { load, save } from '../../store';
import type { Appointment, Counter, List, Queue, Ticket } from '../../types';
import { Announcer, Failure, Field, LinkNotice, Loading, Page, sentence, SignOut, useNow, usePoll, useSession, useTask } from '../../ui';
import { BackInLine, Details, TakeBreak, Transfer, WalkIn } from './dialogs';
import { Expected } from './expected';
import { inOrderOfCalling } from './line';

/** So long a Done can be taken back: nothing leaves `served`, so it is not said before. */
const HOLD = 8000;

/** The desk and its people, as the server told them in one go. */
interface Seen {
  desk: Counter;
  line: Ticket[];
  missed: Ticket[];
  current: Ticket | null;
}

interface Undo {
  text: string;
  work: () => Promise<unknown>;
  /** It has not been said yet, so taking it back asks nothing of the server. */
  local?: boolean;
}

type Asking = { what: 'walkIn' | 'break' } | { what: 'transfer' | 'details' | 'putBack'; ticket: Ticket } | null;
type Action =
  | 'next'
  | 'recall'
  | 'start'
  | 'done'
  | 'noShow'
  | 'park'
  | 'undo'
  | 'call'
  | 'unpark'
  | 'bringBack'
  | 'finish'
  | 'goOn'
  | 'takeOver'
  | 'endDay';

const KEYS: Record<string, Action> = { n: 'next', r: 'recall', s: 'start', d: 'done', x: 'noShow', p: 'park', u: 'undo' };

interface Props {
  counter: Counter;
  /** Of the counter's branch. */
  queues: Queue[];
  elsewhere: Queue[];
  nameOf: (operatorId: string) => string;
  onSeen: (counter: Counter) => void;
  onLeave: () => void;
}

export function Work({ counter, queues, elsewhere, nameOf, onSeen, onLeave }: Props) {
  const me = useSession()!.user.id;
  const [seen, setSeen] = useState<Seen | null>(null);
  const [keys, setKeys] = useState(load<boolean>('keys') ?? true);
  const [undo, setUndo] = useState<Undo | null>(null);
  const [asking, setAsking] = useState<Asking>(null);
  const [said, setSaid] = useState('');
  const [find, setFind] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const task = useTask();
  useNow();
  const now = serverNow();

  const desk = seen?.desk ?? counter;
  const mine = queues.filter((q) => desk.queues.length === 0 || desk.queues.some((x) => x.queueId === q.id));
  const here = desk.operatorId === me;
  const paused = desk.state === 'break';

  const asked = useRef(0);
  const shown = useRef(0);
  const read = async () => {
    const turn = ++asked.current;
    try {
      const path = `/api/counters/${counter.id}`;
      const [now, line, missed] = await Promise.all([
        api<Counter>('GET', path),
        all<Ticket>(`${path}/tickets`),
        api<List<Ticket>>('GET', `${path}/missed`),
      ]);
      // It may be of a queue that the counter does not serve any more.
      const held = now.ticketId
        ? (line.find((x) => x.id === now.ticketId) ?? (await api<Ticket>('GET', `/api/tickets/${now.ticketId}`)))
        : null;
      // What was asked for later is newer, whichever answer comes first.
      if (turn < shown.current) return;
      shown.current = turn;
      setFailure(null);
      onSeen(now);
      setSeen({ desk: now, line, missed: missed.items, current: held && ['called', 'serving'].includes(held.status) ? held : null });
    } catch (e) {
      if (e instanceof ApiError && e.code === 'COUNTER_NOT_FOUND') onLeave();
      else setFailure(sentence(e));
    }
  };
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const readSoon = () => {
    clearTimeout(soon.current);
    soon.current = setTimeout(() => void read(), 150);
  };
  const link = useLive(
    mine.map((q) => q.id),
    null,
    { queue: readSoon, called: readSoon, back: readSoon },
  );
  usePoll(read, link === 'live' ? 20_000 : 4000, [link]);
  // Nothing that is heard tells that somebody else took the desk.
  usePoll(
    async () => {
      const now = await api<Counter>('GET', `/api/counters/${counter.id}`).catch(() => null);
      if (now && (now.operatorId !== latest.current.operatorId || now.state !== latest.current.state)) await read();
    },
    3000,
    [],
  );
  const latest = useRef(desk);
  latest.current = desk;

  // A Done that is held back: here they are gone, and the server learns it when its time is up, with what is done next, or when the
  // page goes.
  const [held, setHeld] = useState<Ticket | null>(null);
  const holding = useRef<Ticket | null>(null);
  const hold = (ticket: Ticket | null) => {
    holding.current = ticket;
    setHeld(ticket);
  };
  const finish = async () => {
    const ticket = holding.current;
    if (!ticket) return;
    holding.current = null;
    await move(ticket, 'served');
  };

  const current = held && seen?.current?.id === held.id ? null : (seen?.current ?? null);
  const waiting = useMemo(
    () =>
      inOrderOfCalling(
        (seen?.line ?? []).filter((x) => x.status === 'waiting'),
        desk,
        serverNow(),
      ),
    [seen],
  );
  const parked = (seen?.line ?? []).filter((x) => x.status === 'parked');
  const queueOf = (ticket: Ticket) => queues.find((q) => q.id === ticket.queueId);
  /** Said in words, so that nobody has to know a colour. */
  const bookedTime = (ticket: Ticket) =>
    ticket.appointmentAt && (
      <span class="badge">{t('appointmentAt', { time: hourIn(queueOf(ticket)?.timeZone ?? '', ticket.appointmentAt) })}</span>
    );

  const active = useRef(false);
  const queued = useRef<{ action: Action; ticket?: Ticket } | null>(null);
  const act = async (work: () => Promise<Undo | void>, byItself = false) => {
    active.current = true;
    let done = false;
    await task.run(async () => {
      if (!byItself) setAsking(null);
      setUndo((before) => (byItself && !before?.local ? before : null));
      try {
        const undone = await work();
        if (undone) setUndo(undone);
        done = true;
      } finally {
        await read();
        setHeld(holding.current);
      }
    });
    // What was pressed meanwhile was meant for what did not happen.
    if (!done) queued.current = null;
    setTurn((n) => n + 1);
  };
  const [turn, setTurn] = useState(0);

  const move = (ticket: Ticket, status: string) => api('PUT', `/api/tickets/${ticket.id}`, { status });
  const post = <T,>(ticket: Ticket, verb: string, body: unknown = {}) => api<T>('POST', `/api/tickets/${ticket.id}/${verb}`, body);
  const at = (verb: string, body: unknown = {}) => api<Counter>('POST', `/api/counters/${counter.id}/${verb}`, body);
  const callAgain = (ticket: Ticket) => api('POST', `/api/counters/${counter.id}/call`, { ticketId: ticket.id });

  /** Calls somebody; who is done, or is to be, is so by the same step. */
  const call = async (verb: 'call-next' | 'call', complete: boolean, chosen?: Ticket): Promise<Undo | void> => {
    const ticket = await api<Ticket | undefined>('POST', `/api/counters/${counter.id}/${verb}`, {
      ticketId: chosen?.id,
      complete: complete || holding.current !== null || undefined,
    });
    holding.current = null;
    if (!ticket) {
      setSaid(t('nobodyWaits'));
      throw new ApiError(0, 'NOBODY', t('nobodyWaits'));
    }
    const text = t('calledNow', { number: ticket.ticketNumber, counter: desk.name });
    setSaid(text);
    return { text, work: () => post(ticket, 'requeue', { afterPosition: Math.max(0, (chosen?.position ?? 1) - 1) }) };
  };

  const serving = current?.status === 'serving';
  const called = current?.status === 'called';
  const canRecall = called && current.recalls < (queueOf(current)?.maxRecalls ?? 0);
  const canCall = here && !paused;

  /** What can be done now; the rest is not there. */
  const actions: Partial<Record<Action, (ticket?: Ticket) => Promise<Undo | void>>> = {
    ...(canCall && !called && { next: () => call('call-next', serving) }),
    ...(canCall && !called && { call: (x) => call('call', serving, x) }),
    ...(here &&
      current && {
        ...(canRecall && { recall: async () => void (await post(current, 'recall')) }),
        ...(called && { start: async () => void (await move(current, 'serving')) }),
        ...(called && {
          noShow: async () => {
            await move(current, 'no_show');
            return { text: t('undoNoShow', { number: current.ticketNumber }), work: () => post(current, 'requeue', { afterPosition: 0 }) };
          },
        }),
        done: async () => {
          hold(current);
          const text = t('doneNow', { number: current.ticketNumber });
          setSaid(text);
          return { text, work: async () => hold(null), local: true };
        },
      }),
    ...(here && {
      park: async (chosen) => {
        const ticket = chosen ?? current;
        if (!ticket) return;
        await post(ticket, 'park');
        return {
          text: t('undoPark', { number: ticket.ticketNumber }),
          work: async () => {
            await post(ticket, 'unpark');
            // Who was at the counter is there again.
            if (!chosen) await callAgain(ticket);
          },
        };
      },
      unpark: async (x) => {
        await post(x!, 'unpark');
        return { text: t('undoBack', { number: x!.ticketNumber }), work: () => post(x!, 'park') };
      },
      bringBack: async (x) => void (await post(x!, 'requeue')),
      goOn: async () => void (await at('open')),
      endDay: async () => {
        await at('close');
        onLeave();
      },
    }),
    ...(!here && { takeOver: async () => void (await at('open', { takeOver: true })) }),
    ...(undo && (here || undo.local) && { undo: async () => void (await undo.work()) }),
    finish: async () => undefined,
  };
  // These say themselves that somebody is done, or take it back.
  const HOLDERS: Action[] = ['next', 'call', 'done', 'undo'];

  const invoke = (action: Action, ticket?: Ticket): boolean => {
    // One is kept for when the one that runs has ended, and is looked at again then.
    if (active.current) {
      queued.current ??= { action, ticket };
      return true;
    }
    const work = actions[action];
    if (!work) return false;
    void act(async () => {
      if (!HOLDERS.includes(action)) await finish();
      return work(ticket);
    }, action === 'finish');
    return true;
  };
  /** For what is chosen in a dialog, which has asked already. */
  const then = (work: () => Promise<Undo | void>) => {
    if (active.current) return;
    void act(async () => {
      await finish();
      return work();
    });
  };
  const arrived = ({ id }: Appointment) =>
    then(async () => setSaid(t('takenNow', { number: (await api<Ticket>('POST', `/api/appointments/${id}/arrive`)).ticketNumber })));
  const invoking = useRef(invoke);
  invoking.current = invoke;

  // Not before what came of the last one is on the page: a key pressed until then would be held against what was there before.
  useLayoutEffect(() => {
    active.current = false;
    const next = queued.current;
    queued.current = null;
    if (next) invoke(next.action, next.ticket);
  }, [turn]);

  // At once, since the page may go the next moment.
  useLayoutEffect(() => {
    if (!held) return undefined;
    const until = Date.now() + HOLD;
    const timer = setInterval(() => {
      if (Date.now() >= until && !active.current) invoking.current('finish');
    }, 250);
    const leave = () => {
      const ticket = holding.current;
      const now = session();
      if (!ticket || !now || (document.visibilityState !== 'hidden' && !leaving.current)) return;
      holding.current = null;
      setHeld(null);
      setUndo(null);
      // It outlives the page. Where it does not arrive, they are still at the counter for whoever looks next.
      void fetch(`/api/tickets/${ticket.id}`, {
        method: 'PUT',
        keepalive: true,
        headers: { Authorization: `Bearer ${now.accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ status: 'served' }),
      })
        .catch(() => undefined)
        .then(readSoon);
    };
    const leaving = { current: false };
    const hide = () => {
      leaving.current = true;
      leave();
    };
    addEventListener('pagehide', hide);
    document.addEventListener('visibilitychange', leave);
    return () => {
      clearInterval(timer);
      removeEventListener('pagehide', hide);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [held]);

  const open = (next: Asking) => {
    if (next?.what === 'walkIn') forgetUnanswered();
    setAsking(next);
  };
  const pressing = useRef<(key: string) => boolean>(() => false);
  pressing.current = (key) => {
    if (asking) return false;
    if (key === 'w' && here && mine.length > 0) open({ what: 'walkIn' });
    else if (key in KEYS) return invoke(KEYS[key]);
    else return false;
    return true;
  };
  // As soon as the page shows: who sees it may press.
  useLayoutEffect(() => {
    if (!keys) return undefined;
    const listen = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || (e.target as HTMLElement).closest('input, select, textarea, dialog')) return;
      // Where the keyboard writes other letters, the place of the key counts.
      const key = e.key.toLowerCase();
      if (pressing.current(/^[a-z]$/.test(key) ? key : e.code.replace('Key', '').toLowerCase())) e.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [keys]);

  // When what had the focus is gone, it goes to what is likely wanted next, and not to the top of the page.
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const note = (e: FocusEvent) => (focused.current = e.target as Element);
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  useLayoutEffect(() => {
    if (!focused.current || focused.current.isConnected || document.activeElement !== document.body) return;
    (document.querySelector<HTMLElement>('.now-actions button') ?? document.querySelector<HTMLElement>('main h1'))?.focus();
  });

  const button = (action: Action, text: Key, hot?: string, kind?: string, off = false) => (
    <button
      key={action}
      type="button"
      class={kind}
      data-action={action}
      aria-disabled={off || undefined}
      onClick={() => !off && invoke(action)}
    >
      {t(text)} {hot && keys && <kbd aria-hidden="true">{hot}</kbd>}
    </button>
  );

  const wanted = find.trim().toLowerCase();
  const digits = wanted.replace(/[\s()+./-]/g, '');
  const matches = (x: Ticket) =>
    !wanted ||
    x.ticketNumber.toLowerCase().includes(wanted) ||
    (x.customerName ?? '').toLowerCase().includes(wanted) ||
    (/^\d{3,}$/.test(digits) && (x.phone ?? '').includes(digits));
  const found = useMemo(() => waiting.filter(matches), [waiting, wanted]);
  const choose = useRef<(ticket: Ticket) => void>(() => undefined);
  // Nobody's service ends by a slip of the hand on another's row.
  choose.current = (x) => {
    if (current || !canCall) open({ what: 'details', ticket: x });
    else invoke('call', x);
  };
  const minute = Math.floor(now / 60_000);
  // Rows change when people do, or once a minute, and not with each second.
  const rows = useMemo(
    () =>
      found.map((x) => (
        <li key={x.id} class="line-row">
          <button type="button" class="line-call" onClick={() => choose.current(x)}>
            <strong dir="ltr">{x.ticketNumber}</strong>
            <span class="line-who">
              {x.customerName} {bookedTime(x)} {x.priority > 0 && <span class="badge">{t('priority')}</span>}
              {x.notes && <small>{x.notes}</small>}
            </span>
            {mine.length > 1 && <span class="line-queue">{x.queueName}</span>}
            <span class="line-waited" title={time(x.createdAt)}>
              {t('minutes', { n: Math.max(0, Math.floor((now - Date.parse(x.createdAt)) / 60_000)) })}
            </span>
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`${t('details')}: ${x.ticketNumber}`}
            onClick={() => open({ what: 'details', ticket: x })}
          >
            …
          </button>
        </li>
      )),
    [found, minute, mine.length, t('details')],
  );

  return (
    <Page wide head={<SignOut />}>
      <div class="row between">
        <h1 tabIndex={-1}>{t('counterName', { counter: desk.name })}</h1>
        <div class="row">
          {here && !paused && (
            <button key="pause" type="button" onClick={() => open({ what: 'break' })}>
              {t('pause')}
            </button>
          )}
          {here && button('endDay', 'endDay')}
        </div>
      </div>
      <LinkNotice link={link} />
      <Failure text={task.error ?? failure} />
      <div role="alert">
        {!here && (
          <div class="notice warn stack">
            <p>{desk.operatorId ? t('takenBy', { name: nameOf(desk.operatorId), counter: desk.name }) : t('deskClosed')}</p>
            <div class="row">
              {button('takeOver', desk.operatorId ? 'takeOver' : 'openAgain', undefined, 'primary')}
              <button
                type="button"
                // Where it fails, they are still at the counter for whoever sits there.
                onClick={() =>
                  void finish()
                    .catch(() => undefined)
                    .then(onLeave)
                }
              >
                {t('changeDesk')}
              </button>
            </div>
          </div>
        )}
      </div>
      <Announcer text={said} />
      <div class="counter-grid">
        <section class="stack counter-now" aria-labelledby="now">
          <h2 id="now" class="visually-hidden">
            {t('now')}
          </h2>
          <div class={`card now is-${current?.status ?? 'free'}`} aria-busy={task.busy}>
            {current ? (
              <>
                <p class="ticket-queue">{current.queueName}</p>
                <p class="now-number" dir="ltr" data-testid="current">
                  {current.ticketNumber}
                </p>
                <p>
                  {t(`status_${current.status}` as Key)} ·{' '}
                  <span dir="ltr">{duration((now - Date.parse(current.servingAt ?? current.calledAt ?? current.createdAt)) / 1000)}</span>
                </p>
                {current.appointmentAt && <p>{bookedTime(current)}</p>}
                {current.customerName && <p>{current.customerName}</p>}
                {current.notes && <p class="muted">{current.notes}</p>}
              </>
            ) : paused ? (
              <p class="muted">{[t('pausedText'), desk.breakReason].filter(Boolean).join(' ')}</p>
            ) : (
              <p class="muted">{t('free')}</p>
            )}
            {here && (
              <div class="now-actions">
                {paused && !current && button('goOn', 'resume', undefined, 'primary big')}
                {!current && !paused && button('next', 'callNext', 'N', 'primary big')}
                {called && button('start', 'startServing', 'S', 'primary')}
                {current && button('done', 'done', 'D', serving ? 'primary' : '')}
                {serving && !paused && button('next', 'doneAndNext', 'N')}
                {called && button('recall', 'recall', 'R', '', !canRecall)}
                {called && button('noShow', 'noShow', 'X')}
                {called && (
                  <button key="putBack" type="button" onClick={() => open({ what: 'putBack', ticket: current })}>
                    {t('putBack')}
                  </button>
                )}
                {current && (
                  <button key="transfer" type="button" data-action="transfer" onClick={() => open({ what: 'transfer', ticket: current })}>
                    {t('transfer')}
                  </button>
                )}
                {current && button('park', 'park', 'P')}
                {current && (
                  <button key="details" type="button" onClick={() => open({ what: 'details', ticket: current })}>
                    {t('details')}
                  </button>
                )}
              </div>
            )}
          </div>
          <div role="status">
            {undo && (
              <p class="notice info row between">
                <span>{undo.text}</span>
                {button('undo', 'undo', 'U')}
              </p>
            )}
          </div>
        </section>
        <section class="stack counter-line">
          <div class="row between">
            <h2 id="line">
              {t('waitingLine')} <span class="badge">{waiting.length}</span>
            </h2>
            {here && mine.length > 0 && (
              <button type="button" onClick={() => open({ what: 'walkIn' })}>
                {t('walkIn')} {keys && <kbd aria-hidden="true">W</kbd>}
              </button>
            )}
          </div>
          <Field label={t('findPerson')} type="search" value={find} onInput={(e) => setFind(e.currentTarget.value)} />
          {!seen ? (
            <Loading />
          ) : (
            <>
              <p role="status" class={found.length > 0 && !wanted ? 'visually-hidden' : 'muted'}>
                {waiting.length === 0 ? t('nobodyWaits') : wanted ? t('foundCount', { n: found.length }) : ''}
              </p>
              {found.length > 0 && (
                <ol class="line" aria-labelledby="line">
                  {rows}
                </ol>
              )}
            </>
          )}
          <Expected queues={mine} line={seen?.line ?? []} onArrived={here ? arrived : null} />
          {mine.some((q) => q.booking) && (
            <p>
              {/* The counter stays as it is. */}
              <a href={`/book/${desk.branchId}`} target="_blank" rel="noopener">
                {t('bookFor')}
              </a>
            </p>
          )}
          {[
            { name: 'parked' as const, list: parked, action: 'unpark' as const },
            { name: 'missed' as const, list: seen?.missed ?? [], action: 'bringBack' as const },
          ].map(
            ({ name, list, action }) =>
              list.length > 0 && (
                <section key={name} class="stack">
                  <h3>{t(name)}</h3>
                  <ul class="links">
                    {list.filter(matches).map((x) => (
                      <li key={x.id} class="row between card flat">
                        <span>
                          <strong dir="ltr">{x.ticketNumber}</strong> {x.customerName}
                        </span>
                        {here && (
                          <button type="button" aria-label={`${t('bringBack')} ${x.ticketNumber}`} onClick={() => invoke(action, x)}>
                            {t('bringBack')}
                          </button>
                        )}
                      </li>
                    ))}
                  </ul>
                </section>
              ),
          )}
          <label class="check">
            <input
              type="checkbox"
              checked={keys}
              onChange={(e) => {
                setKeys(e.currentTarget.checked);
                save('keys', e.currentTarget.checked);
              }}
            />
            {t('shortcuts')}
          </label>
          <Announce queues={mine} />
        </section>
      </div>
      {asking?.what === 'break' && (
        <TakeBreak
          onClose={() => setAsking(null)}
          onChosen={(reason) => then(async () => void (await at('break', { reason: reason || undefined })))}
        />
      )}
      {asking?.what === 'walkIn' && (
        <WalkIn
          queues={mine}
          onClose={() => setAsking(null)}
          onTaken={(ticket, work) => {
            setUndo({ text: t('takenNow', { number: ticket.ticketNumber }), work });
            readSoon();
          }}
        />
      )}
      {asking?.what === 'putBack' && (
        <BackInLine
          ticket={asking.ticket}
          onClose={() => setAsking(null)}
          onChosen={(afterPosition) =>
            then(async () => {
              await post(asking.ticket, 'requeue', { afterPosition });
              return { text: t('undoBack', { number: asking.ticket.ticketNumber }), work: () => callAgain(asking.ticket) };
            })
          }
        />
      )}
      {asking?.what === 'transfer' && (
        <Transfer
          ticket={asking.ticket}
          queues={[...queues, ...elsewhere]}
          onClose={() => setAsking(null)}
          onChosen={(queue) =>
            then(async () => {
              const { queueId, status, ticketNumber, priority } = asking.ticket;
              const next = await post<Ticket>(asking.ticket, 'transfer', { queueId: queue.id });
              return {
                text: t('undoTransfer', { number: ticketNumber, queue: queue.name }),
                work: async () => {
                  const back = await post<Ticket>(next, 'transfer', { queueId, priority });
                  if (status !== 'waiting') await callAgain(back);
                },
              };
            })
          }
        />
      )}
      {asking?.what === 'details' && (
        <Details
          key={asking.ticket.id}
          ticket={asking.ticket}
          callLabel={asking.ticket.status === 'waiting' && canCall && !called ? t(serving ? 'doneAndCall' : 'callThis') : null}
          onCall={() => invoke('call', asking.ticket)}
          onPark={asking.ticket.status === 'waiting' && here ? () => invoke('park', asking.ticket) : null}
          onTransfer={asking.ticket.status === 'waiting' && here ? () => open({ what: 'transfer', ticket: asking.ticket }) : null}
          onClose={() => setAsking(null)}
          onSaved={(work) => {
            setAsking(null);
            setUndo({ text: t('undoDetails', { number: asking.ticket.ticketNumber }), work });
            readSoon();
          }}
        />
      )}
    </Page>
  );
}

function Announce({ queues }: { queues: Queue[] }) {
  const [text, setText] = useState('');
  const task = useTask();
  return (
    <details>
      <summary>{t('announce')}</summary>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            await Promise.all(queues.map((q) => api('POST', `/api/queues/${q.id}/announce`, { message: text })));
            setText('');
          });
        }}
      >
        <Failure text={task.error} />
        <Field label={t('announceText')} required maxLength={300} value={text} onInput={(e) => setText(e.currentTarget.value)} />
        <div class="row">
          <button disabled={task.busy}>{t('announceSend')}</button>
          <button
            type="button"
            class="quiet"
            disabled={task.busy}
            onClick={() => void task.run(() => Promise.all(queues.map((q) => api('DELETE', `/api/queues/${q.id}/announce`))))}
          >
            {t('announceClear')}
          </button>
        </div>
      </form>
    </details>
  );
}
