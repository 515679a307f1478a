import { useEffect, useRef, useState } from 'preact/hooks';
import { allowSound, canSound, chime, flashTitle, note, type Reach, stopFlashing, subscribePush, vibrate } from '../alerts';
import { api, ApiError } from '../api';
import { closedText } from '../closed';
import { type Contact, ContactFields } from '../contact';
import { hourIn, range, time, wait } from '../format';
import { type Key, t } from '../i18n';
import { useLive } from '../live';
import { keep } from '../mine';
import { decoded, navigate } from '../navigate';
import { goesOn, keptTickets, load, save } from '../store';
import type { Queue, Ticket } from '../types';
import {
  Announcer,
  Dialog,
  Failure,
  FormButtons,
  LinkNotice,
  Loading,
  Page,
  sentence,
  useAnswer,
  useNow,
  usePoll,
  useTask,
  useTitle,
} from '../ui';
import '../styles/ticket.css';

/** How many others may go first at a time; fewer, where fewer are behind. */
const PLACES = [1, 3, 5, 10];
const POLL_LIVE = 60_000;
const POLL_STALE = 5000;

export default function MyTicket({ id }: { id: string }) {
  // What is kept was good; a link may have been cut short.
  const token = useRef(keptTickets().find((k) => k.id === id)?.token ?? (decoded(location.hash.slice(1)) || undefined)).current;
  const [ticket, setTicket] = useState<Ticket | null>(null);
  const [failure, setFailure] = useState<{ text: string; final: boolean } | null>(null);
  const [estimatedAt, setEstimatedAt] = useState(Date.now());
  const [announcement, setAnnouncement] = useState<string | null>(null);
  const [asking, setAsking] = useState<'cancel' | 'late' | 'contact' | null>(null);
  // A number that goes on in another queue goes on alerting.
  const [alerts, setAlerts] = useState<Reach | 'off'>(canSound() ? 'page' : 'off');
  const [told, setTold] = useState<string | null>(null);
  const [inLine, setInLine] = useState<number | null>(null);
  const heard = useRef(new Set<string>());
  const shown = useRef<Ticket | null>(null);
  const task = useTask();
  const path = `/api/tickets/${encodeURIComponent(id)}`;

  const show = (next: Ticket) => {
    const before = shown.current;
    if (before && next.version < before.version) return;
    // What is pushed leaves out what is personal.
    const merged = { ...before, ...next };
    shown.current = merged;
    setTicket(merged);
    setFailure(null);
    if (next.estimatedWaitTime !== before?.estimatedWaitTime || next.position !== before?.position) setEstimatedAt(Date.now());
    if (next.status !== before?.status) setTold(null);
    if (merged.status === 'called') alarm(merged);
    else if (before?.status === 'no_show' && merged.status === 'waiting') {
      setTold(t('backInLine'));
      ring(t('backInLine'), t('backInLine'));
    }
  };

  const alarm = (called: Ticket) => {
    const call = `${called.id} ${called.recalls} ${called.calledAt}`;
    if (heard.current.has(call)) return;
    heard.current.add(call);
    ring(t('yourTurn'), t('goTo', { number: called.ticketNumber, counter: called.counter ?? '' }));
  };

  const ring = (title: string, text: string) => {
    chime();
    vibrate();
    flashTitle(`● ${text}`);
    void note(title, text, id);
  };

  const read = async () => {
    try {
      show(await api<Ticket>('GET', path, undefined, { token }));
    } catch (e) {
      const final = e instanceof ApiError && [401, 403, 404].includes(e.status);
      const kept = keptTickets().find((k) => k.id === id)?.state;
      // Without a network: as it stood, marked as old by the link's notice.
      if (!final && !shown.current && kept) show(kept);
      else if (final || !shown.current) setFailure({ text: final ? t('errorNoTicket') : sentence(e), final });
    }
  };

  const open = ticket !== null && goesOn(ticket);
  const missed = ticket?.status === 'no_show';
  const link = useLive(open ? [ticket.queueId] : [], open ? { id, token } : null, {
    ticket: (pushed) => {
      if (pushed.id !== id) return;
      show(pushed);
      // Its line may have been told before it was back in it.
      if (pushed.status === 'waiting' && pushed.position == null) void read();
    },
    queue: (state) => state.queueId === shown.current?.queueId && setInLine(state.statistics?.waiting ?? null),
    announced: (said) => said.queueId === shown.current?.queueId && setAnnouncement(said.message || null),
    back: () => void read(),
  });
  usePoll(
    async () => failure?.final || (shown.current && !goesOn(shown.current)) || (await read()),
    link === 'live' ? POLL_LIVE : POLL_STALE,
    [id, link],
  );

  useEffect(() => stopFlashing, []);
  useEffect(() => {
    if (ticket) keep(ticket, token);
    if (ticket?.transferredTo) navigate(`/t/${ticket.transferredTo}${token ? `#${token}` : ''}`, true);
  }, [ticket]);
  useTitle(
    ticket
      ? `${ticket.ticketNumber} ${ticket.status === 'called' ? `→ ${ticket.counter}` : ticket.position ? `(${ticket.position})` : ''}`
      : '',
  );

  if (!ticket) {
    return (
      <Page>
        {failure ? (
          <>
            <h1>{failure.text}</h1>
            <p>
              <a href="/">{t('homeTitle')}</a>
            </p>
          </>
        ) : (
          <Loading />
        )}
      </Page>
    );
  }

  const change = (work: () => Promise<Ticket>) =>
    task.run(async () => {
      setAsking(null);
      show(await work());
    });
  const turnOn = () =>
    task.run(async () => {
      await allowSound();
      chime();
      setAlerts('page');
      save('alerts', true);
      setAlerts(await subscribePush(id, token));
    });
  const defer = (places: number) =>
    change(async () => {
      try {
        const later = await api<Ticket>('POST', `${path}/defer`, { places }, { token });
        setTold(t('lateDone'));
        return later;
      } catch (e) {
        const now = await api<Ticket>('GET', path, undefined, { token });
        // It still waits, so nobody was quicker.
        if (!(e instanceof ApiError) || e.code !== 'INVALID_TRANSITION' || now.status !== 'waiting') throw e;
        task.setError(t('lateOften'));
        return now;
      }
    });

  return (
    <Page>
      {open && <LinkNotice link={link} />}
      {announcement && (
        <p class="notice info" role="status">
          {announcement}
        </p>
      )}
      {told && (
        <p class="notice info" role="status">
          {told}
        </p>
      )}
      <article class={`card ticket is-${ticket.status}`}>
        <p class="ticket-queue">{ticket.queueName}</p>
        <h1 class="ticket-number" dir="ltr">
          {ticket.ticketNumber}
        </h1>
        {open && ticket.appointmentAt && <BookedTime queueId={ticket.queueId} at={ticket.appointmentAt} />}
        <Standing ticket={ticket} estimatedAt={estimatedAt} />
      </article>
      <Announcer text={spoken(ticket)} />
      <Failure text={task.error} />
      {open && (
        <section class="stack" aria-label={t('actions')}>
          {alerts === 'off' ? (
            <button type="button" class={load('alerts') ? '' : 'primary'} disabled={task.busy} onClick={() => void turnOn()}>
              {t('alertsOn')}
            </button>
          ) : (
            <p class="notice info" role="status">
              {t(ALERTS[alerts])}
            </p>
          )}
          {ticket.status === 'waiting' && (
            <button type="button" disabled={task.busy} onClick={() => setAsking('late')}>
              {t('late')}
            </button>
          )}
          <button type="button" disabled={task.busy} onClick={() => setAsking('contact')}>
            {t('addDetails')}
          </button>
          {reachedAt(ticket) && <p class="muted">{reachedAt(ticket)}</p>}
          {ticket.status !== 'serving' && !missed && (
            <button type="button" class="danger" disabled={task.busy} onClick={() => setAsking('cancel')}>
              {t('cancelTicket')}
            </button>
          )}
          <p class="muted">{t('takenAt', { time: time(ticket.createdAt) })}</p>
        </section>
      )}
      {(!open || missed) && <Again queueId={ticket.queueId} />}
      {asking === 'cancel' && (
        <Dialog title={t('cancelSure')} onClose={() => setAsking(null)}>
          <p>{t('cancelSureText')}</p>
          <div class="row">
            <button type="button" class="danger" onClick={() => void change(() => api('DELETE', path, undefined, { token }))}>
              {t('cancelYes')}
            </button>
            <button type="button" onClick={() => setAsking(null)}>
              {t('keepTicket')}
            </button>
          </div>
        </Dialog>
      )}
      {asking === 'late' && (
        <Late behind={inLine === null ? null : inLine - (ticket.position ?? inLine)} onDefer={defer} onClose={() => setAsking(null)} />
      )}
      {asking === 'contact' && (
        <ContactDialog
          ticket={ticket}
          onClose={() => setAsking(null)}
          onSave={(contact) => void change(() => api('PATCH', path, contact, { token }))}
        />
      )}
    </Page>
  );
}

const ALERTS: Record<Reach, Key> = {
  push: 'alertsPush',
  page: 'alertsPage',
  install: 'alertsInstall',
  insecure: 'alertsInsecure',
  denied: 'alertsDenied',
};

const reachedAt = ({ customerName, phone, email }: Ticket) => [customerName, phone, email].filter(Boolean).join(' · ');

/** Gives away as many places as there are people behind to take them. */
function Late({ behind, onDefer, onClose }: { behind: number | null; onDefer: (places: number) => void; onClose: () => void }) {
  const most = behind ?? PLACES[PLACES.length - 1];
  const places = PLACES.filter((n) => n <= most);
  if (most > 0 && most < PLACES[PLACES.length - 1] && !places.includes(most)) places.push(most);
  return (
    <Dialog title={t('late')} onClose={onClose}>
      <p>{t(places.length ? 'deferText' : 'lateNobody')}</p>
      <div class="row">
        {places.map((n) => (
          <button key={n} type="button" onClick={() => onDefer(n)}>
            {t('deferBy', { n })}
          </button>
        ))}
        <button type="button" class="quiet" onClick={onClose}>
          {t('back')}
        </button>
      </div>
    </Dialog>
  );
}

function ContactDialog({ ticket, onClose, onSave }: { ticket: Ticket; onClose: () => void; onSave: (contact: Contact) => void }) {
  const [contact, setContact] = useState<Contact>({
    customerName: ticket.customerName ?? '',
    phone: ticket.phone ?? '',
    email: ticket.email ?? '',
  });
  return (
    <Dialog title={t('addDetails')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          onSave(contact);
        }}
      >
        <ContactFields value={contact} onChange={setContact} />
        <FormButtons kind="primary" label={t('contactSave')} busy={false} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** The way to another number, or when there will be one. */
function Again({ queueId }: { queueId: string }) {
  const { answer } = useAnswer<Queue>(`/api/queues/${encodeURIComponent(queueId)}`);
  const closed = answer && closedText(answer);
  return closed ? (
    <p class="notice warn">{closed}</p>
  ) : (
    <p>
      <a class="button" href={`/q/${queueId}`}>
        {t('newNumber')}
      </a>
    </p>
  );
}

/** The time that was booked, by the clock of the place. */
function BookedTime({ queueId, at }: { queueId: string; at: string }) {
  const { answer } = useAnswer<Queue>(`/api/queues/${encodeURIComponent(queueId)}`);
  return answer && <p>{t('appointmentAt', { time: hourIn(answer.timeZone, at) })}</p>;
}

/** How it stands, and what to do. */
function Standing({ ticket, estimatedAt }: { ticket: Ticket; estimatedAt: number }) {
  const now = useNow();
  if (ticket.status === 'called') {
    return (
      <>
        <p class="ticket-call">{t('yourTurn')}</p>
        <p class="ticket-counter">
          <span>{t('goToCounter')}</span> <strong>{ticket.counter}</strong>
        </p>
        {ticket.recalls > 0 && <p>{t('calledAgain')}</p>}
      </>
    );
  }
  if (ticket.status !== 'waiting') {
    const text = `status_${ticket.status}_text` as Key;
    return (
      <>
        <p class="ticket-call">{t(`status_${ticket.status}` as Key)}</p>
        <p>{t(text, { counter: ticket.counter ?? '' })}</p>
      </>
    );
  }
  const passed = (now - estimatedAt) / 1000;
  const left = (seconds: number | null | undefined) => Math.max(0, (seconds ?? 0) - passed);
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{t('position')}</dt>
          <dd class="figure" data-testid="position">
            {ticket.position ?? '–'}
          </dd>
        </div>
        <div>
          <dt>{t('expectedWait')}</dt>
          <dd class="figure">{ticket.estimatedWaitTime == null ? '–' : wait(left(ticket.estimatedWaitTime))}</dd>
          {ticket.estimatedWaitLow != null && ticket.estimatedWaitHigh != null && (
            <dd class="muted">{t('likely', { range: range(left(ticket.estimatedWaitLow), left(ticket.estimatedWaitHigh)) })}</dd>
          )}
        </div>
      </dl>
      <p>{t(ticket.position === 1 ? 'youAreNext' : 'waitHere')}</p>
    </>
  );
}

/** Changes with what matters, and not with every minute. */
function spoken(ticket: Ticket): string {
  if (ticket.status === 'called') return t('goTo', { number: ticket.ticketNumber, counter: ticket.counter ?? '' });
  if (ticket.status === 'waiting') return ticket.position == null ? '' : t('positionNow', { n: ticket.position });
  return t(`status_${ticket.status}` as Key);
}
