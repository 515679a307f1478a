import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError, serverNow } from './api';
import { isGone } from './times';
import type { Appointment } from './types';
import { sentence } from './ui';

const KEPT = 'sq.hold';

/** A place that is held for this browser. */
interface Held {
  queueId: string;
  start: string;
  id: string;
  token?: string;
  until: string;
}

export interface Hold {
  /** Until when the time is held; `null` while it is not. */
  until: string | null;
  /** Why the time is not to be had: somebody else has it, or it was held too long. */
  gone: 'taken' | 'over' | null;
  error: string | null;
  /** Books it; `null` where it is gone. */
  confirm: (details: Record<string, string>) => Promise<Appointment | null>;
  /** Holds it once more. */
  again: () => void;
}

const NOT_HELD: Pick<Hold, 'until' | 'gone' | 'error'> = { until: null, gone: null, error: null };

/**
 * Holds a time while somebody says who comes, and gives it back when they turn away from it.
 * @param onFreed told when it was given back, and when it turned out to be gone: then other times are free than before
 */
export function useHold(queueId: string, start: string, onFreed: () => void): Hold {
  const [state, setState] = useState(NOT_HELD);
  const [attempt, setAttempt] = useState(0);
  const asked = useRef<Promise<Held> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const lose = (gone: 'taken' | 'over') => {
    clearTimeout(timer.current);
    asked.current = null;
    keep(null);
    setState({ ...NOT_HELD, gone });
    onFreed();
  };
  const watch = ({ until }: Held) => {
    timer.current = setTimeout(() => lose('over'), Date.parse(until) - serverNow());
  };
  const take = () => {
    const wanted = takePlace(queueId, start);
    asked.current = wanted;
    return wanted.then((held) => {
      // Turned away from meanwhile; then it is given back where that was done.
      if (asked.current !== wanted) return held;
      keep(held);
      setState({ ...NOT_HELD, until: held.until });
      watch(held);
      return held;
    });
  };
  useEffect(() => {
    setState(NOT_HELD);
    const wanted = take();
    const first = asked.current;
    wanted.catch((e: unknown) => {
      if (asked.current !== first) return;
      if (isGone(e)) return lose('taken');
      // Tried once more when it is booked.
      asked.current = null;
      setState({ ...NOT_HELD, error: sentence(e) });
    });
    return () => {
      clearTimeout(timer.current);
      const left = asked.current;
      asked.current = null;
      keep(null);
      void left?.then(giveBack, () => undefined).then(onFreed);
    };
  }, [queueId, start, attempt]);

  const confirm = async (details: Record<string, string>) => {
    setState((now) => ({ ...now, gone: null, error: null }));
    let held: Held;
    try {
      held = await (asked.current ?? take());
    } catch (e) {
      asked.current = null;
      if (!isGone(e)) throw e;
      lose('taken');
      return null;
    }
    // It may be booked already when the answer is lost: then it is not over, and the same asked again tells.
    clearTimeout(timer.current);
    try {
      const made = await api<Appointment>('POST', `/api/appointments/${held.id}/confirm`, details, { token: held.token });
      asked.current = null;
      keep(null);
      return { ...made, token: held.token };
    } catch (e) {
      if (!(e instanceof ApiError) || !['HOLD_EXPIRED', 'APPOINTMENT_NOT_FOUND'].includes(e.code)) {
        if (e instanceof ApiError && e.status === 400) watch(held);
        throw e;
      }
      lose('over');
      return null;
    }
  };
  return { ...state, confirm, again: () => setAttempt((n) => n + 1) };
}

async function takePlace(queueId: string, start: string): Promise<Held> {
  const before = kept();
  if (before && before.queueId === queueId && before.start === start) return before;
  // The page was left for another time of day, and opened again.
  if (before) await giveBack(before);
  const made = await api<Appointment>('POST', '/api/appointments', { queueId, start, hold: true });
  return { queueId, start, id: made.id, token: made.token, until: made.heldUntil! };
}

/** What cannot be given back now runs out by itself. */
const giveBack = ({ id, token }: Held) => api<unknown>('DELETE', `/api/appointments/${id}`, undefined, { token }).catch(() => undefined);

/** What is held in this tab, which has it also after it was loaded again. */
function kept(): Held | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Held | null;
    return held && Date.parse(held.until) > serverNow() ? held : null;
  } catch {
    return null;
  }
}

function keep(held: Held | null) {
  try {
    if (held) sessionStorage.setItem(KEPT, JSON.stringify(held));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Not kept (private mode, full): after it was loaded again the page holds another place.
  }
}
