import { useState } from 'preact/hooks';
import { api, ApiError } from '../../api';
import { time } from '../../format';
import { t } from '../../i18n';
import type { Branch, Counter, Queue } from '../../types';
import { Dialog, Failure, may, Page, SignOut, useSession, useTask } from '../../ui';
import { CounterForm } from './form';

interface Props {
  counters: Counter[];
  queues: Queue[];
  branches: Branch[];
  failure: string | null;
  nameOf: (operatorId: string) => string;
  onMade: () => Promise<void>;
  onSit: (counter: Counter) => void;
}

export function Choose({ counters, queues, branches, failure, nameOf, onMade, onSit }: Props) {
  const user = useSession()?.user;
  const [taken, setTaken] = useState<Counter | null>(null);
  const [adding, setAdding] = useState(false);
  const task = useTask();
  const sit = (counter: Counter, takeOver: boolean) =>
    task.run(async () => {
      setTaken(null);
      try {
        onSit(await api<Counter>('POST', `/api/counters/${counter.id}/open`, { takeOver }));
      } catch (e) {
        if (!(e instanceof ApiError) || e.code !== 'COUNTER_TAKEN') throw e;
        setTaken(await api<Counter>('GET', `/api/counters/${counter.id}`));
        await onMade();
      }
    });
  const groups = branches
    .map((branch) => ({ branch, desks: counters.filter((c) => c.branchId === branch.id) }))
    .filter((g) => g.desks.length > 0);
  const admin = may(user, 'admin');
  return (
    <Page head={<SignOut />}>
      <div class="card stack">
        <h1>{t('chooseDesk')}</h1>
        <Failure text={task.error ?? failure} />
        {queues.length === 0 && <p class="notice info">{t('noQueuesManage')}</p>}
        {counters.length === 0 && <p class="notice info">{t(admin ? 'noCountersAdd' : 'noCountersAsk')}</p>}
        {groups.map(({ branch, desks }) => (
          <section key={branch.id} class="stack" aria-label={branch.name}>
            {groups.length > 1 && <h2>{branch.name}</h2>}
            <ul class="desk-list">
              {desks.map((c) => (
                <li key={c.id}>
                  <button type="button" onClick={() => void sit(c, false)}>
                    <strong>{t('counterName', { counter: c.name })}</strong>
                    <span>{stateOf(c, nameOf)}</span>
                    <span class="small">
                      {c.queues.length === 0
                        ? t('allQueues')
                        : c.queues
                            .map((x) => queues.find((q) => q.id === x.queueId)?.name)
                            .filter(Boolean)
                            .join(', ')}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {admin && (
          <button type="button" class={counters.length === 0 ? 'primary' : ''} onClick={() => setAdding(true)}>
            {t('newCounter')}
          </button>
        )}
      </div>
      {taken && (
        <Dialog title={t('counterName', { counter: taken.name })} onClose={() => setTaken(null)}>
          <p>{taken.operatorId ? t('takenBy', { name: nameOf(taken.operatorId), counter: taken.name }) : t('deskClosed')}</p>
          <p class="muted">{t('takeOverText')}</p>
          <div class="row">
            <button type="button" class="primary" onClick={() => void sit(taken, true)}>
              {t('takeOver')}
            </button>
            <button type="button" onClick={() => setTaken(null)}>
              {t('back')}
            </button>
          </div>
        </Dialog>
      )}
      {adding && (
        <CounterForm
          branches={branches}
          queues={queues}
          onClose={() => setAdding(false)}
          onSaved={async () => {
            setAdding(false);
            await onMade();
          }}
        />
      )}
    </Page>
  );
}

/** Who sits there and what they do. */
function stateOf(counter: Counter, nameOf: (id: string) => string): string {
  if (!counter.operatorId) return t('closed');
  const name = nameOf(counter.operatorId);
  return counter.state === 'break'
    ? [t('onBreak', { name }), counter.breakReason].filter(Boolean).join(': ')
    : t('sitsSince', { name, time: time(counter.since) });
}
