import { api } from '../../api';
import { duration, number, percent, signedDuration, weekdays } from '../../format';
import { t } from '../../i18n';
import type { AppointmentFigures, Figures, List, Report, Work } from '../../types';
import { namesOf } from './counters';
import { type Scope, scopeQuery } from './scope';

/** Figures of a queue, a branch or the house, and what counters and the people at them did. */
export interface Measured {
  figures: Figures & { bucket: string };
  counters: Work[];
  people: Work[];
  names: Record<string, string>;
}

/** @param range which time, and in what pieces */
export async function measure(scope: Scope, range: string): Promise<Measured> {
  if (scope.queueId) {
    const figures = await api<Measured['figures']>('GET', `/api/analytics/queue/${scope.queueId}?${range}`);
    return { figures, counters: [], people: [], names: {} };
  }
  const when = range
    .split('&')
    .filter((part) => !part.startsWith('bucket'))
    .join('&');
  const [report, counters, people] = await Promise.all([
    api<Report & { total: Measured['figures'] }>('GET', `/api/analytics/report?${range}&only=total${scopeQuery(scope)}`),
    api<List<Work>>('GET', `/api/analytics/counters?${when}${scopeQuery(scope)}`),
    api<List<Work>>('GET', `/api/analytics/staff?${when}${scopeQuery(scope)}`),
  ]);
  return { figures: report.total, counters: counters.items, people: people.items, names: await namesOf(people.items.map((p) => p.userId)) };
}

/** Means and shares at a glance. */
export function Summary({ figures }: { figures: Figures }) {
  const { counts, waitTime, serviceTime, estimates } = figures;
  const items: [string, string, string?][] = [
    [t('taken'), number(counts.created)],
    [t('servedCount'), number(counts.served)],
    [t('waitTypical'), duration(waitTime.p50), t('p90', { value: duration(waitTime.p90) })],
    [t('serviceTypical'), duration(serviceTime.p50), t('p90', { value: duration(serviceTime.p90) })],
    [t('serviceLevel'), percent(figures.serviceLevel)],
    [t('abandonment'), percent(figures.abandonment)],
    [t('noShowRate'), percent(figures.noShowRate)],
    [t('estimateHeld'), percent(estimates.coverage), t('estimateOff', { value: duration(estimates.meanAbsoluteError) })],
    [t('estimateBias'), signedDuration(estimates.bias == null ? null : -estimates.bias)],
  ];
  return <Glance items={items} />;
}

