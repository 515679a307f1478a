import { duration, number, percent, signedDuration, weekdays } from '../../format';
import { t } from '../../i18n';
import type { Figures } from '../../types';

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

export interface WaitRow {
  label: string;
  count: number;
  p50: number | null;
  p90: number | null;
}

/** Nearest rank, as the server counts. */
export function percentile(sorted: number[], p: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.ceil((sorted.length * p) / 100) - 1];
}

/** Bars that are also a table. */
export function WaitTable({ rows, first }: { rows: WaitRow[]; first: string }) {
  const most = Math.max(60, ...rows.map((r) => r.p90 ?? 0));
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={t('waits')}>
      <table class="bars">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <th scope="col">{t('calls')}</th>
            <th scope="col">{t('p50Head')}</th>
            <th scope="col">{t('p90Head')}</th>
            <td class="bar-head" />
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.label}>
              <th scope="row" dir="ltr">
                {r.label}
              </th>
              <td>{number(r.count)}</td>
              <td dir="ltr">{duration(r.p50)}</td>
              <td dir="ltr">{duration(r.p90)}</td>
              <td class="bar">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="bar-90" width={((r.p90 ?? 0) / most) * 100} height="10" />
                  <rect class="bar-50" width={((r.p50 ?? 0) / most) * 100} height="10" />
                </svg>
              </td>
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={5} class="muted">
                {t('noData')}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** When people come: days down, hours across. */
export function HeatMap({ peaks }: { peaks: Figures['peakHours'] }) {
  if (peaks.length === 0) return <p class="muted">{t('noData')}</p>;
  const hours = peaks.map((p) => p.hour);
  const from = Math.min(...hours);
  const to = Math.max(...hours);
  const most = Math.max(...peaks.map((p) => p.created));
  const columns = Array.from({ length: to - from + 1 }, (_, i) => from + i);
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
