import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { type Contact, ContactFields, noContact } from '../contact';
import { hourIn, isoDayIn } from '../format';
import { useHold } from '../hold';
import { currentLanguage, type Key, t } from '../i18n';
import { choose, navigate } from '../navigate';
import { keepAppointment } from '../store';
import { ChooseTime, Nearest, Step, useTimes, whenOf, ZoneNote } from '../times';
import type { Branch, Queue, Slot } from '../types';
import { Failure, Field, Loading, Page, useAnswer, useTask, useTitle } from '../ui';

const WRONG: Record<keyof Contact, Key> = { customerName: 'errorName', phone: 'errorPhone', email: 'errorEmail' };

/** Books a time at a branch: what, which day, what time, who. Each choice is in the address, so that the browser's way back undoes it. */
export default function Book({ id }: { id: string }) {
  const { answer: branch, error } = useAnswer<Branch>(`/api/branches/${encodeURIComponent(id)}`);
  useTitle(t('bookTitle'));
  if (!branch && !error) {
    return (
      <Page>
        <Loading />
      </Page>
    );
  }
  if (!branch) {
    return (
      <Page>
        <h1>{t('bookTitle')}</h1>
        <Failure text={error} />
        <p>
          <a href="/">{t('homeTitle')}</a>
        </p>
      </Page>
    );
  }
  const queues = branch.queues!.filter((queue) => queue.isActive && queue.booking);
  return (
    <Page>
      <div>
        <h1>{t('bookTitle')}</h1>
        <p class="muted">{[branch.name, branch.address].filter(Boolean).join(', ')}</p>
      </div>
      {queues.length === 0 ? (
        <>
          <p class="notice warn">{t('bookNone')}</p>
          <p>
            <a href="/">{t('homeTitle')}</a>
          </p>
        </>
      ) : (
        <Steps queues={queues} />
      )}
    </Page>
  );
}

function Steps({ queues }: { queues: Queue[] }) {
  const chosen = new URLSearchParams(location.search);
  const queue = queues.find((q) => q.id === chosen.get('queue')) ?? (queues.length === 1 ? queues[0] : null);
  const [day, start] = [chosen.get('day'), chosen.get('start')];
  // What was typed stays, whichever way one goes back.
  const [contact, setContact] = useState(noContact);
  const [notes, setNotes] = useState('');
  /** How often other times were free than those that were asked for. */
  const [changes, setChanges] = useState(0);
  const follows = useRef(false);
  const times = useTimes(queue?.id ?? null, queue?.booking?.horizon ?? 0, changes);
  const go = (values: Record<string, string | null>, replace = false) => {
    follows.current = true;
    choose(values, replace);
  };

  if (!queue) {
    return (
      <Step key="queue" title={t('bookQueue')} follows={follows.current}>
        <ul class="choices">
          {queues.map((q) => (
            <li key={q.id}>
              <button type="button" onClick={() => go({ queue: q.id })}>
                {q.name}
                {q.description && <span>{q.description}</span>}
              </button>
            </li>
          ))}
        </ul>
      </Step>
    );
  }
  if (start === null || Number.isNaN(Date.parse(start))) {
    return (
      <>
        <p>{queue.name}</p>
        <ChooseTime
          times={times}
          day={day}
          follows={follows.current}
          onDay={(date) => go({ day: date }, date === null)}
          onTime={(slot) => go({ start: slot.start })}
          back={queues.length > 1 ? () => go({ queue: null }, true) : undefined}
        />
      </>
    );
  }
  return (
    <Step key="contact" title={t('bookContact')} follows={follows.current}>
      <Details
        queue={queue}
        start={start}
        contact={contact}
        onContact={setContact}
        notes={notes}
        onNotes={setNotes}
        onFreed={() => setChanges((n) => n + 1)}
        onTime={(slot, timeZone) => go({ day: isoDayIn(timeZone, slot.start), start: slot.start }, true)}
        back={() => go({ start: null }, true)}
      />
    </Step>
  );
}

interface DetailsProps {
  queue: Queue;
  start: string;
  contact: Contact;
  onContact: (next: Contact) => void;
  notes: string;
  onNotes: (next: string) => void;
  /** Told when other times are free than before. */
  onFreed: () => void;
  onTime: (slot: Slot, timeZone: string) => void;
  back: () => void;
}

/** Who comes, while the time is held for them, and the booking itself. */
function Details({ queue, start, contact, onContact, notes, onNotes, onFreed, onTime, back }: DetailsProps) {
  const hold = useHold(queue.id, start, onFreed);
  const [errors, setErrors] = useState<Partial<Record<keyof Contact, string>>>({});
  const form = useRef<HTMLFormElement>(null);
  const task = useTask();
  useEffect(() => form.current!.querySelector<HTMLInputElement>('[aria-invalid]')?.focus(), [errors]);

  const book = () =>
    task.run(async () => {
      setErrors({});
      const given = Object.fromEntries(Object.entries({ ...contact, notes }).filter(([, text]) => text));
      try {
        const made = await hold.confirm({ language: currentLanguage(), ...given });
        if (!made) return;
        const { token, code, ...state } = made;
        keepAppointment({ id: made.id, token, code, queue: queue.name, state });
        // Not back into the form, which would book once more.
        navigate(`/a/${made.id}${token ? `#${token}` : ''}`, true);
      } catch (e) {
        const wrong = e instanceof ApiError ? Object.keys(e.fields).filter((name): name is keyof Contact => name in WRONG) : [];
        if (wrong.length) setErrors(Object.fromEntries(wrong.map((name) => [name, t(WRONG[name])])));
        else throw e;
      }
    });

  return (
    <>
      <div>
        <p>{queue.name}</p>
        <p>
          <strong>{whenOf(start, queue.timeZone)}</strong>
        </p>
        <ZoneNote timeZone={queue.timeZone} at={start} />
        <p class="muted held" role="status">
          {hold.until && t('bookHeld', { time: hourIn(queue.timeZone, hold.until) })}
        </p>
      </div>
      {hold.gone && (
        <Nearest
          key={hold.gone}
          queueId={queue.id}
          start={start}
          isOver={hold.gone === 'over'}
          onTime={(slot, timeZone) => {
            if (slot.start === start) hold.again();
            else onTime(slot, timeZone);
            form.current!.querySelector<HTMLButtonElement>('button.primary')!.focus();
          }}
        />
      )}
      <form
        ref={form}
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          void book();
        }}
      >
        <ContactFields value={contact} onChange={onContact} text={t('bookContactText')} errors={errors} />
        <Field label={t('bookNotes')} maxLength={500} value={notes} onInput={(e) => onNotes(e.currentTarget.value)} />
        <Failure text={task.error ?? hold.error} />
        <button class="primary big" disabled={task.busy}>
          {task.busy ? t('taking') : t('bookSubmit')}
        </button>
        <button type="button" class="quiet" onClick={back}>
          {t('appointmentMove')}
        </button>
      </form>
    </>
  );
}
