import { useState } from 'preact/hooks';
import { api } from '../../api';
import { BranchField, startBranch } from '../../branch';
import { t } from '../../i18n';
import type { Branch, Counter, Queue } from '../../types';
import { Dialog, Failure, Field, FormButtons, useTask } from '../../ui';

/** A counter that is made, or changed: its name, its queues in the order of their rank, and its rule. */
export function CounterForm({
  counter,
  branches,
  queues,
  onClose,
  onSaved,
}: {
  counter?: Counter;
  branches: Branch[];
  queues: Queue[];
  onClose: () => void;
  onSaved: () => Promise<void>;
}) {
  const [name, setName] = useState(counter?.name ?? '');
  const [branchId, setBranch] = useState(counter?.branchId ?? startBranch(branches));
  const [chosen, setChosen] = useState([...(counter?.queues ?? [])].sort((a, b) => a.rank - b.rank).map((q) => q.queueId));
  const [rule, setRule] = useState<Counter['rule']>(counter?.rule ?? 'oldest');
  const here = queues.filter((q) => q.branchId === branchId);
  // The chosen ones first, as they stand.
  const rows = [
    ...chosen.map((id) => here.find((q) => q.id === id)).filter((q) => q !== undefined),
    ...here.filter((q) => !chosen.includes(q.id)),
  ];
  const task = useTask();
  const up = (id: string) => {
    const at = chosen.indexOf(id);
    setChosen([...chosen.slice(0, at - 1), id, chosen[at - 1], ...chosen.slice(at + 1)]);
  };
  return (
    <Dialog title={t(counter ? 'changeCounter' : 'newCounter')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const ranked = chosen.filter((id) => here.some((q) => q.id === id)).map((queueId, i) => ({ queueId, rank: i + 1 }));
            const body = { name, queues: ranked, rule };
            await (counter ? api('PATCH', `/api/counters/${counter.id}`, body) : api('POST', '/api/counters', { branchId, ...body }));
            await onSaved();
          });
        }}
      >
        <Failure text={task.error} />
        <Field label={t('name')} required maxLength={20} value={name} onInput={(e) => setName(e.currentTarget.value)} />
        {!counter && <BranchField branches={branches} value={branchId} onChange={setBranch} />}
        {rows.length > 0 && (
          <fieldset>
            <legend>{t('queues')}</legend>
            <p class="muted small">{t('queuesNone')}</p>
            {rows.map((q) => (
              <div key={q.id} class="row between">
                <label class="check">
                  <input
                    type="checkbox"
                    checked={chosen.includes(q.id)}
                    onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, q.id] : chosen.filter((id) => id !== q.id))}
                  />
                  {q.name}
                </label>
                {chosen.indexOf(q.id) > 0 && (
                  <button type="button" class="quiet" aria-label={t('moveUp', { name: q.name })} onClick={() => up(q.id)}>
                    ↑
                  </button>
                )}
              </div>
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
