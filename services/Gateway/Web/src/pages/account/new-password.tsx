import { t } from '../../i18n';
import { Field } from '../../ui';

/** Where a password is chosen. */
export function NewPassword({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field
      label={t('passwordNew')}
      type="password"
      required
      minLength={8}
      maxLength={128}
      autocomplete="new-password"
      hint={t('passwordRule')}
      value={value}
      onInput={(e) => onChange(e.currentTarget.value)}
    />
  );
}
