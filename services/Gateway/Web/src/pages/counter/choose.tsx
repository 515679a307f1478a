import { useState } from 'preact/hooks';
import { api, ApiError } from '../../api';
import { time } from '../../format';
import { t } from '../../i18n';
import type { Branch, Counter, Queue } from '../../types';
import { Dialog, Failure, Field, FormButtons, may, Page, SignOut, useSession, useTask } from '../../ui';

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
        <NewCounter
          branches={branches}
          queues={queues}
          onClose={() => setAdding(false)}
          onMade={async () => {
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

function NewCounter({
  branches,
  queues,
  onClose,
  onMade,
}: {
  branches: Branch[];
  queues: Queue[];
  onClose: () => void;
  onMade: () => Promise<void>;
}) {
  const [name, setName] = useState('');
  const [branchId, setBranch] = useState(branches[0]?.id ?? 'main');
  const [chosen, setChosen] = useState<string[]>([]);
  const [rule, setRule] = useState<Counter['rule']>('oldest');
  const here = queues.filter((q) => q.branchId === branchId);
  const task = useTask();
  return (
    <Dialog title={t('newCounter')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            await api('POST', '/api/counters', {
              branchId,
              name,
              // In the order of the list: the first is of the best rank.
              queues: here.filter((q) => chosen.includes(q.id)).map((q, i) => ({ queueId: q.id, rank: i + 1 })),
              rule,
            });
            await onMade();
          });
        }}
      >
        <Failure text={task.error} />
        <Field label={t('name')} required maxLength={20} value={name} onInput={(e) => setName(e.currentTarget.value)} />
        {branches.length > 1 && (
          <label class="field">
            <span>{t('branch')}</span>
            <select value={branchId} onChange={(e) => setBranch(e.currentTarget.value)}>
              {branches.map((b) => (
                <option key={b.id} value={b.id}>
                  {b.name}
                </option>
              ))}
            </select>
          </label>
        )}
        {here.length > 0 && (
          <fieldset>
            <legend>{t('queues')}</legend>
            <p class="muted small">{t('queuesNone')}</p>
            {here.map((q) => (
              <label key={q.id} class="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(q.id)}
                  onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, q.id] : chosen.filter((id) => id !== q.id))}
                />
                {q.name}
              </label>
            ))}
          </fieldset>
        )}
        {chosen.length > 1 && (
          <label class="field">
            <span>{t('rule')}</span>
            <select value={rule} onChange={(e) => setRule(e.currentTarget.value as Counter['rule'])}>
              <option value="oldest">{t('ruleOldest')}</option>
              <option value="ranked">{t('ruleRanked')}</option>
            </select>
          </label>
        )}
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
