import { t } from './i18n';
import { Field } from './ui';

/** Who somebody is and how they are reached; each may be empty. */
export interface Contact {
  customerName: string;
  phone: string;
  email: string;
}

export const noContact: Contact = { customerName: '', phone: '', email: '' };

interface Props {
  value: Contact;
  onChange: (next: Contact) => void;
  /** What it is good for. */
  text?: string;
  /** What is wrong with each. */
  errors?: Partial<Record<keyof Contact, string>>;
}

export function ContactFields({ value, onChange, text = t('addDetailsText'), errors = {} }: Props) {
  return (
    <>
      <p class="muted">{text}</p>
      <Field
        label={t('name')}
        autocomplete="name"
        maxLength={100}
        error={errors.customerName}
        value={value.customerName}
        onInput={(e) => onChange({ ...value, customerName: e.currentTarget.value })}
      />
      <Field
        label={t('phone')}
        type="tel"
        autocomplete="tel"
        hint={t('phoneHint')}
        error={errors.phone}
        value={value.phone}
        onInput={(e) => onChange({ ...value, phone: e.currentTarget.value })}
      />
      <Field
        label={t('email')}
        type="email"
        autocomplete="email"
        error={errors.email}
        value={value.email}
        onInput={(e) => onChange({ ...value, email: e.currentTarget.value })}
      />
    </>
  );
}
