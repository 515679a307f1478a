import { useState } from 'preact/hooks';
import { ApiError } from '../../api';
import { sentence } from '../../ui';

/** Refusals that are about one field, by their code. */
const OF_CODE: Record<string, string> = { PREFIX_TAKEN: 'prefix' };

/** What was refused, said where it stands. */
export function useFieldErrors(shown: string[]) {
  const [errors, setErrors] = useState<Record<string, string>>({});
  return {
    errors,
    /** Does it; a refusal that is about something else goes on. */
    saying: async (work: () => Promise<unknown>) => {
      setErrors({});
      try {
        await work();
      } catch (e) {
        if (!(e instanceof ApiError)) throw e;
        const field = OF_CODE[e.code];
        const found = field ? { [field]: sentence(e) } : Object.fromEntries(Object.entries(e.fields).map(([k, v]) => [k, v.join(', ')]));
        const names = Object.keys(found);
        if (names.length === 0 || names.some((name) => !shown.includes(name))) throw e;
        setErrors(found);
      }
    },
  };
}
