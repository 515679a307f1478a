import { useState } from 'preact/hooks';
import { api } from '../../api';
import { BranchField, startBranch } from '../../branch';
import { t } from '../../i18n';
import type { Branch, Queue } from '../../types';
import { Dialog, Failure, Field, FormButtons, useTask } from '../../ui';
import { type Amount, AmountField, readAmount, shownAmount } from './amounts';
import { BookingFields, bookingFields, bookingForm, readBooking } from './booking-fields';
import { useFieldErrors } from './fields';
import { type Schedule, ScheduleFields } from './schedule';

/** The settings that are numbers. */
const NUMBERS = {
  maxActiveTickets: { label: 'maxActive', hint: 'maxActiveHint', unit: 1, min: 1, max: 10_000, usual: 100 },
  averageServiceTime: { label: 'serviceMinutes', hint: 'serviceHint', unit: 60, min: 0.1, max: 1440, usual: 300 },
  slaWaitTime: { label: 'slaMinutes', hint: 'slaHint', unit: 60, min: 0.1, max: 1440, usual: 600 },
  priorityHeadStart: { label: 'headStart', hint: 'headStartHint', unit: 60, min: 0, max: 1440, usual: null },
  noShowAfter: { label: 'noShowAfter', hint: 'noShowAfterHint', unit: 60, min: 0.2, max: 1440, usual: null },
  maxRecalls: { label: 'maxRecalls', hint: 'maxRecallsHint', unit: 1, min: 0, max: 20, usual: 3 },
  rejoinGrace: { label: 'rejoinGrace', hint: 'rejoinGraceHint', unit: 60, min: 0, max: 1440, usual: 900 },
  expireAfterClosing: { label: 'expireAfter', hint: 'expireAfterHint', unit: 60, min: 0, max: 1440, usual: null },
} satisfies Record<string, Amount>;

type NumberName = keyof typeof NUMBERS;
const names = Object.keys(NUMBERS) as NumberName[];

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const countersOf = (text: string) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name);

