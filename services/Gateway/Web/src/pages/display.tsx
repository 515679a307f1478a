import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { printedAddress } from '../address';
import { allowSound, canSound, chime, speak } from '../alerts';
import { serverNow } from '../api';
import { closedText } from '../closed';
import { hourIn, known, wait } from '../format';
import { currentLanguage, locale, t } from '../i18n';
import { useLive } from '../live';
import { Qr } from '../qr';
import { load, save } from '../store';
import type { Queue } from '../types';
import { LinkNotice, Loading, useNow, usePoll, useTitle } from '../ui';
import { areaOf, type Called, calledOf, type HallState, isOfArea, keyOf, readHall, signOf } from './hall/calls';
import { fit, turnPages } from './hall/fit';
import { useTurns } from './hall/turns';
import '../styles/display.css';

const REFRESH = 30_000;
/** What changes is read again after so long, however much changes. */
const SOON = 500;
/** A call that was missed is announced if it is no older. */
const RECENT = 2 * 60_000;
const MOST_SHOWN = 12;
const PAGE = 10_000;
const DAY = 24 * 60 * 60 * 1000;

export default function Display() {
  const area = useRef(areaOf(location.search)).current;
  const [hall, setHall] = useState<HallState | null>(null);
  const screen = useRef<HTMLElement>(null);
  /** Which call of each number has been heard of; `null` before the first reading, when all of them are old. */
  const heard = useRef<Map<string, string> | null>(null);
  const announcedAt = useRef(new Map<string, number>());
  const pushed = useRef(0);
  const started = useRef(Date.now()).current;
  const now = useNow(PAGE);
  const sound = useSound();
  useTitle(t('displayTitle'));
  useScreenOn();

  const turns = useTurns(async (call) => {
    // Later than those before, whatever was found out about the clock meanwhile.
    announcedAt.current.set(keyOf(call), Math.max(serverNow(), ...[...announcedAt.current.values()].map((at) => at + 1)));
    chime();
    // Where the page may not sound it may not speak either.
    if (canSound()) await speak(t('spokenCall', { number: call.number.replace('-', ' '), counter: call.counter }), currentLanguage());
  });

  const take = (next: HallState) => {
    const before = heard.current;
    const present = new Map(next.calls.map((c) => [keyOf(c), signOf(c)]));
    heard.current = present;
    announcedAt.current.forEach((_, key) => present.has(key) || announcedAt.current.delete(key));
    turns.keep(present);
    setHall(next);
    if (!before) return;
    // Nobody pushed these: they were called while the network was away.
    next.calls
      .filter((c) => c.status === 'called' && before.get(keyOf(c)) !== signOf(c))
      .filter((c) => serverNow() - c.at < RECENT || before.get(keyOf(c))?.startsWith(`${c.at} `))
      .sort((a, b) => a.at - b.at)
      .forEach(turns.add);
  };

  const read = async () => {
    const asked = pushed.current;
    try {
      const next = await readHall(area);
      // Who was called while it was read may be missing in it.
      if (asked === pushed.current) take(next);
      else readSoon();
    } catch {
      // What is shown stays, marked as old by the link's notice; it is read again soon.
    }
  };

  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const readSoon = () => {
    soon.current ??= setTimeout(() => {
      soon.current = undefined;
      void latest.current();
    }, SOON);
  };
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => () => clearTimeout(soon.current), []);

  const link = useLive(hall?.queues.map((q) => q.id) ?? [], null, {
    queue: (s) => {
      setHall((h) => h && withQueue(h, s.queueId, (q) => ({ ...q, statistics: s.statistics ?? q.statistics })));
      readSoon();
    },
    called: (pushedCall) => {
      const call = calledOf(pushedCall);
      if (!heard.current || !isOfArea(area, call.counter) || heard.current.get(keyOf(call)) === signOf(call)) return;
      pushed.current++;
      heard.current.set(keyOf(call), signOf(call));
      // A counter has one ticket: who was there before is gone.
      setHall((h) => h && { ...h, calls: [call, ...h.calls.filter((c) => keyOf(c) !== keyOf(call) && c.counter !== call.counter)] });
      turns.add(call);
      readSoon();
    },
    announced: ({ queueId, message }) =>
      setHall(
        (h) => h && withQueue(h, queueId, (q) => ({ ...q, announcement: message ? { message, at: new Date().toISOString() } : null })),
      ),
    back: () => void read(),
  });
  usePoll(() => latest.current(), link === 'live' ? REFRESH : 5000, [link]);

  useEffect(() => {
    // It runs for weeks: once a day, at night and when nothing happens, it starts again with the pages of the day.
    if (now - started > DAY && new Date(now).getHours() === 4 && hall?.calls.length === 0 && link === 'live') location.reload();
    if (screen.current) turnPages(screen.current);
  }, [now]);
  useLayoutEffect(() => {
    if (screen.current) fit(screen.current);
  });
  useEffect(() => {
    const again = () => screen.current && fit(screen.current);
    addEventListener('resize', again);
    return () => removeEventListener('resize', again);
  }, []);

  if (!hall) return <Loading />;
  const { queues, branch } = hall;
  const names = new Map(queues.map((q) => [q.id, q.name]));
  const calls = inOrder(hall.calls, announcedAt.current).slice(0, MOST_SHOWN);
  const zone = branch?.timeZone ?? queues[0]?.timeZone ?? '';
  const at = serverNow();
  const title = queues.length === 1 ? queues[0].name : (branch?.name ?? t('nowServing'));
  const messages = queues.map((q) => q.announcement?.message).filter((m, i, every) => m && every.indexOf(m) === i);
  return (
    <main class="display" id="main" ref={screen} data-calls={calls.length}>
      <header class="display-head">
        <h1>{title}</h1>
        {!sound.on && (
          <button type="button" onClick={sound.turnOn}>
            {t('soundOn')}
          </button>
        )}
        <time dateTime={new Date(at).toISOString()}>{hourIn(zone, at)}</time>
      </header>
      <LinkNotice link={link} />
      {messages.length > 0 && (
        <p class="notice info display-said" data-pages>
          {messages
            .join(' · ')
            .split(/\s+/)
            .map((word, i) => (
              <span key={i}>{word} </span>
            ))}
        </p>
      )}
      <div class="display-body">
        <section class="display-calls" aria-live="polite" aria-label={t('nowServing')}>
          {calls.length === 0 && (
            <div class="display-idle">
              <p class="display-clock" aria-hidden="true">
                {hourIn(zone, at)}
              </p>
              <p>{dateIn(zone, at)}</p>
              <p class="display-empty">{t('nobodyCalled')}</p>
            </div>
          )}
          {calls.map((call) => (
            <div key={keyOf(call)} class={`display-row ${turns.standsOut(keyOf(call)) ? 'is-fresh' : ''}`}>
              <span class="display-number" dir="ltr">
                {call.number}
              </span>
              <span class="display-arrow" aria-hidden="true">
                →
              </span>
              <span class="display-counter">
                {/* A counter may have a name that says what it is. */}
                <span class={isShort(call.counter) ? 'display-to' : 'visually-hidden'}>{t('counter')} </span>
                <bdi>{call.counter}</bdi>
              </span>
              {queues.length > 1 && (
                <span class="display-queue">
                  <bdi>{names.get(call.queueId)}</bdi>
                </span>
              )}
            </div>
          ))}
        </section>
        <aside class="display-side" aria-label={t('queues')} data-pages>
          {queues.map((q) => (
            <Tile key={q.id} queue={q} alone={queues.length === 1} />
          ))}
          <div class="display-join">
            <Qr text={queues.length === 1 ? `${printedAddress()}/q/${queues[0].id}` : `${printedAddress()}/`} label={t('hallJoin')} />
            <p aria-hidden="true">{t('hallJoin')}</p>
          </div>
        </aside>
      </div>
    </main>
  );
}

