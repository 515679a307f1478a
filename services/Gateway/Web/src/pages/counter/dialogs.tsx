import { useEffect, useRef, useState } from 'preact/hooks';
import { printedAddress } from '../../address';
import { api } from '../../api';
import { closedText } from '../../closed';
import { time } from '../../format';
import { t } from '../../i18n';
import { Qr } from '../../qr';
import type { Queue, Ticket } from '../../types';
import { Dialog, Failure, Field, FormButtons, useTask } from '../../ui';

const PRIORITIES = [0, 1, 2];
const priorityName = (level: number) => (level <= 2 ? t(`priority_${level as 0 | 1 | 2}`) : t('priorityLevel', { n: level }));

function Priority({ value, onChange }: { value: number; onChange: (level: number) => void }) {
  return (
    <label class="field">
      <span>{t('priorityHead')}</span>
      <select value={value} onChange={(e) => onChange(Number(e.currentTarget.value))}>
        {[...new Set([...PRIORITIES, value])].map((level) => (
          <option key={level} value={level}>
            {priorityName(level)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Note({ value, onInput }: { value: string; onInput: (text: string) => void }) {
  return (
    <label class="field">
      <span>{t('note')}</span>
      <textarea rows={3} maxLength={500} value={value} onInput={(e) => onInput(e.currentTarget.value)} />
    </label>
  );
}

const detailsOf = (ticket: Ticket) => ({
  customerName: ticket.customerName ?? '',
  phone: ticket.phone ?? '',
  email: ticket.email ?? '',
  notes: ticket.notes ?? '',
  priority: ticket.priority,
});

/** Who it is, what is noted, and what can be done with them before they are called. */
export function Details({
  ticket,
  callLabel,
  onCall,
  onPark,
  onTransfer,
  onSaved,
  onClose,
}: {
  ticket: Ticket;
  /** What calling them now means; nothing where they cannot be called. */
  callLabel: string | null;
  onCall: () => void;
  onPark: (() => void) | null;
  onTransfer: (() => void) | null;
  onSaved: (undo: () => Promise<unknown>) => void;
  onClose: () => void;
}) {
  const [form, setForm] = useState(detailsOf(ticket));
  const task = useTask();
  const set = (field: keyof typeof form) => (e: { currentTarget: HTMLInputElement }) =>
    setForm({ ...form, [field]: e.currentTarget.value });
  const path = `/api/tickets/${ticket.id}`;
  return (
    <Dialog title={`${ticket.ticketNumber} · ${ticket.queueName ?? ''}`} onClose={onClose}>
      {(callLabel || onPark || onTransfer) && (
        <div class="row">
          {callLabel && (
            <button type="button" class="primary" onClick={onCall}>
              {callLabel}
            </button>
          )}
          {onTransfer && (
            <button type="button" onClick={onTransfer}>
              {t('transfer')}
            </button>
          )}
          {onPark && (
            <button type="button" onClick={onPark}>
              {t('park')}
            </button>
          )}
        </div>
      )}
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            // Only what was changed here: what a colleague changed meanwhile stays.
            const before = detailsOf(ticket);
            const changed = (Object.keys(form) as (keyof typeof form)[]).filter((k) => form[k] !== before[k]);
            if (changed.length === 0) return onClose();
            const pick = (from: typeof form) => Object.fromEntries(changed.map((k) => [k, from[k]]));
            await api('PATCH', path, pick(form));
            onSaved(() => api('PATCH', path, pick(before)));
          });
        }}
      >
        <Failure text={task.error} />
        <Field label={t('name')} maxLength={100} value={form.customerName} onInput={set('customerName')} />
        <Field label={t('phone')} type="tel" value={form.phone} onInput={set('phone')} />
        <Field label={t('email')} type="email" value={form.email} onInput={set('email')} />
        <Note value={form.notes} onInput={(notes) => setForm({ ...form, notes })} />
        <Priority value={form.priority} onChange={(priority) => setForm({ ...form, priority })} />
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** Has the focus when the slip is there: the button that had it is gone. */
function PrintButton() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current!.focus(), []);
  return (
    <button type="button" class="primary" ref={button} onClick={() => print()}>
      {t('print')}
    </button>
  );
}

/** A number for somebody who stands there. */
export function WalkIn({
  queues,
  onTaken,
  onClose,
}: {
  queues: Queue[];
  onTaken: (ticket: Ticket, undo: () => Promise<unknown>) => void;
  onClose: () => void;
}) {
  const [form, setForm] = useState({ customerName: '', phone: '', notes: '', priority: 0 });
  const [queueId, setQueue] = useState((queues.find((q) => q.openNow) ?? queues[0])?.id ?? '');
  const [taken, setTaken] = useState<Ticket | null>(null);
  const task = useTask();
  const queue = queues.find((q) => q.id === queueId);
  if (taken)
    return (
      <Dialog title={t('walkIn')} onClose={onClose}>
        <section class="slip stack">
          <p class="ticket-queue">{taken.queueName}</p>
          <p class="now-number" dir="ltr" data-testid="slip-number">
            {taken.ticketNumber}
          </p>
          {taken.customerName && <p>{taken.customerName}</p>}
          <p>{time(taken.createdAt)}</p>
          {taken.trackingToken && (
            <>
              <Qr text={`${printedAddress()}/t/${taken.id}#${taken.trackingToken}`} label={t('qrTicket')} />
              <p class="small">{t('scanTicket')}</p>
            </>
          )}
        </section>
        <div class="row no-print">
          <PrintButton />
          <button type="button" onClick={onClose}>
            {t('back')}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={t('walkIn')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const { customerName, phone, notes, priority } = form;
            const ticket = await api<Ticket>('POST', `/api/queues/${queueId}/tickets`, {
              customerName: customerName || undefined,
              phone: phone || undefined,
              notes: notes || undefined,
              priority,
            });
            setTaken(ticket);
            onTaken(ticket, () => api('DELETE', `/api/tickets/${ticket.id}`));
          });
        }}
      >
        <Failure text={task.error} />
        <Field
          label={t('name')}
          maxLength={100}
          autocomplete="off"
          value={form.customerName}
          onInput={(e) => setForm({ ...form, customerName: e.currentTarget.value })}
        />
        <Field
          label={t('phone')}
          type="tel"
          autocomplete="off"
          hint={t('phoneHint')}
          value={form.phone}
          onInput={(e) => setForm({ ...form, phone: e.currentTarget.value })}
        />
        <label class="field">
          <span>{t('queue')}</span>
          <select value={queueId} onChange={(e) => setQueue(e.currentTarget.value)}>
            {queues.map((q) => (
              <option key={q.id} value={q.id}>
                {q.name}
              </option>
            ))}
          </select>
          {queue && closedText(queue) && <small>{closedText(queue)}</small>}
        </label>
        <Priority value={form.priority} onChange={(priority) => setForm({ ...form, priority })} />
        <Note value={form.notes} onInput={(notes) => setForm({ ...form, notes })} />
        <FormButtons kind="primary" label={t('takeNumber')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function BackInLine({ ticket, onChosen, onClose }: { ticket: Ticket; onChosen: (after: number) => void; onClose: () => void }) {
  const [after, setAfter] = useState(2);
  return (
    <Dialog title={t('putBackTitle', { number: ticket.ticketNumber })} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          onChosen(after);
        }}
      >
        <Field
          label={t('goFirst')}
          hint={t('goFirstHint')}
          type="number"
          min={0}
          max={10000}
          required
          value={after}
          onInput={(e) => setAfter(e.currentTarget.valueAsNumber)}
        />
        <FormButtons kind="primary" label={t('putBack')} busy={false} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function Transfer({
  ticket,
  queues,
  onChosen,
  onClose,
}: {
  ticket: Ticket;
  queues: Queue[];
  onChosen: (queue: Queue) => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={t('transferTo', { number: ticket.ticketNumber })} onClose={onClose}>
      <div class="stack">
        {queues
          .filter((q) => q.id !== ticket.queueId && q.isActive)
          .map((q) => (
            <button key={q.id} type="button" onClick={() => onChosen(q)}>
              {q.name} · {t('waitingCount', { n: q.statistics.waiting })}
            </button>
          ))}
        <button type="button" class="quiet" onClick={onClose}>
          {t('back')}
        </button>
      </div>
    </Dialog>
  );
}

export function TakeBreak({ onChosen, onClose }: { onChosen: (reason: string) => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <Dialog title={t('pause')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          onChosen(reason);
        }}
      >
        <Field
          label={t('breakReason')}
          hint={t('breakReasonHint')}
          maxLength={200}
          value={reason}
          onInput={(e) => setReason(e.currentTarget.value)}
        />
        <FormButtons kind="primary" label={t('pause')} busy={false} onClose={onClose} />
      </form>
    </Dialog>
  );
}