/** Of those who booked, and how long they waited beside those who did not; nothing where nobody booked. */
export function AppointmentSummary({ appointments }: { appointments: AppointmentFigures | null }) {
  if (!appointments) return null;
  const { arrivals, missed, noShow, expected } = appointments;
  const came = arrivals.early + arrivals.onTime + arrivals.late;
  const punctual = { early: number(arrivals.early), late: number(arrivals.late), mean: signedDuration(arrivals.meanDelay) };
  const items: [string, string, string?][] = [
    [t('apptDue'), number(appointments.due), expected > 0 ? t('apptExpected', { n: number(expected) }) : undefined],
    [t('apptCame'), number(appointments.arrived)],
    [t('servedCount'), number(appointments.served)],
    [t('noShowRate'), percent(appointments.noShowRate), t('apptNotThere', { missed: number(missed), noShow: number(noShow) })],
    [t('abandonment'), number(appointments.left)],
    [t('apptCancelled'), number(appointments.cancelled)],
    [t('apptOnTime'), percent(came === 0 ? null : arrivals.onTime / came), came === 0 ? undefined : t('apptPunctual', punctual)],
    [t('apptInTime'), percent(appointments.calledInTime)],
  ];
  const kinds = [
    { label: t('apptBooked'), waits: appointments.booked },
    { label: t('apptWalkIns'), waits: appointments.walkIns },
  ];
  return (
    <section class="card flat appointment-figures">
      <h2>{t('appointments')}</h2>
      <Glance items={items} />
      <div class="table-wrap" tabIndex={0} role="region" aria-label={t('apptWaits')}>
        <table>
          <thead>
            <tr>
              {[t('apptWho'), t('apptCalled'), t('waitTypical'), t('p90Head'), t('serviceLevel')].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kinds.map(({ label, waits }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{number(waits.called)}</td>
                <td dir="ltr">{duration(waits.waitTime.p50)}</td>
                <td dir="ltr">{duration(waits.waitTime.p90)}</td>
                <td>{percent(waits.serviceLevel)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Glance({ items }: { items: [string, string, string?][] }) {
  return (
    <dl class="summary">
      {items.map(([label, value, more]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <strong dir="ltr">{value}</strong>
            {more && <span class="muted">{more}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** When people come: days down, hours across. */
export function HeatMap({ peaks }: { peaks: Figures['peakHours'] }) {
  if (peaks.length === 0) return <p class="muted">{t('noData')}</p>;
  const most = Math.max(...peaks.map((p) => p.created));
  // Whole days, so that two weeks, or two queues, can be laid beside each other.
  const columns = Array.from({ length: 24 }, (_, i) => i);
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={t('peakHours')}>
      <table class="heat">
        <thead>
          <tr>
            <th scope="col">{t('day')}</th>
            {columns.map((h) => (
              <th key={h} scope="col">
                {h}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weekdays().map(({ name, label }) => (
            <tr key={name}>
              <th scope="row">{label}</th>
              {columns.map((h) => {
                const created = peaks.find((p) => p.weekday === name && p.hour === h)?.created ?? 0;
                return (
                  <td key={h} class={`heat-${created === 0 ? 0 : Math.ceil((created / most) * 4)}`}>
                    {created || ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function CounterTable({ counters }: { counters: Figures['counters'] }) {
  if (counters.length === 0) return <p class="muted">{t('noData')}</p>;
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={t('counters')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('counter')}</th>
            <th scope="col">{t('servedCount')}</th>
            <th scope="col">{t('serviceMean')}</th>
          </tr>
        </thead>
        <tbody>
          {counters.map((c) => (
            <tr key={c.counter}>
              <th scope="row">{c.counter}</th>
              <td>{number(c.served)}</td>
              <td dir="ltr">{duration(c.meanServiceTime)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** By counter and by person; of one queue, what its counters served. */
export function WorkTables({ measured }: { measured: Measured }) {
  const { figures, counters, people, names } = measured;
  if (figures.queueId)
    return (
      <section class="card flat">
        <h2>{t('counters')}</h2>
        <CounterTable counters={figures.counters} />
      </section>
    );
  return (
    <div class="charts">
      <section class="card flat">
        <h2>{t('counters')}</h2>
        <WorkTable label={t('counters')} first={t('counter')} rows={counters.map((c) => ({ ...c, label: c.name ?? '' }))} />
      </section>
      <section class="card flat">
        <h2>{t('byPerson')}</h2>
        <WorkTable label={t('byPerson')} first={t('name')} rows={people.map((p) => ({ ...p, label: names[p.userId!] ?? t('somebody') }))} />
      </section>
    </div>
  );
}

function WorkTable({ label, first, rows }: { label: string; first: string; rows: (Work & { label: string })[] }) {
  if (rows.length === 0) return <p class="muted">{t('noData')}</p>;
  return (
    <div class="table-wrap tall" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {[first, t('servedCount'), t('serviceMean'), t('openTime'), t('busyTime'), t('idleTime'), t('breakTime')].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.counterId ?? r.userId ?? r.label}>
              <th scope="row">{r.label}</th>
              <td>{number(r.services)}</td>
              <td dir="ltr">{duration(r.averageServiceTime)}</td>
              <td dir="ltr">{duration(r.open)}</td>
              <td dir="ltr">{duration(r.busy)}</td>
              <td dir="ltr">{duration(r.idle)}</td>
              <td dir="ltr">{duration(r.break)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
