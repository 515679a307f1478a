import { useEffect, useRef, useState } from 'preact/hooks';
import { allowSound, canSound, chime, speak } from '../alerts';
import { all, api } from '../api';
import { closedText, isClosed } from '../closed';
import { time, wait } from '../format';
import { currentLanguage, locale, t } from '../i18n';
import { useLive } from '../live';
import type { Call, LineTicket, Queue } from '../types';
import { LinkNotice, Loading, useNow, usePoll, useTitle } from '../ui';
import '../styles/display.css';

const REFRESH = 30_000;
const FLASH = 12_000;
const DAY = 24 * 60 * 60 * 1000;

interface Shown {
  queueId: string;
  number: string;
  counter: string;
  status: string;
  at: number;
}

export default function Display() {
  const wanted = (new URLSearchParams(location.search).get('queues') ?? '').split(',').filter(Boolean);
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [shown, setShown] = useState<Shown[]>([]);
  const [fresh, setFresh] = useState<Shown | null>(null);
  const [said, setSaid] = useState<Record<string, string | null>>({});
  const [sound, setSound] = useState(false);
  const speaking = useRef<Promise<void>>(Promise.resolve());
  const started = useRef(Date.now()).current;
  const now = useNow(10_000);
  useTitle(t('displayTitle'));

  const read = async () => {
    try {
      const found = wanted.length
        ? await Promise.all(wanted.map((id) => api<Queue>('GET', `/api/queues/${encodeURIComponent(id)}`)))
        : await all<Queue>('/api/queues?active=true');
      const lines = await Promise.all(found.map((q) => all<LineTicket>(`/api/queues/${q.id}/tickets`, 200)));
      setQueues(found);
      setSaid(Object.fromEntries(found.map((q) => [q.id, q.announcement?.message ?? null])));
      setShown((before) =>
        found
          .flatMap((q, i) =>
            lines[i]
              .filter((l) => l.status === 'called' || l.status === 'serving')
              .map((l) => {
                const known = before.find((s) => s.queueId === q.id && s.number === l.ticketNumber);
                return {
                  queueId: q.id,
                  number: l.ticketNumber,
                  counter: l.counter ?? known?.counter ?? '',
                  status: l.status,
                  at: l.calledAt ? Date.parse(l.calledAt) : (known?.at ?? Date.now()),
                };
              }),
          )
          .sort((a, b) => b.at - a.at),
      );
    } catch {
      // What is shown stays, marked as old by the link's notice; it is read again soon.
    }
  };

  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const readSoon = () => {
    clearTimeout(soon.current);
    soon.current = setTimeout(() => void read(), 300);
  };

  const call = ({ queueId, ticketNumber, counter }: Call) => {
    const entry = { queueId, number: ticketNumber, counter: counter ?? '', status: 'called', at: Date.now() };
    // A counter has one ticket: who was there before is gone.
    setShown((before) => [entry, ...before.filter((s) => s.number !== entry.number && s.counter !== entry.counter)]);
    setFresh(entry);
    speaking.current = speaking.current.then(() => {
      chime();
      speak(t('spokenCall', { number: ticketNumber.replace('-', ' '), counter: counter ?? '' }), currentLanguage());
    });
    readSoon();
  };

  const ids = queues?.map((q) => q.id) ?? [];
  const link = useLive(ids, null, {
    queue: (s) => {
      setQueues((before) => before?.map((q) => (q.id === s.queueId ? { ...q, statistics: s.statistics ?? q.statistics } : q)) ?? null);
      readSoon();
    },
    called: call,
    announced: (a) => setSaid((before) => ({ ...before, [a.queueId]: a.message || null })),
    back: () => void read(),
  });
  usePoll(read, link === 'live' ? REFRESH : 5000, [link, wanted.join()]);

  useEffect(() => {
    if (!fresh) return;
    const timer = setTimeout(() => setFresh(null), FLASH);
    return () => clearTimeout(timer);
  }, [fresh]);
  useEffect(() => {
    // It runs for weeks: once a day, at night and when nothing happens, it starts again with the pages of the day.
    if (now - started > DAY && new Date(now).getHours() === 4 && shown.length === 0 && link === 'live') location.reload();
  }, [now]);
  useEffect(() => {
    // The screen stays on, where the browser can.
    let lock: WakeLockSentinel | undefined;
    const keep = () => {
      if (document.hidden) return;
      navigator.wakeLock?.request('screen').then(
        (l) => (lock = l),
        () => undefined,
      );
    };
    keep();
    document.addEventListener('visibilitychange', keep);
    return () => {
      document.removeEventListener('visibilitychange', keep);
      void lock?.release();
    };
  }, []);

  if (!queues) return <Loading />;
  const name = (id: string) => queues.find((q) => q.id === id)?.name ?? '';
  return (
    <main class="display" id="main">
      <header class="display-head">
        <h1>{queues.length === 1 ? queues[0].name : t('nowServing')}</h1>
        <div class="display-tools">
          {!sound && !canSound() && (
            <button
              type="button"
              onClick={() =>
                void allowSound().then(() => {
                  chime();
                  setSound(true);
                })
              }
            >
              {t('soundOn')}
            </button>
          )}
          <time dateTime={new Date(now).toISOString()}>
            {new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(now)}
          </time>
        </div>
      </header>
      <LinkNotice link={link} />
      {Object.entries(said).map(
        ([id, message]) =>
          message && (
            <p key={id} class="notice info display-said">
              {message}
            </p>
          ),
      )}
      <div class="display-body">
        <section class="display-calls" aria-live="polite" aria-label={t('nowServing')}>
          <div class="display-row display-labels" aria-hidden="true">
            <span>{t('ticketNumber')}</span>
            <span>{t('counter')}</span>
          </div>
          {shown.length === 0 && <p class="display-empty">{t('nobodyCalled')}</p>}
          {shown.slice(0, 6).map((s) => (
            <div key={`${s.queueId} ${s.number}`} class={`display-row ${fresh?.number === s.number ? 'is-fresh' : ''}`}>
              <span class="display-number" dir="ltr">
                {s.number}
              </span>
              <span class="display-counter">
                <span class="visually-hidden">{t('counter')} </span>
                {s.counter}
              </span>
              {queues.length > 1 && (
                <span class="display-queue">
                  <bdi>{name(s.queueId)}</bdi> · <bdi>{time(s.at)}</bdi>
                </span>
              )}
            </div>
          ))}
        </section>
        <aside class="display-queues" aria-label={t('queues')}>
          {queues.map((q) => (
            <div key={q.id} class="display-tile">
              <h2>{q.name}</h2>
              <p>
                <strong>{q.statistics.waiting}</strong> {t('waitingShort')}
              </p>
              <p class="muted">
                {isClosed(q) || q.statistics.estimatedWaitTime == null
                  ? closedText(q)
                  : t('aboutWait', { wait: wait(q.statistics.estimatedWaitTime) })}
              </p>
            </div>
          ))}
        </aside>
      </div>
    </main>
  );
}
