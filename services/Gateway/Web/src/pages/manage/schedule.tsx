import { weekdays } from '../../format';
import { t } from '../../i18n';
import type { Closure, OpeningHours } from '../../types';
import { Field } from '../../ui';
import { known, momentOf, onClock } from './clock';

/** What says when a queue or a branch is open; `null` of a queue: as its branch has it. */
export interface Schedule {
  timeZone: string | null;
  openingHours: OpeningHours[] | null;
  closures: Closure[] | null;
}

const LAST_WEEKDAY = 5;

/** A box that makes a part of a queue its branch's. */
function Inherit({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(e) => onChange(e.currentTarget.checked)} />
      {t('sameAsBranch')}
    </label>
  );
}

/** @param of what the branch has, for a queue; without it, this is the branch */
export function ScheduleFields({ value, of, onChange }: { value: Schedule; of?: Schedule; onChange: (value: Schedule) => void }) {
  const zone = value.timeZone ?? of?.timeZone ?? 'UTC';
  return (
    <>
      <fieldset class="stack">
        <legend>{t('timeZone')}</legend>
        {of && (
          <Inherit
            checked={value.timeZone === null}
            onChange={(same) => onChange({ ...value, timeZone: same ? null : (of.timeZone ?? 'UTC') })}
          />
        )}
        {value.timeZone !== null && (
          <Field
            label={t('timeZone')}
            hint={t('timeZoneHint')}
            required
            list="zones"
            value={value.timeZone}
            onInput={(e) => onChange({ ...value, timeZone: e.currentTarget.value })}
          />
        )}
        <datalist id="zones">
          {Intl.supportedValuesOf('timeZone').map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </fieldset>
      <fieldset>
        <legend>{t('openingHours')}</legend>
        {of && (
          <Inherit
            checked={value.openingHours === null}
            onChange={(same) => onChange({ ...value, openingHours: same ? null : (of.openingHours ?? []) })}
          />
        )}
        {value.openingHours !== null && (
          <Hours hours={value.openingHours} onChange={(openingHours) => onChange({ ...value, openingHours })} />
        )}
      </fieldset>
      <fieldset>
        <legend>{t('closures')}</legend>
        {of && (
          <Inherit
            checked={value.closures === null}
            onChange={(same) => onChange({ ...value, closures: same ? null : (of.closures ?? []) })}
          />
        )}
        {value.closures !== null && (
          <Closures closures={value.closures} zone={zone} onChange={(closures) => onChange({ ...value, closures })} />
        )}
      </fieldset>
    </>
  );
}

export function Hours({ hours, onChange }: { hours: OpeningHours[]; onChange: (hours: OpeningHours[]) => void }) {
  const set = (i: number, part: Partial<OpeningHours>) => onChange(hours.map((h, j) => (i === j ? { ...h, ...part } : h)));
  const usual = { opens: '09:00', closes: '17:00' };
  return (
    <>
      <p class="muted">{t('openingHoursHint')}</p>
      {hours.map((h, i) => (
        <div key={i} class="row hours">
          <select aria-label={t('day')} value={h.day} onChange={(e) => set(i, { day: e.currentTarget.value })}>
            {weekdays().map((d) => (
              <option key={d.name} value={d.name}>
                {d.label}
              </option>
            ))}
          </select>
          <input type="time" aria-label={t('opens')} required value={h.opens} onInput={(e) => set(i, { opens: e.currentTarget.value })} />
          <input
            type="time"
            aria-label={t('closes')}
            required
            value={h.closes}
            onInput={(e) => set(i, { closes: e.currentTarget.value })}
          />
          <button type="button" class="quiet" aria-label={t('delete')} onClick={() => onChange(hours.filter((_, j) => j !== i))}>
            ✕
          </button>
          {h.closes <= h.opens && <span class="muted small">{t('nextDay')}</span>}
        </div>
      ))}
      <div class="row">
        <button type="button" onClick={() => onChange([...hours, { day: weekdays()[hours.length % 7].name, ...usual }])}>
          {t('addHours')}
        </button>
        {hours.length === 0 && (
          <button
            type="button"
            onClick={() =>
              onChange(
                weekdays()
                  .slice(0, LAST_WEEKDAY)
                  .map((d) => ({ day: d.name, ...usual })),
              )
            }
          >
            {t('addWeek')}
          </button>
        )}
      </div>
    </>
  );
}

const isDate = (at: string) => at.length === 'yyyy-mm-dd'.length;

function Closures({ closures, zone, onChange }: { closures: Closure[]; zone: string; onChange: (closures: Closure[]) => void }) {
  const set = (i: number, part: Partial<Closure>) => onChange(closures.map((c, j) => (i === j ? { ...c, ...part } : c)));
  const clock = known(zone);
  const soon = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  const today = onClock(clock, Date.now()).slice(0, 'yyyy-mm-dd'.length);
  return (
    <>
      <p class="muted">{t('closuresHint')}</p>
      {closures.map((c, i) => (
        <div key={i} class="row hours">
          {(['from', 'to'] as const).map((end) => (
            <input
              key={end}
              type={isDate(c.from) ? 'date' : 'datetime-local'}
              aria-label={t(end === 'from' ? 'closedFrom' : 'closedTo')}
              required
              value={isDate(c[end]) ? c[end] : onClock(clock, Date.parse(c[end]))}
              onChange={(e) => {
                const { value } = e.currentTarget;
                if (value) set(i, { [end]: isDate(value) ? value : momentOf(clock, value) });
              }}
            />
          ))}
          <input
            aria-label={t('closedReason')}
            placeholder={t('closedReason')}
            maxLength={200}
            value={c.reason ?? ''}
            onInput={(e) => set(i, { reason: e.currentTarget.value || null })}
          />
          <button type="button" class="quiet" aria-label={t('delete')} onClick={() => onChange(closures.filter((_, j) => j !== i))}>
            ✕
          </button>
        </div>
      ))}
      <div class="row">
        <button type="button" onClick={() => onChange([...closures, { from: today, to: today }])}>
          {t('addClosedDays')}
        </button>
        <button
          type="button"
          onClick={() => onChange([...closures, { from: new Date(soon).toISOString(), to: new Date(soon + 4 * 3_600_000).toISOString() }])}
        >
          {t('addClosedTimes')}
        </button>
      </div>
    </>
  );
}