function Tile({ queue, alone }: { queue: Queue; alone: boolean }) {
  const { waiting, estimatedWaitTime } = queue.statistics;
  return (
    <div class="display-tile">
      {/* Alone it is named above. */}
      <h2 class={alone ? 'visually-hidden' : ''}>{queue.name}</h2>
      <p>
        <span class="display-wait">
          <strong>{waiting}</strong> {t('waitingShort')}
        </span>
        {queue.openNow && estimatedWaitTime != null && <span class="display-wait muted"> · {wait(estimatedWaitTime)}</span>}
      </p>
      {!queue.openNow && <p class="muted">{closedText(queue)}</p>}
    </div>
  );
}

/** The last announced first. Who waits for that comes after those who have been. */
function inOrder(calls: readonly Called[], announcedAt: ReadonlyMap<string, number>): Called[] {
  const last = Math.max(...announcedAt.values());
  const rank = (call: Called) => announcedAt.get(keyOf(call)) ?? (Number.isFinite(last) ? Math.min(call.at, last - 1) : call.at);
  return [...calls].sort((a, b) => rank(b) - rank(a));
}

const withQueue = (hall: HallState, id: string, change: (queue: Queue) => Queue): HallState => ({
  ...hall,
  queues: hall.queues.map((q) => (q.id === id ? change(q) : q)),
});

const isShort = (counter: string) => counter.length <= 3;

const dateIn = (timeZone: string, at: number) =>
  new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: known(timeZone) }).format(at);

/** Whether the screen sounds. Once turned on it stays so over reloads, where the browser lets a page sound without a touch; elsewhere
 * the first touch is enough. */
function useSound() {
  const [on, setOn] = useState(false);
  const begin = () => void allowSound().then(() => setOn(canSound()));
  useEffect(() => {
    if (!load<boolean>('sound')) return;
    begin();
    document.addEventListener('pointerdown', begin);
    return () => document.removeEventListener('pointerdown', begin);
  }, []);
  return {
    on,
    turnOn() {
      save('sound', true);
      void allowSound().then(() => {
        setOn(canSound());
        chime();
      });
    },
  };
}

/** The screen stays on, where the browser can. */
function useScreenOn() {
  useEffect(() => {
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
}
