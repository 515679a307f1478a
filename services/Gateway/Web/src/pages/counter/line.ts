import type { Counter, Ticket } from '../../types';

/**
 * Who waits, in the order in which a counter calls them. In each queue that is their `position`, which knows what appointments make of a
 * line; which queue is next is decided as the server does. What it tells by a list alone, who came first, is taken from that list.
 * @param waiting those who wait, as the server lists them
 * @param desk the counter
 * @param now by the server's clock
 */
export function inOrderOfCalling(waiting: Ticket[], desk: Counter, now: number): Ticket[] {
  const listed = new Map(waiting.map((x, i) => [x.id, i]));
  const queues = new Map<string, Ticket[]>();
  for (const x of waiting) queues.set(x.queueId, [...(queues.get(x.queueId) ?? []), x]);
  const lines = [...queues].map(([queueId, line]) => ({
    rank: desk.rule === 'ranked' ? (desk.queues.find((q) => q.queueId === queueId)?.rank ?? 1) : 1,
    line: line.sort((one, other) => (one.position ?? 0) - (other.position ?? 0)),
  }));
  const isDue = (x: Ticket) => x.appointmentAt != null && Date.parse(x.appointmentAt) <= now;
  const isEarly = (x: Ticket) => x.appointmentAt != null && !isDue(x);
  const order: Ticket[] = [];
  while (order.length < waiting.length) {
    const next = lines
      .filter(({ line }) => line.length > 0)
      .map((of) => ({ ...of, key: [+isEarly(of.line[0]), of.rank, +!of.line.some(isDue), listed.get(of.line[0].id)!] }))
      .reduce((best, of) => (isBefore(of.key, best.key) ? of : best));
    order.push(next.line.shift()!);
  }
  return order;
}

function isBefore(one: number[], other: number[]): boolean {
  const i = one.findIndex((n, at) => n !== other[at]);
  return i >= 0 && one[i] < other[i];
}
