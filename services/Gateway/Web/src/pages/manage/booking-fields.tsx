import { t } from '../../i18n';
import type { Booking, OpeningHours } from '../../types';
import { type Amount, AmountField, readAmount, shownAmount } from './amounts';
import { Hours } from './schedule';

const AMOUNTS = {
  slotLength: { label: 'slotMinutes', hint: 'slotMinutesHint', unit: 60, min: 1, max: 720, usual: 1200 },
  places: { label: 'slotPlaces', hint: 'slotPlacesHint', unit: 1, min: 1, max: 1000, usual: 1 },
  earliest: { label: 'bookEarliest', hint: 'bookEarliestHint', unit: 60, min: 0, max: 527_040, usual: 0 },
  latest: { label: 'bookLatest', hint: 'bookLatestHint', unit: 60, min: 0, max: 527_040, usual: 0 },
  horizon: { label: 'bookHorizon', hint: 'bookHorizonHint', unit: 1, min: 1, max: 366, usual: 30 },
  inARow: { label: 'bookInARow', hint: 'bookInARowHint', unit: 1, min: 1, max: 100, usual: 2 },
  early: { label: 'arriveEarly', hint: 'arriveEarlyHint', unit: 60, min: 0, max: 1440, usual: 900 },
  late: { label: 'arriveLate', hint: 'arriveLateHint', unit: 60, min: 0, max: 1440, usual: 600 },
} satisfies Record<string, Amount>;

type Name = keyof typeof AMOUNTS;
const names = Object.keys(AMOUNTS) as Name[];

/** The fields that refusals may be about. */
export const bookingFields = [...names.map((name) => `booking.${name}`), 'booking.hours'];

/** How a queue takes appointments, as it is typed. */
export interface BookingForm {
  amounts: Record<Name, string>;
  /** `null`: the opening hours. */
  hours: OpeningHours[] | null;
}

export const bookingForm = (booking: Booking | null | undefined): BookingForm | null =>
  booking
    ? {
        amounts: Object.fromEntries(names.map((n) => [n, shownAmount(booking[n], AMOUNTS[n].unit)])) as Record<Name, string>,
        hours: booking.hours ?? null,
      }
    : null;

export const readBooking = (form: BookingForm | null) =>
  form && { ...Object.fromEntries(names.map((n) => [n, readAmount(form.amounts[n], AMOUNTS[n].unit)])), hours: form.hours };

const usual = () => ({
  amounts: Object.fromEntries(names.map((n) => [n, shownAmount(AMOUNTS[n].usual, AMOUNTS[n].unit)])) as Record<Name, string>,
  hours: null,
});

interface Props {
  value: BookingForm | null;
  errors: Record<string, string>;
  onChange: (value: BookingForm | null) => void;
}

/** Whether a queue takes appointments, and how. */
export function BookingFields({ value, errors, onChange }: Props) {
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={value !== null} onChange={(e) => onChange(e.currentTarget.checked ? usual() : null)} />
        {t('bookingOn')}
      </label>
      {value && (
        <>
          <div class="pairs">
            {names.map((name) => (
              <AmountField
                key={name}
                amount={AMOUNTS[name]}
                value={value.amounts[name]}
                error={errors[`booking.${name}`]}
                onChange={(text) => onChange({ ...value, amounts: { ...value.amounts, [name]: text } })}
              />
            ))}
          </div>
          <fieldset>
            <legend>{t('bookHours')}</legend>
            <label class="check">
              <input
                type="checkbox"
                checked={value.hours === null}
                onChange={(e) => onChange({ ...value, hours: e.currentTarget.checked ? null : [] })}
              />
              {t('bookSameHours')}
            </label>
            {value.hours !== null && <Hours hours={value.hours} onChange={(hours) => onChange({ ...value, hours })} />}
          </fieldset>
        </>
      )}
    </>
  );
}
