import { all, api, ApiError } from '../../api';
import type { Branch, Call, LineTicket, Queue } from '../../types';

/** What one screen is for. An empty list is no limit. */
export interface Area {
  queues: string[];
  counters: string[];
  branch: string | null;
}

/** Somebody at a counter, or on the way there. */
export interface Called {
  queueId: string;
  number: string;
  counter: string;
  status: string;
  /** When, by the server's clock, in milliseconds. */
  at: number;
  recalls: number;
}

export interface HallState {
  branch: Branch | null;
  queues: Queue[];
  calls: Called[];
}

/** More are not at the counters of one queue. */
const MOST_OF_A_LINE = '50';
/** The server takes so many ids at once. */
const IDS = 150;

/** Two queues may have the same numbers, in two branches. */
export const keyOf = (call: { queueId: string; number: string }) => `${call.queueId} ${call.number}`;

/** Which of the calls of a number it is. */
export const signOf = (call: Called) => `${call.at} ${call.recalls}`;

export function areaOf(search: string): Area {
  const asked = new URLSearchParams(search);
  const list = (name: string) => [...new Set((asked.get(name) ?? '').split(',').map((part) => part.trim()))].filter(Boolean);
  return { queues: list('queues'), counters: list('counters').map(lower), branch: asked.get('branch') };
}

const lower = (name: string) => name.toLocaleLowerCase();

/** Whether calls to this counter are for this screen. */
export const isOfArea = (area: Area, counter: string) => area.counters.length === 0 || area.counters.includes(lower(counter));

export const calledOf = (call: Call): Called => ({
  queueId: call.queueId,
  number: call.ticketNumber,
  counter: call.counter ?? '',
  status: 'called',
  at: Date.parse(call.calledAt ?? ''),
  recalls: call.recalls,
});

/** How the area stands now. A queue that was deleted is no longer of it. */
export async function readHall(area: Area): Promise<HallState> {
  const { branch, queues: found } = await readQueues(area);
  // Closed to newcomers, it still has people who listen for their number.
  const queues = found.filter(
    (q) => area.queues.length > 0 || q.isActive || q.statistics.waiting + q.statistics.called + q.statistics.serving > 0,
  );
  const ids = queues.map((q) => q.id);
  const parts = Array.from({ length: Math.ceil(ids.length / IDS) }, (_, i) => ids.slice(i * IDS, (i + 1) * IDS));
  const lines = await Promise.all(parts.map(readLines));
  const calls = lines
    .flat()
    .filter((l) => l.status === 'called' || l.status === 'serving')
    .map((l) => ({
      queueId: l.queueId,
      number: l.ticketNumber,
      counter: l.counter ?? '',
      status: l.status,
      at: Date.parse(l.calledAt ?? ''),
      recalls: l.recalls,
    }))
    .filter((c) => isOfArea(area, c.counter));
  return { branch, queues, calls };
}

async function readQueues({ queues: wanted, branch: place }: Area): Promise<{ branch: Branch | null; queues: Queue[] }> {
  if (place) {
    const branch = await unlessGone(api<Branch & { queues: Queue[] }>('GET', `/api/branches/${encodeURIComponent(place)}`));
    const queues = (branch?.queues ?? []).filter((q) => wanted.length === 0 || wanted.includes(q.id));
    return { branch, queues };
  }
  if (wanted.length === 0) return { branch: null, queues: await all<Queue>('/api/queues') };
  const found = await all<Queue>(`/api/queues?ids=${wanted.slice(0, IDS).map(encodeURIComponent).join(',')}`);
  return { branch: null, queues: found.sort((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id)) };
}

// The first of each line is enough: who is at a counter comes first.
async function readLines(ids: string[]): Promise<LineTicket[]> {
  const lines = await unlessGone(
    api<{ items: LineTicket[] }>('GET', `/api/queues/${ids.map(encodeURIComponent).join(',')}/tickets?limit=${MOST_OF_A_LINE}`),
  );
  return lines?.items ?? [];
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (e) {
    if (e instanceof ApiError && e.status === 404) return null;
    throw e;
  }
}
