import { t } from './i18n';
import { Field } from './ui';

/** Who somebody is and how they are reached; each may be empty. */
export interface Contact {
  customerName: string;
  phone: string;
  email: string;
}

export const noContact: Contact = { customerName: '', phone: '', email: '' };

export function ContactFields({ value, onChange }: { value: Contact; onChange: (next: Contact) => void }) {
  return (
    <>
      <p class="muted">{t('addDetailsText')}</p>
      <Field
        label={t('name')}
        autocomplete="name"
        maxLength={100}
        value={value.customerName}
        onInput={(e) => onChange({ ...value, customerName: e.currentTarget.value })}
      />
      <Field
        label={t('phone')}
        type="tel"
        autocomplete="tel"
        hint={t('phoneHint')}
        value={value.phone}
        onInput={(e) => onChange({ ...value, phone: e.currentTarget.value })}
      />
      <Field
        label={t('email')}
        type="email"
        autocomplete="email"
        value={value.email}
        onInput={(e) => onChange({ ...value, email: e.currentTarget.value })}
      />
    </>
  );
}
