import { useRef, useState } from 'preact/hooks';
import { all, api } from '../../api';
import { isClosed } from '../../closed';
import { duration, number, percent } from '../../format';
import { t } from '../../i18n';
import { useLive } from '../../live';
import type { Figures, Queue, Ticket } from '../../types';
import { Failure, LinkNotice, sentence, usePoll } from '../../ui';
import { CounterTable, percentile, Summary, type WaitRow, WaitTable } from './figures';
import type { SectionProps } from './section';

export function Today({ queues, reload }: SectionProps) {
  const [chosen, setChosen] = useState(queues[0]?.id ?? '');
  const [figures, setFigures] = useState<Record<string, Figures>>({});
  const [waits, setWaits] = useState<WaitRow[]>([]);
  const [error, setError] = useState<string | null>(null);
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const link = useLive(
    queues.map((q) => q.id),
    null,
    {
      queue: () => {
        clearTimeout(soon.current);
        soon.current = setTimeout(() => void reload(), 500);
      },
      back: () => void reload(),
    },
  );
  const queue = queues.find((q) => q.id === chosen) ?? queues[0];
  usePoll(
    async () => {
      if (!queue) return;
      try {
        const found = await Promise.all(queues.map((q) => api<Figures>('GET', `/api/analytics/queue/${q.id}`)));
        setFigures(Object.fromEntries(queues.map((q, i) => [q.id, found[i]])));
        setWaits(byHour(await all<Ticket>(`/api/tickets?queueId=${queue.id}&from=${encodeURIComponent(dayBegin())}`, 3000), queue));
        setError(null);
      } catch (e) {
        setError(sentence(e));
      }
    },
    20_000,
    [queue?.id, queues.length],
  );

  if (!queue) return <p class="notice info">{t('noQueuesManage')}</p>;
  const own = figures[queue.id];
  return (
    <>
      <LinkNotice link={link} />
      <Failure text={error} />
      <div class="table-wrap card flat" tabIndex={0} role="region" aria-label={t('queues')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('queue')}</th>
              <th scope="col">{t('waitingNow')}</th>
              <th scope="col">{t('servingNow')}</th>
              <th scope="col">{t('longest')}</th>
              <th scope="col">{t('countersOpen')}</th>
              <th scope="col">{t('servedToday')}</th>
              <th scope="col">{t('serviceLevel')}</th>
              <th scope="col">{t('estimate')}</th>
            </tr>
          </thead>
          <tbody>
            {queues.map((q) => (
              <tr key={q.id}>
                <th scope="row">
                  {q.name} {isClosed(q) && <span class="badge">{t('closed')}</span>}
                </th>
                <td>
                  <strong>{number(q.statistics.waiting)}</strong>
                </td>
                <td>{number(q.statistics.called + q.statistics.serving)}</td>
                <td dir="ltr">{duration(q.statistics.longestWaitTime)}</td>
                <td>{number(q.statistics.openCounters)}</td>
                <td>{number(q.statistics.servedToday)}</td>
                <td>{percent(figures[q.id]?.serviceLevel)}</td>
                <td dir="ltr">{duration(q.statistics.estimatedWaitTime)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <label class="field inline">
        <span>{t('queue')}</span>
        <select value={queue.id} onChange={(e) => setChosen(e.currentTarget.value)}>
          {queues.map((q) => (
            <option key={q.id} value={q.id}>
              {q.name}
            </option>
          ))}
        </select>
      </label>
      {own && <Summary figures={own} />}
      <div class="columns">
        <section class="card flat">
          <h2>{t('waitsByHour')}</h2>
          <WaitTable rows={waits} first={t('hour')} />
        </section>
        <section class="card flat">
          <h2>{t('counters')}</h2>
          <CounterTable counters={own?.counters ?? []} />
        </section>
      </div>
    </>
  );
}

function dayBegin(): string {
  const at = new Date();
  at.setHours(0, 0, 0, 0);
  return at.toISOString();
}

/** By the hour of the call, on the queue's clock. */
function byHour(tickets: Ticket[], queue: Queue): WaitRow[] {
  const hourOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: queue.timeZone });
  const hours = new Map<string, number[]>();
  for (const ticket of tickets) {
    if (!ticket.calledAt) continue;
    const hour = hourOf.format(new Date(ticket.calledAt));
    const list = hours.get(hour) ?? [];
    list.push((Date.parse(ticket.calledAt) - Date.parse(ticket.createdAt)) / 1000);
    hours.set(hour, list);
  }
  return [...hours.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([hour, list]) => {
      list.sort((a, b) => a - b);
      return { label: `${hour}:00`, count: list.length, p50: percentile(list, 50), p90: percentile(list, 90) };
    });
}
