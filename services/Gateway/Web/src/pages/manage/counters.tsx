import { useState } from 'preact/hooks';
import { all, api } from '../../api';
import { time } from '../../format';
import { t } from '../../i18n';
import type { Counter } from '../../types';
import { ConfirmDelete, Failure, Field, Loading, sentence, usePoll, useTask } from '../../ui';
import { CounterForm } from '../counter/form';
import type { SectionProps } from './section';
import { Menu, More, Table, useFound } from './table';

export function Counters({ queues, branches, admin }: SectionProps) {
  const [counters, setCounters] = useState<Counter[] | null>(null);
  const [names, setNames] = useState<Record<string, string>>({});
  const [editing, setEditing] = useState<Counter | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Counter | null>(null);
  const [error, setError] = useState<string | null>(null);
  const task = useTask();
  const read = async () => {
    try {
      const found = await all<Counter>('/api/counters');
      setNames(await namesOf(found.map((c) => c.operatorId)));
      setCounters(found);
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(read, 15_000, []);
  const branchOf = (c: Counter) => branches.find((b) => b.id === c.branchId)?.name ?? '';
  const served = (c: Counter) =>
    [...c.queues]
      .sort((a, b) => a.rank - b.rank)
      .map((q) => queues.find((x) => x.id === q.queueId)?.name)
      .filter((name) => name !== undefined);
  const found = useFound(counters ?? [], (c) => [c.name, branchOf(c), ...served(c)]);
  return (
    <>
      <Failure text={error ?? task.error} />
      <div class="row filters">
        <Field label={t('search')} type="search" value={found.search} onInput={(e) => found.setSearch(e.currentTarget.value)} />
        {admin && (
          <button type="button" class="primary" onClick={() => setEditing('new')}>
            {t('newCounter')}
          </button>
        )}
      </div>
      {!counters && !error && <Loading />}
      {counters && (
        <>
          <Table
            name={t('counters')}
            heads={[t('name'), ...(branches.length > 1 ? [t('branch')] : []), t('queues'), t('rule'), t('state'), t('actions')]}
          >
            {found.shown.map((c) => (
              <tr key={c.id}>
                <th scope="row">{c.name}</th>
                {branches.length > 1 && <td>{branchOf(c)}</td>}
                <td>{c.queues.length === 0 ? t('allQueues') : served(c).join(' › ')}</td>
                <td>{t(c.rule === 'ranked' ? 'ruleRanked' : 'ruleOldest')}</td>
                <td>{stateOf(c, names)}</td>
                <td>
                  {admin && (
                    <div class="row tight">
                      <button type="button" aria-label={`${t('change')}: ${c.name}`} onClick={() => setEditing(c)}>
                        {t('change')}
                      </button>
                      <Menu name={c.name} actions={[{ label: t('delete'), danger: true, run: () => setDeleting(c) }]} />
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </Table>
          <More onMore={found.more} text={t('shownOf', { n: found.shown.length, all: found.all })} />
        </>
      )}
      {editing && (
        <CounterForm
          counter={editing === 'new' ? undefined : editing}
          branches={branches}
          queues={queues}
          onClose={() => setEditing(null)}
          onSaved={async () => {
            setEditing(null);
            await read();
          }}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={t('deleteCounter', { name: deleting.name })}
          text={t('deleteCounterText')}
          onClose={() => setDeleting(null)}
          onConfirm={() =>
            void task.run(async () => {
              await api('DELETE', `/api/counters/${deleting.id}`);
              await read();
            })
          }
        />
      )}
    </>
  );
}

function stateOf(counter: Counter, names: Record<string, string>): string {
  if (!counter.operatorId) return t('closed');
  const name = names[counter.operatorId] ?? t('somebody');
  return counter.state === 'break' ? t('onBreak', { name }) : t('sitsSince', { name, time: time(counter.since) });
}

/** The names of accounts, as far as one may see them. */
export async function namesOf(ids: (string | null | undefined)[]): Promise<Record<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id))].slice(0, 100);
  if (wanted.length === 0) return {};
  const found = await api<{ id: string; name: string }[]>('GET', `/api/users/by-ids?ids=${wanted.join(',')}`);
  return Object.fromEntries(found.map((u) => [u.id, u.name]));
}
