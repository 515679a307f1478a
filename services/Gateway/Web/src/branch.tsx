import { t } from './i18n';
import type { Branch } from './types';

/** The one there was first, and always is. */
export const MAIN = 'main';

/** Where something new is, until somebody says otherwise. */
export const startBranch = (branches: Branch[]) => (branches.some((b) => b.id === MAIN) ? MAIN : (branches[0]?.id ?? MAIN));

interface Props {
  branches: Branch[];
  value: string;
  onChange: (id: string) => void;
  /** What none of them is called, where that is a choice. */
  none?: string;
}

/** Which branch; nothing where there is one alone. */
export function BranchField({ branches, value, onChange, none }: Props) {
  if (branches.length < 2) return null;
  return (
    <label class="field">
      <span>{t('branch')}</span>
      <select value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        {none && <option value="">{none}</option>}
        {branches.map((b) => (
          <option key={b.id} value={b.id}>
            {b.name}
          </option>
        ))}
      </select>
    </label>
  );
}
