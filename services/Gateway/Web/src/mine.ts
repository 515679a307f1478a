import { useEffect, useState } from 'preact/hooks';
import { api, ApiError } from './api';
import { forgetTicket, goesOn, keepTicket, type Kept, keptTickets } from './store';
import type { Ticket } from './types';

/** The numbers this browser took: at first as it kept them, which may be old, then as they stand now. */
export function useMine(): { mine: Kept[]; asked: boolean } {
  const [now, setNow] = useState({ mine: keptTickets(), asked: false });
  useEffect(() => {
    let wanted = true;
    void Promise.all(keptTickets().map(renew)).then(() => wanted && setNow({ mine: keptTickets(), asked: true }));
    return () => {
      wanted = false;
    };
  }, []);
  return now;
}

async function renew({ id, token, state }: Kept): Promise<void> {
  if (state && !goesOn(state)) return;
  try {
    const now = await api<Ticket>('GET', `/api/tickets/${encodeURIComponent(id)}`, undefined, { token });
    keep(now, token);
    // The same number goes on there.
    if (now.transferredTo)
      await renew({ id: now.transferredTo, token, number: now.ticketNumber, queue: now.queueName ?? '', at: Date.parse(now.createdAt) });
  } catch (e) {
    if (e instanceof ApiError && [401, 403, 404].includes(e.status)) forgetTicket(id);
  }
}

export const keep = (state: Ticket, token: string | undefined) =>
  keepTicket({ id: state.id, number: state.ticketNumber, queue: state.queueName ?? '', token, at: Date.parse(state.createdAt), state });
