import { useEffect, useRef, useState } from 'preact/hooks';
import { all, api, ApiError } from '../api';
import { isClosed } from '../closed';
import { duration, since, time } from '../format';
import { type Key, t } from '../i18n';
import { useLive } from '../live';
import { load, save } from '../store';
import type { Queue, Ticket } from '../types';
import { Staff } from '../staff';
import { Announcer, Dialog, Failure, Field, LinkNotice, Loading, Page, sentence, SignOut, useNow, usePoll, useTask, useTitle } from '../ui';
import '../styles/counter.css';

interface Desk {
  counter: string;
  queues: string[];
}

interface Undo {
  text: string;
  work: () => Promise<unknown>;
}

export default function CounterPage() {
  return (
    <Staff role="operator">
      <Counter />
    </Staff>
  );
}

function Counter() {
  const [desk, setDesk] = useState(load<Desk>('desk'));
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  useTitle(t('counterTitle'));
  usePoll(
    async () => {
      try {
        setQueues(await all<Queue>('/api/queues'));
        setError(null);
      } catch (e) {
        setError(sentence(e));
      }
    },
    30_000,
    [],
  );
  if (!queues) return <Page head={<SignOut />}>{error ? <Failure text={error} /> : <Loading />}</Page>;
  const here = desk && { ...desk, queues: desk.queues.filter((id) => queues.some((q) => q.id === id)) };
  return here && here.queues.length > 0 ? (
    <Work desk={here} queues={queues} onLeave={() => setDesk(null)} />
  ) : (
    <Choose
      queues={queues}
      before={load<Desk>('desk')}
      onChosen={(chosen) => {
        save('desk', chosen);
        setDesk(chosen);
      }}
    />
  );
}

function Choose({ queues, before, onChosen }: { queues: Queue[]; before: Desk | null; onChosen: (desk: Desk) => void }) {
  const [chosen, setChosen] = useState<string[]>(before?.queues ?? (queues.length === 1 ? [queues[0].id] : []));
  const [counter, setCounter] = useState(before?.counter ?? '');
  const names = [...new Set(queues.filter((q) => chosen.includes(q.id)).flatMap((q) => q.counters.map((c) => c.name)))];
  return (
    <Page head={<SignOut />}>
      <form
        class="card stack"
        onSubmit={(e) => {
          e.preventDefault();
          onChosen({ counter: counter.trim(), queues: chosen });
        }}
      >
        <h1>{t('chooseDesk')}</h1>
        {queues.length === 0 && <p class="notice info">{t('noQueuesManage')}</p>}
        <fieldset>
          <legend>{t('queues')}</legend>
          {queues.map((q) => (
            <label key={q.id} class="check">
              <input
                type="checkbox"
                checked={chosen.includes(q.id)}
                onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, q.id] : chosen.filter((c) => c !== q.id))}
              />
              {q.name} {isClosed(q) && <span class="muted">({t('closed')})</span>}
            </label>
          ))}
        </fieldset>
        <Field
          label={t('counter')}
          required
          maxLength={20}
          list="counters"
          hint={names.length ? names.join(', ') : undefined}
          value={counter}
          onInput={(e) => setCounter(e.currentTarget.value)}
        />
        <datalist id="counters">
          {names.map((n) => (
            <option key={n} value={n} />
          ))}
        </datalist>
        <button class="primary" disabled={chosen.length === 0}>
          {t('start')}
        </button>
      </form>
    </Page>
  );
}

// Each line as the server has it; of the first of each line, whom a counter that goes by who came first would call.
function inCallingOrder(lines: Ticket[][]): Ticket[] {
  const left = lines.filter((x) => x.length > 0).map((x) => [...x]);
  const merged: Ticket[] = [];
  while (left.length > 0) {
    left.sort((a, b) => b[0].priority - a[0].priority || Date.parse(a[0].createdAt) - Date.parse(b[0].createdAt));
    merged.push(left[0].shift()!);
    if (left[0].length === 0) left.shift();
  }
  return merged;
}

