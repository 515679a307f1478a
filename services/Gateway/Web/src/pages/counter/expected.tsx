import { useState } from 'preact/hooks';
import { all, serverNow } from '../../api';
import { hourIn } from '../../format';
import { t } from '../../i18n';
import type { Appointment, Queue, Ticket } from '../../types';
import { Failure, sentence, usePoll } from '../../ui';

const POLL = 20_000;
const AHEAD = 60 * 60_000;

interface Props {
  /** Of one branch; those of the counter. */
  queues: Queue[];
  /** Who has come has a ticket of the appointment's id. */
  line: Ticket[];
  onArrived: ((appointment: Appointment) => void) | null;
}

/** Who has an appointment soon, or had one and may still come, and is not there. */
export function Expected({ queues, line, onArrived }: Props) {
  const [booked, setBooked] = useState<Appointment[]>([]);
  const [error, setError] = useState<string | null>(null);
  const takers = queues.filter((q) => q.booking);
  const branchId = takers[0]?.branchId;
  const late = Math.max(0, ...takers.map((q) => q.booking!.late)) * 1000;
  usePoll(
    async () => {
      if (!branchId) return;
      try {
        const [from, to] = [serverNow() - late, serverNow() + AHEAD].map((at) => new Date(at).toISOString());
        setBooked(await all<Appointment>(`/api/appointments?branchId=${branchId}&status=booked&from=${from}&to=${to}`));
        setError(null);
      } catch (e) {
        setError(sentence(e));
      }
    },
    POLL,
    [branchId, late],
  );
  const now = serverNow();
  const rows = booked.flatMap((a) => {
    const isOurs = takers.some((q) => q.id === a.queueId);
    if (!isOurs || now > Date.parse(a.arriveUntil ?? a.start) || line.some((x) => x.id === a.id)) return [];
    return [{ ...a, opens: Date.parse(a.arriveFrom ?? a.start) }];
  });
  if (rows.length === 0) return <Failure text={error} />;
  return (
    <section class="stack">
      <h3>{t('expected')}</h3>
      <Failure text={error} />
      <ul class="links">
        {rows.map((a) => (
          <li key={a.id} class="row between card flat">
            <span>
              <strong>{hourIn(a.timeZone, a.start)}</strong> {a.customerName}
            </span>
            {now < a.opens ? (
              <span class="muted">{t('arriveFrom', { time: hourIn(a.timeZone, a.opens) })}</span>
            ) : (
              onArrived && (
                <button type="button" aria-label={`${t('appointmentTheyHere')}: ${a.customerName ?? ''}`} onClick={() => onArrived(a)}>
                  {t('appointmentTheyHere')}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
