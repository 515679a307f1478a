import { t } from '../../i18n';
import type { Branch, Queue } from '../../types';

const BRANCH = 'branch:';

/** What figures are of: a queue, a branch, or the house. */
export interface Scope {
  queueId?: string;
  branchId?: string;
}

/** @param value a queue's id, `branch:` and a branch's, or nothing for the house */
export const scopeOf = (value: string): Scope =>
  value.startsWith(BRANCH) ? { branchId: value.slice(BRANCH.length) } : value ? { queueId: value } : {};

export const within = (scope: Scope, queue: Queue) =>
  (!scope.queueId || queue.id === scope.queueId) && (!scope.branchId || queue.branchId === scope.branchId);

/** What is asked for about it. */
export const scopeQuery = ({ queueId, branchId }: Scope) => (queueId ? `&queueId=${queueId}` : branchId ? `&branchId=${branchId}` : '');

export function ScopePicker({
  queues,
  branches,
  value,
  onChange,
}: {
  queues: Queue[];
  branches: Branch[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{t('scope')}</span>
      <select value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        <option value="">{t('house')}</option>
        {branches.length > 1 && (
          <optgroup label={t('branches')}>
            {branches.map((b) => (
              <option key={b.id} value={BRANCH + b.id}>
                {b.name}
              </option>
            ))}
          </optgroup>
        )}
        <optgroup label={t('queues')}>
          {queues.map((q) => (
            <option key={q.id} value={q.id}>
              {q.name}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
