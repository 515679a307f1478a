import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError, serverNow } from './api';
import { dateIn, hourIn, isoDayIn, time, zoneNameIn } from './format';
import { t } from './i18n';
import type { Slot, Slots } from './types';
import { Failure, Loading, sentence } from './ui';
import './styles/book.css';

const DAY = 24 * 60 * 60 * 1000;
/** So many days are looked at together. */
const SPAN = 14;
/** So many times are offered instead of one that is gone, and so many days before and after it are looked at. */
const OFFERED = 6;
const NEAR = 7;

const slotsOf = (queueId: string, from: number, to: number) =>
  api<Slots>(
    'GET',
    `/api/queues/${encodeURIComponent(queueId)}/slots?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`,
  );

/** Refusals that say that a time is not to be had any more. */
export const isGone = (e: unknown) => e instanceof ApiError && (['SLOT_TAKEN', 'QUEUE_CLOSED'].includes(e.code) || 'start' in e.fields);

export interface Times {
  /** By the day of the place, 2026-03-29; `null` while they are asked for. */
  days: Map<string, Slot[]> | null;
  timeZone: string;
  busy: boolean;
  error: string | null;
  /** Looks at later days, or again after an error; absent where there are none, and while it does. */
  more?: () => void;
}

const ASKED: Times = { days: null, timeZone: '', busy: true, error: null };

/**
 * The free times of a queue, from now on until there are days with any.
 * @param queueId the queue; `null` while none is chosen
 * @param horizon how many days ahead it is booked
 * @param changed when it changes they are asked for again: a time turned out not to be had any more, or to be had again
 */
export function useTimes(queueId: string | null, horizon: number, changed: string | number | null): Times {
  const [times, setTimes] = useState(ASKED);
  /** What is shown, and how far ahead it was looked. */
  const known = useRef({ queueId: null as string | null, to: 0 });
  useEffect(() => {
    if (queueId === null) return undefined;
    let wanted = true;
    const last = serverNow() + (horizon + 1) * DAY;
    // What is asked for again stays until it is known again, to the same day.
    const reach = known.current.queueId === queueId ? known.current.to : 0;
    const read = async (from: number, before: Slot[], shown: number) => {
      try {
        const to = Math.min(from + SPAN * DAY, last);
        const { timeZone, items } = await slotsOf(queueId, from, to);
        if (!wanted) return;
        const slots = [...before, ...items];
        const day = ({ start }: Slot) => isoDayIn(timeZone, start);
        // The day in which the answer ends is shown when all of it is known.
        const whole = to < last ? slots.filter((slot) => day(slot) < isoDayIn(timeZone, to)) : slots;
        if (to < last && (whole.length === shown || to < reach)) return void (await read(to, slots, shown));
        const days = new Map<string, Slot[]>();
        for (const slot of whole) days.set(day(slot), [...(days.get(day(slot)) ?? []), slot]);
        const found = { days, timeZone, busy: false, error: null };
        const more = () => {
          setTimes({ ...found, busy: true });
          void read(to, slots, whole.length);
        };
        known.current = { queueId, to };
        setTimes({ ...found, more: to < last ? more : undefined });
      } catch (e) {
        const again = () => {
          setTimes((now) => ({ ...now, busy: true, error: null, more: undefined }));
          void read(from, before, shown);
        };
        if (wanted) setTimes((now) => ({ ...now, busy: false, error: sentence(e), more: again }));
      }
    };
    if (!reach) setTimes(ASKED);
    void read(serverNow(), [], 0);
    return () => {
      wanted = false;
    };
  }, [queueId, horizon, changed]);
  return times;
}

interface StepProps {
  title: string;
  /** Whether it comes in place of another, so that its heading gets the focus. */
  follows: boolean;
  back?: () => void;
  children: ComponentChildren;
}

/** One step on the way. */
export function Step({ title, follows, back, children }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (follows) heading.current!.focus();
  }, []);
  return (
    <section class="stack">
      <div class="row between">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {/* Not below what comes later, which would push it down. */}
        {back && (
          <button type="button" class="quiet" onClick={back}>
            {t('back')}
          </button>
        )}
      </div>
      {children}
    </section>
  );
}

/** Says whose clock is meant, where it is not that of this device. */
export function ZoneNote({ timeZone, at }: { timeZone: string; at: string }) {
  return hourIn(timeZone, at) === time(at) ? null : <p class="muted small">{t('bookZone', { zone: zoneNameIn(timeZone, at) })}</p>;
}

