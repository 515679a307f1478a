import { useState } from 'preact/hooks';
import { api } from '../../api';
import { closedText, isClosed } from '../../closed';
import { t } from '../../i18n';
import type { Closure, OpeningHours, Queue } from '../../types';
import { weekdays } from '../../format';
import { ConfirmDelete, Dialog, Failure, Field, FormButtons, useTask } from '../../ui';
import type { SectionProps } from './section';

export function Queues({ queues, admin, reload }: SectionProps) {
  const [editing, setEditing] = useState<Queue | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Queue | null>(null);
  const task = useTask();
  const change = (work: () => Promise<unknown>) =>
    task.run(async () => {
      await work();
      await reload();
    });
  const ids = queues
    .filter((q) => q.isActive)
    .map((q) => q.id)
    .join(',');
  return (
    <>
      <Failure text={task.error} />
      <div class="row">
        {admin && (
          <button type="button" class="primary" onClick={() => setEditing('new')}>
            {t('newQueue')}
          </button>
        )}
        <a class="button" href={`/display${ids && `?queues=${ids}`}`}>
          {t('displayTitle')}
        </a>
        <a class="button" href={`/kiosk${ids && `?queues=${ids}`}`}>
          {t('kioskTitle')}
        </a>
      </div>
      {queues.length === 0 && <p class="notice info">{t('noQueuesManage')}</p>}
      <ul class="queue-list">
        {queues.map((q) => (
          <li key={q.id} class="card flat">
            <div class="row between">
              <h2>
                {q.name} <span class="badge">{q.prefix}</span>
              </h2>
              <span class={`state ${isClosed(q) ? '' : 'is-open'}`}>{t(isClosed(q) ? 'closed' : 'open')}</span>
            </div>
            {q.isActive && !q.openNow && <p>{closedText(q)}</p>}
            {q.description && <p class="muted">{q.description}</p>}
            <p class="muted">
              {t('waitingCount', { n: q.statistics.waiting })} · {t('counters')}: {q.counters.map((c) => c.name).join(', ') || '–'}
            </p>
            <div class="row">
              <button
                type="button"
                disabled={task.busy}
                aria-label={`${t(q.isActive ? 'close' : 'openIt')}: ${q.name}`}
                onClick={() => void change(() => api('PATCH', `/api/queues/${q.id}`, { isActive: !q.isActive }))}
              >
                {t(q.isActive ? 'close' : 'openIt')}
              </button>
              {admin && (
                <button type="button" aria-label={`${t('change')}: ${q.name}`} onClick={() => setEditing(q)}>
                  {t('change')}
                </button>
              )}
              <a class="button" href={`/manage/poster/${q.id}`} aria-label={`${t('poster')}: ${q.name}`}>
                {t('poster')}
              </a>
              <a class="button" href={`/q/${q.id}`} aria-label={`${t('joinPage')}: ${q.name}`}>
                {t('joinPage')}
              </a>
              {admin && (
                <button
                  type="button"
                  class="danger"
                  disabled={task.busy}
                  aria-label={`${t('delete')}: ${q.name}`}
                  onClick={() => setDeleting(q)}
                >
                  {t('delete')}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {editing && (
        <Editor
          queue={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={async () => {
            setEditing(null);
            await reload();
          }}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={t('deleteQueue', { name: deleting.name })}
          text={t('deleteQueueText')}
          onClose={() => setDeleting(null)}
          onConfirm={() => void change(() => api('DELETE', `/api/queues/${deleting.id}`))}
        />
      )}
    </>
  );
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

function Editor({ queue, onClose, onSaved }: { queue: Queue | null; onClose: () => void; onSaved: () => Promise<void> }) {
  const [form, setForm] = useState({
    name: queue?.name ?? '',
    description: queue?.description ?? '',
    prefix: queue?.prefix ?? '',
    counters: queue?.counters.map((c) => c.name).join(', ') ?? '',
    maxActiveTickets: queue?.maxActiveTickets ?? 100,
    serviceMinutes: Math.round(((queue?.averageServiceTime ?? 300) / 60) * 10) / 10,
    slaMinutes: Math.round(((queue?.slaWaitTime ?? 600) / 60) * 10) / 10,
    timeZone: queue?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const [hours, setHours] = useState<OpeningHours[]>(queue?.openingHours ?? []);
  const [closures, setClosures] = useState<Closure[]>(queue?.closures ?? []);
  const task = useTask();
  const set = (field: keyof typeof form) => (e: { currentTarget: HTMLInputElement }) =>
    setForm({ ...form, [field]: e.currentTarget.type === 'number' ? e.currentTarget.valueAsNumber : e.currentTarget.value });
  const setHour = (i: number, part: Partial<OpeningHours>) => setHours(hours.map((h, j) => (i === j ? { ...h, ...part } : h)));

  const submit = () =>
    task.run(async () => {
      const body = {
        name: form.name,
        description: form.description || null,
        prefix: form.prefix,
        maxActiveTickets: form.maxActiveTickets,
        averageServiceTime: Math.round(form.serviceMinutes * 60),
        slaWaitTime: Math.round(form.slaMinutes * 60),
        // What is left as it was is not sent: it may be the branch's, and then stays so.
        timeZone: form.timeZone === queue?.timeZone ? undefined : form.timeZone,
        openingHours: same(hours, queue?.openingHours ?? []) ? undefined : hours,
        closures: same(closures, queue?.closures ?? []) ? undefined : closures,
        counters: form.counters
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name)
          // As it was read, so that a counter that has the queue of itself is not listed by it.
          .map((name) => ({ id: queue?.counters.find((c) => c.name === name)?.id, name })),
      };
      await (queue ? api('PATCH', `/api/queues/${queue.id}`, body) : api('POST', '/api/queues', body));
      await onSaved();
    });

  return (
    <Dialog title={t(queue ? 'changeQueue' : 'newQueue')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void submit();
        }}
      >
        <Failure text={task.error} />
        <Field label={t('name')} required maxLength={100} value={form.name} onInput={set('name')} />
        <Field label={t('description')} maxLength={1000} value={form.description} onInput={set('description')} />
        <div class="row fields">
          <Field
            label={t('prefix')}
            hint={t('prefixHint')}
            pattern="[A-Za-z]{1,3}"
            maxLength={3}
            value={form.prefix}
            onInput={set('prefix')}
          />
          <Field label={t('counters')} hint={t('countersHint')} value={form.counters} onInput={set('counters')} />
        </div>
        <div class="row fields">
          <Field
            label={t('serviceMinutes')}
            type="number"
            min={0.1}
            step={0.1}
            required
            value={form.serviceMinutes}
            onInput={set('serviceMinutes')}
          />
          <Field label={t('slaMinutes')} type="number" min={0.1} step={0.1} required value={form.slaMinutes} onInput={set('slaMinutes')} />
          <Field
            label={t('maxActive')}
            type="number"
            min={1}
            max={10000}
            required
            value={form.maxActiveTickets}
            onInput={set('maxActiveTickets')}
          />
        </div>
        <Field label={t('timeZone')} required value={form.timeZone} onInput={set('timeZone')} />
        <fieldset>
          <legend>{t('openingHours')}</legend>
          <p class="muted">{t('openingHoursHint')}</p>
          {hours.map((h, i) => (
            <div key={i} class="row hours">
              <select aria-label={t('day')} value={h.day} onChange={(e) => setHour(i, { day: e.currentTarget.value })}>
                {weekdays().map((d) => (
                  <option key={d.name} value={d.name}>
                    {d.label}
                  </option>
                ))}
              </select>
              <input
                type="time"
                aria-label={t('opens')}
                required
                value={h.opens}
                onInput={(e) => setHour(i, { opens: e.currentTarget.value })}
              />
              <input
                type="time"
                aria-label={t('closes')}
                required
                value={h.closes}
                onInput={(e) => setHour(i, { closes: e.currentTarget.value })}
              />
              <button type="button" class="quiet" aria-label={t('delete')} onClick={() => setHours(hours.filter((_, j) => j !== i))}>
                ✕
              </button>
            </div>
          ))}
          <button
            type="button"
            onClick={() => setHours([...hours, { day: weekdays()[hours.length % 7].name, opens: '09:00', closes: '17:00' }])}
          >
            {t('addHours')}
          </button>
        </fieldset>
        <Closures closures={closures} onChange={setClosures} />
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

const isDate = (at: string) => at.length === 'yyyy-mm-dd'.length;

/** As an input for a time of this device takes it. */
function toInput(at: string): string {
  if (isDate(at)) return at;
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
}

const ofInput = (value: string) => (isDate(value) ? value : new Date(value).toISOString());

function Closures({ closures, onChange }: { closures: Closure[]; onChange: (closures: Closure[]) => void }) {
  const set = (i: number, part: Partial<Closure>) => onChange(closures.map((c, j) => (i === j ? { ...c, ...part } : c)));
  const soon = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
  const today = toInput(new Date().toISOString()).slice(0, 'yyyy-mm-dd'.length);
  return (
    <fieldset>
      <legend>{t('closures')}</legend>
      <p class="muted">{t('closuresHint')}</p>
      {closures.map((c, i) => {
        const kind = isDate(c.from) ? 'date' : 'datetime-local';
        return (
          <div key={i} class="row hours">
            {(['from', 'to'] as const).map((end) => (
              <input
                key={end}
                type={kind}
                aria-label={t(end === 'from' ? 'closedFrom' : 'closedTo')}
                required
                value={toInput(c[end])}
                onChange={(e) => e.currentTarget.value && set(i, { [end]: ofInput(e.currentTarget.value) })}
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
        );
      })}
      <div class="row">
        <button type="button" onClick={() => onChange([...closures, { from: today, to: today }])}>
          {t('addClosedDays')}
        </button>
        <button
          type="button"
          onClick={() => onChange([...closures, { from: soon.toISOString(), to: new Date(soon.getTime() + 4 * 3_600_000).toISOString() }])}
        >
          {t('addClosedTimes')}
        </button>
      </div>
    </fieldset>
  );
}
