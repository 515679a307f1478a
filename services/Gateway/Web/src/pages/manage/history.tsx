import { useState } from 'preact/hooks';
import { api, ApiError } from '../../api';
import { day, number } from '../../format';
import { t } from '../../i18n';
import type { Figures } from '../../types';
import { Failure, Field, Loading, useAnswer, useTask } from '../../ui';
import { CounterTable, HeatMap, Summary } from './figures';
import type { SectionProps } from './section';

const DAY = 24 * 60 * 60 * 1000;
const iso = (at: number) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

const days = (figures: Figures) =>
  ['from,created,called,served', ...figures.throughput.map((b) => [b.from, b.created, b.called, b.served].join(','))].join('\r\n') + '\r\n';

export function History({ queues }: SectionProps) {
  const [chosen, setChosen] = useState(queues[0]?.id ?? '');
  const [from, setFrom] = useState(iso(Date.now() - 6 * DAY));
  const [to, setTo] = useState(iso(Date.now()));
  const download = useTask();
  // Both days are meant whole, on this computer's clock.
  const begin = new Date(`${from}T00:00`);
  const end = new Date(new Date(`${to}T00:00`).getTime() + DAY);
  const valid = !Number.isNaN(begin.getTime()) && !Number.isNaN(end.getTime()) && begin < end;
  const query = valid ? `from=${encodeURIComponent(begin.toISOString())}&to=${encodeURIComponent(end.toISOString())}` : '';
  const { answer: figures, error } = useAnswer<Figures>(chosen && valid ? `/api/analytics/queue/${chosen}?${query}&bucket=day` : null);

  const csv = () =>
    download.run(async () => {
      const text = await api<string>('GET', `/api/analytics/report?${query}&queueId=${chosen}&format=csv`, undefined, {
        text: true,
      }).catch((e: unknown) => {
        // An older analytics service has no report; what is shown can be had all the same.
        if (e instanceof ApiError && e.status === 404 && figures) return days(figures);
        throw e;
      });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
      link.download = `smartqueue-${from}-${to}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    });

  if (queues.length === 0) return <p class="notice info">{t('noQueuesManage')}</p>;
  const most = Math.max(1, ...(figures?.throughput.map((b) => b.created) ?? []));
  return (
    <>
      <div class="row filters">
        <label class="field">
          <span>{t('queue')}</span>
          <select value={chosen} onChange={(e) => setChosen(e.currentTarget.value)}>
            {queues.map((q) => (
              <option key={q.id} value={q.id}>
                {q.name}
              </option>
            ))}
          </select>
        </label>
        <Field label={t('from')} type="date" required value={from} max={to} onInput={(e) => setFrom(e.currentTarget.value)} />
        <Field label={t('to')} type="date" required value={to} min={from} onInput={(e) => setTo(e.currentTarget.value)} />
        <button type="button" disabled={!valid || download.busy} onClick={() => void csv()}>
          {t('csv')}
        </button>
      </div>
      <Failure text={error ?? download.error} />
      {valid && !figures && !error && <Loading />}
      {figures && (
        <>
          <Summary figures={figures} />
          <section class="card flat">
            <h2>{t('peakHours')}</h2>
            <HeatMap peaks={figures.peakHours} />
          </section>
          <div class="columns">
            <section class="card flat">
              <h2>{t('byDay')}</h2>
              <div class="table-wrap" tabIndex={0} role="region" aria-label={t('byDay')}>
                <table class="bars">
                  <thead>
                    <tr>
                      <th scope="col">{t('day')}</th>
                      <th scope="col">{t('taken')}</th>
                      <th scope="col">{t('calls')}</th>
                      <th scope="col">{t('servedCount')}</th>
                      <td class="bar-head" />
                    </tr>
                  </thead>
                  <tbody>
                    {figures.throughput.map((b) => (
                      <tr key={b.from}>
                        <th scope="row">{day(b.from)}</th>
                        <td>{number(b.created)}</td>
                        <td>{number(b.called)}</td>
                        <td>{number(b.served)}</td>
                        <td class="bar">
                          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                            <rect class="bar-90" width={(b.created / most) * 100} height="10" />
                            <rect class="bar-50" width={(b.served / most) * 100} height="10" />
                          </svg>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
            <section class="card flat">
              <h2>{t('counters')}</h2>
              <CounterTable counters={figures.counters} />
            </section>
          </div>
        </>
      )}
    </>
  );
}
