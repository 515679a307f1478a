import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api';
import { isClosed } from '../../closed';
import { duration, number, percent } from '../../format';
import { t } from '../../i18n';
import { useLive } from '../../live';
import type { Report } from '../../types';
import { Failure, LinkNotice, sentence, usePoll } from '../../ui';
import { Charts } from './chart';
import { AppointmentSummary, type Measured, measure, Summary, WorkTables } from './figures';
import { ScopePicker, scopeOf, scopeQuery, within } from './scope';
import type { SectionProps } from './section';
import { Table } from './table';

export function Today({ queues, branches, reload }: SectionProps) {
  const [chosen, setChosen] = useState('');
  const [measured, setMeasured] = useState<Measured | null>(null);
  const [levels, setLevels] = useState<Record<string, number | null>>({});
  const [error, setError] = useState<string | null>(null);
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const scope = scopeOf(chosen);
  const here = queues.filter((q) => within(scope, q));
  const latest = useRef(chosen);
  latest.current = chosen;
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
  useEffect(() => () => clearTimeout(soon.current), []);
  usePoll(
    async () => {
      try {
        const [found, report] = await Promise.all([
          measure(scope, 'bucket=quarter'),
          api<Report>('GET', `/api/analytics/report?bucket=day${scopeQuery(scope)}`),
        ]);
        if (latest.current !== chosen) return;
        setMeasured(found);
        setLevels(Object.fromEntries(report.queues.map((q) => [q.queueId!, q.serviceLevel])));
        setError(null);
      } catch (e) {
        if (latest.current === chosen) setError(sentence(e));
      }
    },
    20_000,
    [chosen, queues.length],
  );

  if (queues.length === 0) return <p class="notice info">{t('noQueuesManage')}</p>;
  return (
    <>
      <LinkNotice link={link} />
      <Failure text={error} />
      <div class="row filters">
        <ScopePicker queues={queues} branches={branches} value={chosen} onChange={setChosen} />
      </div>
      {measured && <Summary figures={measured.figures} />}
      <Table
        name={t('queues')}
        heads={[
          t('queue'),
          t('waitingNow'),
          t('servingNow'),
          t('longest'),
          t('countersOpen'),
          t('servedToday'),
          t('serviceLevel'),
          t('estimate'),
        ]}
      >
        {here.map((q) => (
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
            <td>{percent(levels[q.id])}</td>
            <td dir="ltr">{duration(q.statistics.estimatedWaitTime)}</td>
          </tr>
        ))}
      </Table>
      {measured && <AppointmentSummary appointments={measured.figures.appointments} />}
      {measured && <Charts figures={measured.figures} />}
      {measured && <WorkTables measured={measured} />}
    </>
  );
}
