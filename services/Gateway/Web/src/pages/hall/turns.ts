import { useRef, useState } from 'preact/hooks';
import { type Called, keyOf } from './calls';

/** How long a call stands out after its turn began, at least. */
const STANDS_OUT = 10_000;
/** How long a turn lasts while others wait for theirs, at least: nobody's is overlooked, and nobody waits for it long. */
const TURN = 4000;

/** Calls that are announced one after the other, however many come at once. */
export function useTurns(announce: (call: Called) => Promise<unknown>) {
  const [turns, setTurns] = useState<readonly { key: string }[]>([]);
  const waiting = useRef<Called[]>([]);
  const running = useRef(false);
  const latest = useRef(announce);
  latest.current = announce;

  const run = async () => {
    if (running.current) return;
    running.current = true;
    try {
      for (let call = waiting.current.shift(); call; call = waiting.current.shift()) {
        const turn = { key: keyOf(call) };
        setTurns((before) => [turn, ...before.filter((t) => t.key !== turn.key)]);
        setTimeout(() => setTurns((before) => before.filter((t) => t !== turn)), STANDS_OUT);
        await Promise.all([latest.current(call), new Promise((resolve) => setTimeout(resolve, TURN))]);
      }
    } finally {
      running.current = false;
    }
  };
  return {
    /** Whose call stands out now. */
    standsOut: (key: string) => turns.some((t) => t.key === key),
    /** A call of a number that still waits for its turn takes the place of the one before. */
    add(call: Called) {
      waiting.current = [...waiting.current.filter((c) => keyOf(c) !== keyOf(call)), call];
      void run();
    },
    /** Who has gone needs no announcement any more. */
    keep(keys: ReadonlySet<string> | ReadonlyMap<string, unknown>) {
      waiting.current = waiting.current.filter((c) => keys.has(keyOf(c)));
    },
  };
}
