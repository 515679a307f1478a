import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api';
import { locale, t } from '../../i18n';
import { saveAs } from '../../save';
import type { Queue, Report } from '../../types';
import { Failure, Field, Loading, sentence, useTask } from '../../ui';
import { Charts } from './chart';
import { AppointmentSummary, HeatMap, type Measured, measure, Summary, WorkTables } from './figures';
import { ScopePicker, scopeOf, scopeQuery } from './scope';
import type { SectionProps } from './section';

const DAY = 24 * 60 * 60 * 1000;
/** Over more days the server cuts by hours and days only. */
const MOST_BY_QUARTER = 32;
/** Over more days one can hardly tell quarters of an hour apart, and over still more, hours. */
const WELL_BY_QUARTER = 2;
const WELL_BY_HOUR = 14;
const CUTS = ['quarter', 'hour', 'day'] as const;

/** The date on the clock of the place; the server says when it begins and ends. */
function dateOf(at: number, zone: string): string {
  const part = Object.fromEntries(
    new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(at)
      .map((p) => [p.type, p.value]),
  );
  return `${part.year}-${part.month}-${part.day}`;
}

/** On whose clock the days of a scope are, once that is known. */
function useZone(chosen: string, queues: Queue[], failed: (e: unknown) => void): string | undefined {
  const [known, setKnown] = useState<Record<string, string>>({});
  const scope = scopeOf(chosen);
  const zone = queues.find((q) => q.id === scope.queueId)?.timeZone ?? known[chosen];
  useEffect(() => {
    if (zone) return;
    let current = true;
    // Of several queues it is that of most, of deleted ones too: the server alone knows them all.
    api<Report>('GET', `/api/analytics/report?only=total${scopeQuery(scope)}`).then(
      (report) => current && setKnown((before) => ({ ...before, [chosen]: report.total.timeZone })),
      (e: unknown) => current && failed(e),
    );
    return () => {
      current = false;
    };
  }, [chosen, zone]);
  return zone;
}

export function History({ queues, branches }: SectionProps) {
  const [chosen, setChosen] = useState('');
  const scope = scopeOf(chosen);
  const [error, setError] = useState<string | null>(null);
  const zone = useZone(chosen, queues, (e) => setError(sentence(e)));
  const [first, setFirst] = useState<string | null>(null);
  const [last, setLast] = useState<string | null>(null);
  // Until days are chosen they are those of the place: elsewhere it may be tomorrow already.
  const from = first ?? (zone ? dateOf(Date.now() - 6 * DAY, zone) : '');
  const to = last ?? (zone ? dateOf(Date.now(), zone) : '');
  const [cut, setCut] = useState<(typeof CUTS)[number] | null>(null);
  const [measured, setMeasured] = useState<Measured | null>(null);
  const download = useTask();
  const days = (Date.parse(to) - Date.parse(from)) / DAY + 1;
  const valid = days >= 1;
  const fitting = days <= WELL_BY_QUARTER ? 'quarter' : days <= WELL_BY_HOUR ? 'hour' : 'day';
  const size = cut === 'quarter' && days > MOST_BY_QUARTER ? 'hour' : (cut ?? fitting);
  const range = `firstDay=${from}&lastDay=${to}`;
  const asked = valid ? `${range}&bucket=${size}` : null;
  useEffect(() => {
    let current = true;
    setMeasured(null);
    setError(null);
    if (asked)
      measure(scope, asked).then(
        (found) => current && setMeasured(found),
        (e: unknown) => current && setError(sentence(e)),
      );
    return () => {
      current = false;
    };
  }, [asked, chosen]);

  const csv = (what: 'report' | 'visits') =>
    download.run(async () => {
      // As a spreadsheet of this person's region reads it.
      const region = encodeURIComponent(locale().split('-u-')[0]);
      const path = `/api/analytics/${what}?${range}${scopeQuery(scope)}&locale=${region}${what === 'report' ? '&format=csv' : ''}`;
      const text = await api<string>('GET', path, undefined, { text: true });
      // Reading it as text took off the mark by which spreadsheets know UTF-8.
      saveAs(`${what}-${from}-${to}.csv`, new Blob(['\uFEFF', text.replace(/^\uFEFF/, '')], { type: 'text/csv' }));
    });

  if (queues.length === 0) return <p class="notice info">{t('noQueuesManage')}</p>;
  return (
    <>
      <div class="row filters">
        <ScopePicker queues={queues} branches={branches} value={chosen} onChange={setChosen} />
        <Field label={t('from')} type="date" required value={from} max={to} onInput={(e) => setFirst(e.currentTarget.value)} />
        <Field label={t('to')} type="date" required value={to} min={from} onInput={(e) => setLast(e.currentTarget.value)} />
        <label class="field">
          <span>{t('cut')}</span>
          <select value={size} onChange={(e) => setCut(e.currentTarget.value as typeof size)}>
            {CUTS.map((name) => (
              <option key={name} value={name} disabled={name === 'quarter' && days > MOST_BY_QUARTER}>
                {t(`cut_${name}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={!valid || download.busy} onClick={() => void csv('report')}>
          {t('csvFigures')}
        </button>
        <button type="button" disabled={!valid || download.busy} onClick={() => void csv('visits')}>
          {t('csvVisits')}
        </button>
      </div>
      <Failure text={error ?? download.error} />
      {(valid || !zone) && !measured && !error && <Loading />}
      {measured && (
        <>
          <Summary figures={measured.figures} />
          <AppointmentSummary appointments={measured.figures.appointments} />
          <Charts figures={measured.figures} />
          <section class="card flat">
            <h2>{t('peakHours')}</h2>
            <HeatMap peaks={measured.figures.peakHours} />
          </section>
          <WorkTables measured={measured} />
        </>
      )}
    </>
  );
}