interface ChooseProps {
  times: Times;
  /** The day that was chosen. */
  day: string | null;
  follows: boolean;
  onDay: (day: string | null) => void;
  onTime: (slot: Slot) => void;
  back?: () => void;
}

/** The day, and then the time. */
export function ChooseTime({ times, day, follows, onDay, onTime, back }: ChooseProps) {
  const list = useRef<HTMLUListElement>(null);
  /** How many days there were when later ones were asked for. */
  const before = useRef(0);
  useEffect(() => {
    const later = before.current > 0 ? list.current?.querySelectorAll('button')[before.current] : undefined;
    if (!later) return;
    before.current = 0;
    later.focus();
  }, [times]);
  const slots = day === null ? undefined : times.days?.get(day);
  if (slots) {
    return (
      <Step key="time" title={t('bookTime')} follows={follows} back={() => onDay(null)}>
        <p>{dateIn(times.timeZone, slots[0].start)}</p>
        <ZoneNote timeZone={times.timeZone} at={slots[0].start} />
        <ul class="times">
          {slots.map((slot) => (
            <li key={slot.start}>
              <button type="button" onClick={() => onTime(slot)}>
                {labelOf(slot, slots, times.timeZone)}
              </button>
            </li>
          ))}
        </ul>
      </Step>
    );
  }
  return (
    <Step key="day" title={t('bookDay')} follows={follows} back={back}>
      {times.days?.size === 0 && (
        <p class="notice warn" role="status">
          {t('bookNoTimes')}
        </p>
      )}
      <ul ref={list} class="choices">
        {[...(times.days ?? [])].map(([date, free]) => (
          <li key={date}>
            <button type="button" onClick={() => onDay(date)}>
              {dateIn(times.timeZone, free[0].start)}
              <span>{t('bookFree', { n: free.length })}</span>
            </button>
          </li>
        ))}
      </ul>
      <Failure text={times.error} />
      {times.busy && <Loading />}
      {times.more && (
        <button
          type="button"
          onClick={() => {
            before.current = times.days?.size ?? 0;
            times.more!();
          }}
        >
          {t(times.error ? 'retry' : 'bookMore')}
        </button>
      )}
    </Step>
  );
}

/** In the night when the clocks are put back, the wall shows an hour twice. */
function labelOf(slot: Slot, all: Slot[], timeZone: string): string {
  const label = hourIn(timeZone, slot.start);
  const isTwice = all.filter(({ start }) => hourIn(timeZone, start) === label).length > 1;
  return isTwice ? `${label} (${zoneNameIn(timeZone, slot.start, 'shortOffset')})` : label;
}

interface NearestProps {
  queueId: string;
  start: string;
  /** It was held, and is no longer; else somebody else has it. */
  isOver?: boolean;
  onTime: (slot: Slot, timeZone: string) => void;
}

/** The free times that are nearest to one that is gone. */
export function Nearest({ queueId, start, isOver = false, onTime }: NearestProps) {
  const [found, setFound] = useState<Slots | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const at = Date.parse(start);
    const away = (slot: Slot) => Math.abs(Date.parse(slot.start) - at);
    slotsOf(queueId, at - NEAR * DAY, at + NEAR * DAY).then(
      ({ timeZone, items }) =>
        setFound({
          timeZone,
          items: items
            .sort((one, other) => away(one) - away(other))
            .slice(0, OFFERED)
            .sort((one, other) => Date.parse(one.start) - Date.parse(other.start)),
        }),
      (e: unknown) => setError(sentence(e)),
    );
  }, [queueId, start]);
  return (
    <div class="stack">
      <Failure
        text={error ?? (found && t(found.items.length ? (isOver ? 'bookOver' : 'bookTaken') : isOver ? 'bookOverAll' : 'bookTakenAll'))}
      />
      {found && (
        <ul class="choices">
          {found.items.map((slot) => (
            <li key={slot.start}>
              <button type="button" onClick={() => onTime(slot, found.timeZone)}>
                {whenOf(slot.start, found.timeZone)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The day and the time of something at a place. */
export const whenOf = (start: string, timeZone: string) => `${dateIn(timeZone, start)}, ${hourIn(timeZone, start)}`;
