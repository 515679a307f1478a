import { useEffect, useRef, useState } from 'preact/hooks';
import { duration, number } from '../../format';
import { locale, t } from '../../i18n';
import { lazily } from '../../lazy';
import type { Figures } from '../../types';
import type { Series } from './plot';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Nobody is served in halves, and clocks do not count in hundreds. */
const STEPS = {
  counts: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
  durations: [10, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR],
};

/** Changes when the colours of the page do. */
function useColours(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const changed = () => setTurn((n) => n + 1);
    const theme = new MutationObserver(changed);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', changed);
    return () => {
      theme.disconnect();
      dark.removeEventListener('change', changed);
    };
  }, []);
  return turn;
}

/** A moment on the clock of the figures. */
export function timeText(figures: { timeZone: string; bucket?: string }, at: string | number, long = false): string {
  const days = figures.bucket === 'day';
  return new Intl.DateTimeFormat(locale(), {
    timeZone: figures.timeZone,
    ...((days || long) && { day: 'numeric', month: 'short', weekday: long ? 'short' : undefined }),
    ...(!days && { hour: '2-digit', minute: '2-digit' }),
  }).format(new Date(at));
}

/** A picture of what happened over time, and the same as a table. */
export function Chart({
  title,
  figures,
  several,
  series,
  values,
}: {
  title: string;
  figures: Figures & { bucket: string };
  /** Whether it reaches over several days, which times then name. */
  several: boolean;
  series: Series[];
  values: 'counts' | 'durations';
}) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const colours = useColours();
  const text = values === 'counts' ? number : duration;
  const { throughput } = figures;
  const empty = series.every((s) => s.values.every((v) => !v));
  // Drawn again only when something in it is other than before.
  const drawn = JSON.stringify([throughput.map((b) => b.from), series, figures.timeZone, locale()]);
  useEffect(() => {
    if (empty) return undefined;
    let gone = false;
    let clear: (() => void) | undefined;
    // Only these pages load it.
    void lazily(() => import('./plot')).then(({ draw }) => {
      if (gone || !box.current) return;
      clear = draw(box.current, {
        times: throughput.map((b) => Date.parse(b.from) / 1000),
        series,
        timeText: (seconds) => timeText({ ...figures, bucket: several ? 'day' : figures.bucket }, seconds * 1000),
        valueText: text,
        steps: STEPS[values],
        onPoint: setAt,
      });
    });
    return () => {
      gone = true;
      clear?.();
    };
  }, [drawn, colours, empty]);
  const point = at === null ? undefined : throughput[at];
  return (
    <section class="card flat chart">
      <h2>{title}</h2>
      {empty ? (
        <p class="muted">{t('noData')}</p>
      ) : (
        <>
          <p class="keys">
            {series.map((s) => (
              <span key={s.label}>
                <span class="key" style={{ background: `var(${s.color})` }} />
                {s.label}
              </span>
            ))}
          </p>
          <div ref={box} class="plot" dir="ltr" aria-hidden="true" />
          <p class="muted small point" aria-hidden="true">
            {point
              ? `${timeText(figures, point.from, several)} · ${series
                  .map((s) => `${s.label}: ${s.values[at!] == null ? '–' : text(s.values[at!]!)}`)
                  .join(' · ')}`
              : t('timesIn', { zone: figures.timeZone })}
          </p>
          <details>
            <summary>{t('asTable')}</summary>
            <div class="table-wrap tall" tabIndex={0} role="region" aria-label={title}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('when')}</th>
                    {series.map((s) => (
                      <th key={s.label} scope="col">
                        {s.label}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {throughput.map(
                    (b, i) =>
                      series.some((s) => s.values[i]) && (
                        <tr key={b.from}>
                          <th scope="row">{timeText(figures, b.from, several)}</th>
                          {series.map((s) => (
                            <td key={s.label} dir="ltr">
                              {s.values[i] == null ? '–' : text(s.values[i]!)}
                            </td>
                          ))}
                        </tr>
                      ),
                  )}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </section>
  );
}

/** Volumes, waits, and how promises were kept. */
export function Charts({ figures }: { figures: Figures & { bucket: string } }) {
  const { throughput } = figures;
  const first = throughput[0]?.from;
  const last = throughput.at(-1)?.from;
  const several = first !== undefined && last !== undefined && Date.parse(last) - Date.parse(first) > 26 * 60 * 60 * 1000;
  return (
    <div class="charts">
      <Chart
        title={t('volumes')}
        figures={figures}
        several={several}
        values="counts"
        series={[
          { label: t('taken'), kind: 'bars', color: '--heat-2', values: throughput.map((b) => b.created) },
          { label: t('servedCount'), kind: 'line', color: '--accent', values: throughput.map((b) => b.served) },
        ]}
      />
      <Chart
        title={t('waits')}
        figures={figures}
        several={several}
        values="durations"
        series={[
          { label: t('p90Head'), kind: 'bars', color: '--heat-2', values: throughput.map((b) => b.waitP90) },
          { label: t('p50Head'), kind: 'line', color: '--accent', values: throughput.map((b) => b.waitP50) },
        ]}
      />
      <Chart
        title={t('promises')}
        figures={figures}
        several={several}
        values="durations"
        series={[
          { label: t('promised'), kind: 'line', color: '--edge', values: throughput.map((b) => b.promisedWait) },
          { label: t('waited'), kind: 'line', color: '--accent', values: throughput.map((b) => b.actualWait) },
        ]}
      />
    </div>
  );
}