function Work({ desk, queues, onLeave }: { desk: Desk; queues: Queue[]; onLeave: () => void }) {
  const [line, setLine] = useState<Ticket[] | null>(null);
  const [missed, setMissed] = useState<Ticket[]>([]);
  const [paused, setPaused] = useState(false);
  const [keys, setKeys] = useState(load<boolean>('keys') ?? true);
  const [undo, setUndo] = useState<Undo | null>(null);
  const [asking, setAsking] = useState<'transfer' | null>(null);
  const [said, setSaid] = useState('');
  const task = useTask();
  const now = useNow();
  const mine = queues.filter((q) => desk.queues.includes(q.id));

  const read = async () => {
    try {
      const from = new Date(Date.now() - 3 * 60 * 60 * 1000).toISOString();
      const [lines, gone] = await Promise.all([
        Promise.all(desk.queues.map((id) => all<Ticket>(`/api/queues/${id}/tickets`))),
        Promise.all(desk.queues.map((id) => all<Ticket>(`/api/tickets?queueId=${id}&status=no_show&from=${from}`, 50))),
      ]);
      setLine(lines.flat());
      const grace = (ticket: Ticket) => queues.find((q) => q.id === ticket.queueId)?.rejoinGrace ?? 0;
      setMissed(gone.flat().filter((x) => since(x.closedAt ?? x.calledAt) < grace(x)));
    } catch (e) {
      task.setError(sentence(e));
    }
  };
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const readSoon = () => {
    clearTimeout(soon.current);
    soon.current = setTimeout(() => void read(), 150);
  };
  const link = useLive(desk.queues, null, { queue: readSoon, called: readSoon, back: readSoon });
  usePoll(read, link === 'live' ? 20_000 : 4000, [link, desk.queues.join()]);

  const waiting = inCallingOrder(desk.queues.map((id) => (line ?? []).filter((x) => x.status === 'waiting' && x.queueId === id)));
  const parked = (line ?? []).filter((x) => x.status === 'parked');
  const current = (line ?? []).find((x) => x.counter === desk.counter && (x.status === 'called' || x.status === 'serving')) ?? null;
  const queueOf = (ticket: Ticket) => queues.find((q) => q.id === ticket.queueId);

  const act = (work: () => Promise<unknown>, done?: Undo) =>
    task.run(async () => {
      setAsking(null);
      setUndo(null);
      try {
        await work();
        if (done) setUndo(done);
      } finally {
        await read();
      }
    });

  const callNext = (complete = false) =>
    act(async () => {
      // Of several queues, the one whose first has the highest priority, then has waited longest; the server settles who is first in it.
      const order = [...new Set([...waiting.map((x) => x.queueId), ...desk.queues])];
      for (const id of order) {
        const ticket = await api<Ticket | undefined>('POST', `/api/queues/${id}/call-next`, {
          counter: desk.counter,
          complete: complete || undefined,
        });
        complete = false;
        if (ticket) {
          setSaid(t('calledNow', { number: ticket.ticketNumber, counter: desk.counter }));
          setUndo({
            text: t('calledNow', { number: ticket.ticketNumber, counter: desk.counter }),
            work: () => api('POST', `/api/tickets/${ticket.id}/requeue`, { afterPosition: 0 }),
          });
          return;
        }
      }
      setSaid(t('nobodyWaits'));
      throw new ApiError(0, 'NOBODY', t('nobodyWaits'));
    });

  const move = (ticket: Ticket, status: string) => api('PUT', `/api/tickets/${ticket.id}`, { status });
  const post = (ticket: Ticket, verb: string, body: unknown = {}) => api('POST', `/api/tickets/${ticket.id}/${verb}`, body);

  const recall = (x: Ticket) => act(() => post(x, 'recall'));
  const start = (x: Ticket) => act(() => move(x, 'serving'));
  const done = (x: Ticket) => act(() => move(x, 'served'));
  const noShow = (x: Ticket) =>
    act(() => move(x, 'no_show'), {
      text: t('undoNoShow', { number: x.ticketNumber }),
      work: () => post(x, 'requeue', { afterPosition: 0 }),
    });
  const requeue = (x: Ticket) => act(() => post(x, 'requeue'));
  const park = (x: Ticket) =>
    act(() => post(x, 'park'), { text: t('undoPark', { number: x.ticketNumber }), work: () => post(x, 'unpark') });

  const canRecall = current?.status === 'called' && current.recalls < (queueOf(current)?.maxRecalls ?? 3);
  const press = useRef<(key: string) => boolean>(() => false);
  press.current = (key) => {
    if (task.busy || asking) return false;
    if (key === 'n' && !paused) void callNext(current !== null && current.status === 'serving');
    else if (key === 'r' && current && canRecall) void recall(current);
    else if (key === 's' && current?.status === 'called') void start(current);
    else if (key === 'd' && current) void done(current);
    else if (key === 'x' && current?.status === 'called') void noShow(current);
    else return false;
    return true;
  };
  useEffect(() => {
    if (!keys) return;
    const listen = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || (e.target as HTMLElement).closest('input, select, textarea, dialog')) return;
      if (press.current(e.key.toLowerCase())) e.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [keys]);

  const Key = ({ children }: { children: string }) => (keys ? <kbd aria-hidden="true">{children}</kbd> : null);
  return (
    <Page wide head={<SignOut />}>
      <div class="row between">
        <h1>{t('counterName', { counter: desk.counter })}</h1>
        <div class="row">
          <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {t(paused ? 'resume' : 'pause')}
          </button>
          <button type="button" onClick={onLeave}>
            {t('changeDesk')}
          </button>
        </div>
      </div>
      <LinkNotice link={link} />
      <Failure text={task.error} />
      <Announcer text={said} />
      <div class="counter-grid">
        <section class="stack" aria-labelledby="now">
          <h2 id="now">{t('now')}</h2>
          <div class={`card now is-${current?.status ?? 'free'}`}>
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
                {current.customerName && <p>{current.customerName}</p>}
                {current.notes && <p class="muted">{current.notes}</p>}
              </>
            ) : (
              <p class="muted">{t(paused ? 'pausedText' : 'free')}</p>
            )}
            <div class="now-actions">
              {!current && (
                <button type="button" class="primary big" disabled={paused || task.busy} onClick={() => void callNext()}>
                  {t('callNext')} <Key>N</Key>
                </button>
              )}
              {current?.status === 'called' && (
                <>
                  <button type="button" class="primary" disabled={task.busy} onClick={() => void start(current)}>
                    {t('startServing')} <Key>S</Key>
                  </button>
                  <button type="button" disabled={task.busy || !canRecall} onClick={() => void recall(current)}>
                    {t('recall')} <Key>R</Key>
                  </button>
                  <button type="button" disabled={task.busy} onClick={() => void noShow(current)}>
                    {t('noShow')} <Key>X</Key>
                  </button>
                  <button type="button" disabled={task.busy} onClick={() => void requeue(current)}>
                    {t('putBack')}
                  </button>
                </>
              )}
              {current && (
                <>
                  <button
                    type="button"
                    class={current.status === 'serving' ? 'primary' : ''}
                    disabled={task.busy}
                    onClick={() => void done(current)}
                  >
                    {t('done')} <Key>D</Key>
                  </button>
                  {current.status === 'serving' && (
                    <button type="button" disabled={paused || task.busy} onClick={() => void callNext(true)}>
                      {t('doneAndNext')} <Key>N</Key>
                    </button>
                  )}
                  <button type="button" disabled={task.busy} onClick={() => setAsking('transfer')}>
                    {t('transfer')}
                  </button>
                  <button type="button" disabled={task.busy} onClick={() => void park(current)}>
                    {t('park')}
                  </button>
                </>
              )}
            </div>
          </div>
          <div role="status">
            {undo && (
              <p class="notice info row between">
                <span>{undo.text}</span>
                <button type="button" disabled={task.busy} onClick={() => void act(undo.work)}>
                  {t('undo')}
                </button>
              </p>
            )}
          </div>
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
        <section class="stack">
          <h2 id="line">
            {t('waitingLine')} <span class="badge">{waiting.length}</span>
          </h2>
          {!line ? (
            <Loading />
          ) : (
            <div class="table-wrap" tabIndex={0} role="region" aria-labelledby="line">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('ticketNumber')}</th>
                    {mine.length > 1 && <th scope="col">{t('queue')}</th>}
                    <th scope="col">{t('name')}</th>
                    <th scope="col">{t('since')}</th>
                    <th scope="col">{t('waited')}</th>
                  </tr>
                </thead>
                <tbody>
                  {waiting.map((x) => (
                    <tr key={x.id}>
                      <th scope="row" dir="ltr">
                        {x.ticketNumber}
                      </th>
                      {mine.length > 1 && <td>{x.queueName}</td>}
                      <td>
                        {x.customerName}
                        {x.priority > 0 && <span class="badge">{t('priority')}</span>}
                      </td>
                      <td>{time(x.createdAt)}</td>
                      <td dir="ltr">{duration((now - Date.parse(x.createdAt)) / 1000)}</td>
                    </tr>
                  ))}
                  {waiting.length === 0 && (
                    <tr>
                      <td colSpan={5} class="muted">
                        {t('nobodyWaits')}
                      </td>
                    </tr>
                  )}
                </tbody>
              </table>
            </div>
          )}
          {[
            { name: 'parked' as const, list: parked, verb: 'unpark' },
            { name: 'missed' as const, list: missed, verb: 'requeue' },
          ].map(
            ({ name, list, verb }) =>
              list.length > 0 && (
                <section key={name} class="stack">
                  <h3>{t(name)}</h3>
                  <ul class="links">
                    {list.map((x) => (
                      <li key={x.id} class="row between card flat">
                        <span>
                          <strong dir="ltr">{x.ticketNumber}</strong> {x.customerName}
                        </span>
                        <button
                          type="button"
                          disabled={task.busy}
                          aria-label={`${t('bringBack')} ${x.ticketNumber}`}
                          onClick={() => void act(() => post(x, verb))}
                        >
                          {t('bringBack')}
                        </button>
                      </li>
                    ))}
                  </ul>
                </section>
              ),
          )}
        </section>
      </div>
      {asking === 'transfer' && current && (
        <Dialog title={t('transferTo', { number: current.ticketNumber })} onClose={() => setAsking(null)}>
          <div class="stack">
            {queues
              .filter((q) => q.id !== current.queueId && q.isActive)
              .map((q) => (
                <button key={q.id} type="button" onClick={() => void act(() => post(current, 'transfer', { queueId: q.id }))}>
                  {q.name} · {t('waitingCount', { n: q.statistics.waiting })}
                </button>
              ))}
            <button type="button" class="quiet" onClick={() => setAsking(null)}>
              {t('back')}
            </button>
          </div>
        </Dialog>
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
