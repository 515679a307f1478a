import { type Key, t } from '../../i18n';
import { Field } from '../../ui';

/** A setting that is a number: what it is called, how many of the unit shown are one of the server's, and whether none means something. */
export interface Amount {
  label: Key;
  hint: Key;
  unit: number;
  min: number;
  max: number;
  usual: number | null;
}

/** A number of the server's as it is shown. */
export const shownAmount = (value: number | null | undefined, unit: number) =>
  value == null ? '' : String(Math.round((value / unit) * 100) / 100);

/** What is shown as the server takes it. */
export const readAmount = (text: string, unit: number) => (text === '' ? null : Math.round(Number(text) * unit));

interface Props {
  amount: Amount;
  value: string;
  error?: string;
  onChange: (text: string) => void;
}

export function AmountField({ amount: { label, hint, unit, min, max, usual }, value, error, onChange }: Props) {
  return (
    <Field
      label={t(label)}
      hint={t(hint)}
      error={error}
      type="number"
      min={min}
      max={max}
      step={unit === 1 ? 1 : 'any'}
      required={usual !== null}
      value={value}
      onInput={(e) => onChange(e.currentTarget.value)}
    />
  );
}