/** All there is to a queue, with what each setting means. */
export function QueueForm({
  queue,
  branches,
  onClose,
  onSaved,
}: {
  queue: Queue | null;
  branches: Branch[];
  onClose: () => void;
  onSaved: () => Promise<void>;
}) {
  const before = {
    name: queue?.name ?? '',
    description: queue?.description ?? '',
    prefix: queue?.prefix ?? '',
    counters: queue?.counters.map((c) => c.name).join(', ') ?? '',
    numberReset: queue?.numberReset ?? 'daily',
  };
  const own = (part: string) => queue?.own.includes(part) === true;
  const schedule: Schedule = {
    timeZone: own('timeZone') ? queue!.timeZone : null,
    openingHours: own('openingHours') ? (queue!.openingHours ?? []) : null,
    closures: own('closures') ? (queue!.closures ?? []) : null,
  };
  const [form, setForm] = useState(before);
  const [numbers, setNumbers] = useState(
    Object.fromEntries(names.map((n) => [n, shownAmount(queue ? queue[n] : NUMBERS[n].usual, NUMBERS[n].unit)])) as Record<
      NumberName,
      string
    >,
  );
  const [branchId, setBranch] = useState(queue?.branchId ?? startBranch(branches));
  const [times, setTimes] = useState(schedule);
  const [booking, setBooking] = useState(bookingForm(queue?.booking));
  const task = useTask();
  const { errors, saying } = useFieldErrors(['name', 'description', 'prefix', 'counters', 'timeZone', ...names, ...bookingFields]);
  const set = (field: keyof typeof form) => (e: { currentTarget: HTMLInputElement }) =>
    setForm({ ...form, [field]: e.currentTarget.value });

  const submit = () =>
    task.run(() =>
      saying(async () => {
        // Only what was changed here: what a colleague changed meanwhile stays.
        const changed: Record<string, unknown> = {};
        if (!queue || form.name !== before.name) changed.name = form.name;
        if (form.description !== before.description) changed.description = form.description || null;
        if (!queue || form.prefix !== before.prefix) changed.prefix = form.prefix;
        if (!queue || form.numberReset !== before.numberReset) changed.numberReset = form.numberReset;
        if (form.counters !== before.counters)
          // As it was read, so that a counter that has the queue of itself is not listed by it.
          changed.counters = countersOf(form.counters).map((name) => ({ id: queue?.counters.find((c) => c.name === name)?.id, name }));
        for (const name of names) {
          const { unit, usual } = NUMBERS[name];
          if (numbers[name] === shownAmount(queue ? queue[name] : usual, unit)) continue;
          changed[name] = readAmount(numbers[name], unit);
        }
        for (const part of ['timeZone', 'openingHours', 'closures'] as const)
          if (!same(times[part], schedule[part])) changed[part] = times[part];
        if (!same(booking, bookingForm(queue?.booking))) changed.booking = readBooking(booking);
        if (!queue) changed.branchId = branchId;
        await (queue ? api('PATCH', `/api/queues/${queue.id}`, changed) : api('POST', '/api/queues', changed));
        await onSaved();
      }),
    );

  const amount = (name: NumberName) => (
    <AmountField
      key={name}
      amount={NUMBERS[name]}
      value={numbers[name]}
      error={errors[name]}
      onChange={(text) => setNumbers({ ...numbers, [name]: text })}
    />
  );

  return (
    <Dialog title={t(queue ? 'changeQueue' : 'newQueue')} onClose={onClose}>
      <form
        class="stack settings"
        onSubmit={(e) => {
          e.preventDefault();
          void submit();
        }}
      >
        <Failure text={task.error} />
        <fieldset class="stack">
          <legend>{t('groupNumbers')}</legend>
          <Field label={t('name')} error={errors.name} required maxLength={100} value={form.name} onInput={set('name')} />
          <Field
            label={t('description')}
            hint={t('descriptionHint')}
            error={errors.description}
            maxLength={1000}
            value={form.description}
            onInput={set('description')}
          />
          {!queue && <BranchField branches={branches} value={branchId} onChange={setBranch} />}
          <div class="pairs">
            <Field
              label={t('prefix')}
              hint={t('prefixHint')}
              error={errors.prefix}
              pattern="[A-Za-z]{1,3}"
              maxLength={3}
              value={form.prefix}
              onInput={set('prefix')}
            />
            <label class="field">
              <span>{t('numberReset')}</span>
              <select
                value={form.numberReset}
                onChange={(e) => setForm({ ...form, numberReset: e.currentTarget.value as Queue['numberReset'] })}
              >
                <option value="daily">{t('resetDaily')}</option>
                <option value="never">{t('resetNever')}</option>
              </select>
              <small>{t('numberResetHint')}</small>
            </label>
          </div>
          <Field label={t('counters')} hint={t('countersHint')} error={errors.counters} value={form.counters} onInput={set('counters')} />
        </fieldset>
        <fieldset class="stack">
          <legend>{t('groupLine')}</legend>
          <div class="pairs">{(['maxActiveTickets', 'averageServiceTime', 'slaWaitTime', 'priorityHeadStart'] as const).map(amount)}</div>
        </fieldset>
        <fieldset class="stack">
          <legend>{t('groupCalls')}</legend>
          <div class="pairs">{(['noShowAfter', 'maxRecalls', 'rejoinGrace', 'expireAfterClosing'] as const).map(amount)}</div>
        </fieldset>
        <fieldset class="stack">
          <legend>{t('groupHours')}</legend>
          <ScheduleFields value={times} of={branches.find((b) => b.id === branchId) ?? queueSchedule(queue)} onChange={setTimes} />
        </fieldset>
        <fieldset class="stack">
          <legend>{t('appointments')}</legend>
          <BookingFields value={booking} errors={errors} onChange={setBooking} />
        </fieldset>
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

const queueSchedule = (queue: Queue | null): Schedule => ({
  timeZone: queue?.timeZone ?? 'UTC',
  openingHours: queue?.openingHours ?? [],
  closures: queue?.closures ?? [],
});
