import type { Appointment, Ticket } from './types';

/** What the browser would not keep (private mode, full): that must not stop the page, so it is kept in memory then. */
const memory = new Map<string, string>();

export function load<T>(key: string): T | null {
  let text: string | null | undefined;
  try {
    text = localStorage.getItem(`sq.${key}`);
  } catch {
    text = null;
  }
  text ??= memory.get(key);
  if (text == null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

export function save(key: string, value: unknown) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(`sq.${key}`, text);
    // Or it would come back when another tab removes it.
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
}

export function forget(key: string) {
  memory.delete(key);
  try {
    localStorage.removeItem(`sq.${key}`);
  } catch {
    // There was nothing kept.
  }
}

/** For idempotency keys; `crypto.randomUUID` is only there on https and localhost. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The tickets this browser took, newest first. */
export interface Kept {
  id: string;
  number: string;
  queue: string;
  token?: string;
  at: number;
  /** As it stood when it was last heard of. */
  state?: Ticket;
}

const DAY = 24 * 60 * 60 * 1000;

export const keptTickets = () => (load<Kept[]>('tickets') ?? []).filter((t) => Date.now() - t.at < 2 * DAY);

/** The appointments this browser booked, newest first. */
export interface KeptAppointment {
  id: string;
  token?: string;
  code?: string;
  queue: string;
  /** As it stood when it was last heard of. */
  state: Appointment;
}

export const keptAppointments = () =>
  (load<KeptAppointment[]>('appointments') ?? []).filter(({ state }) => Date.parse(state.end) > Date.now() - 2 * DAY);

export function keepAppointment(appointment: KeptAppointment) {
  const kept = keptAppointments();
  const before = kept.find(({ id }) => id === appointment.id);
  save('appointments', [{ ...before, ...appointment }, ...kept.filter(({ id }) => id !== appointment.id)].slice(0, 20));
}

/** Those that stand in a line or at a counter. */
export const isOpen = (ticket: Ticket) => ['waiting', 'called', 'serving', 'parked'].includes(ticket.status);

/** Those that may change yet: who was missed can be brought back. */
export const goesOn = (ticket: Ticket) => isOpen(ticket) || ticket.status === 'no_show';

export const forgetTicket = (id: string) =>
  save(
    'tickets',
    keptTickets().filter((t) => t.id !== id),
  );

export function keepTicket(ticket: Kept) {
  const before = keptTickets().find((t) => t.id === ticket.id);
  save('tickets', [{ ...before, ...ticket }, ...keptTickets().filter((t) => t.id !== ticket.id)].slice(0, 20));
}
