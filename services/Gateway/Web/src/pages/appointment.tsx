import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError, serverNow } from '../api';
import { hourIn, isoDayIn } from '../format';
import { type Key, t } from '../i18n';
import { keep } from '../mine';
import { choose, decoded, navigate } from '../navigate';
import { Qr } from '../qr';
import { saveAs } from '../save';
import { keepAppointment, keptAppointments } from '../store';
import { ChooseTime, isGone, Nearest, Step, useTimes, whenOf, ZoneNote } from '../times';
import type { Appointment, Branch, Queue, Ticket } from '../types';
import { Announcer, Dialog, Failure, Loading, may, Page, sentence, useNow, usePoll, useSession, useTask, useTitle } from '../ui';

const POLL = 30_000;
const STAYS = { move: null, day: null, start: null };

/** An appointment: what, where and when, and what its holder does with it. */
export default function MyAppointment({ id }: { id: string }) {
  // What is kept was good; a link may have been cut short.
  const kept = useRef(keptAppointments().find((a) => a.id === id)).current;
  const token = useRef(kept?.token ?? (decoded(location.hash.slice(1)) || undefined)).current;
  const path = `/api/appointments/${encodeURIComponent(id)}`;
  const [appointment, setAppointment] = useState<Appointment | null>(null);
  const [queue, setQueue] = useState<Queue | null>(null);
  const [branch, setBranch] = useState<Branch | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  /** Whether nothing can change any more. */
  const over = useRef(false);
  useTitle(t('appointment'));

  const show = (next: Appointment) => {
    setAppointment((now) => (now && now.version > next.version ? now : next));
    setFailure(null);
  };
  const read = async () => {
    try {
      const next = await api<Appointment>('GET', path, undefined, { token });
      // There is none before it is confirmed.
      if (next.status === 'held') throw new ApiError(404, 'APPOINTMENT_NOT_FOUND', '');
      // Its rules may have changed. Both may be gone; the appointment is there without them.
      const [of, at] = await Promise.all([
        api<Queue>('GET', `/api/queues/${encodeURIComponent(next.queueId)}`).catch(() => null),
        api<Branch>('GET', `/api/branches/${encodeURIComponent(next.branchId)}`).catch(() => null),
      ]);
      if (of) setQueue(of);
      if (at) setBranch(at);
      show(next);
      over.current = next.status === 'cancelled' || next.status === 'served';
    } catch (e) {
      over.current = e instanceof ApiError && [401, 403, 404].includes(e.status);
      setFailure(over.current ? t('errorNoAppointment') : sentence(e));
    }
  };
  usePoll(async () => over.current || (await read()), POLL, [id]);
  useEffect(() => {
    if (appointment && (token || kept)) keepAppointment({ id, token, queue: queue?.name ?? kept?.queue ?? '', state: appointment });
  }, [appointment, queue]);

  if (!appointment) {
    return (
      <Page>
        {failure ? (
          <>
            <h1>{failure}</h1>
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
  const { status, start, timeZone } = appointment;
  const code = status === 'booked' ? kept?.code : undefined;
  return (
    <Page>
      <h1>{t('appointment')}</h1>
      <Failure text={failure} />
      <article class="card stack appointment">
        <p>
          <span class="badge">{t(`appointment_${status}` as Key)}</span>
        </p>
        <h2>{queue?.name ?? kept?.queue}</h2>
        <dl class="stack">
          <div>
            <dt class="muted">{t('when')}</dt>
            <dd>{whenOf(start, timeZone)}</dd>
          </div>
          {branch && (
            <div>
              <dt class="muted">{t('where')}</dt>
              <dd>{[branch.name, branch.address].filter(Boolean).join(', ')}</dd>
            </div>
          )}
          {code && (
            <div>
              <dt class="muted">{t('code')}</dt>
              <dd class="code" dir="ltr">
                {code}
              </dd>
              <dd>
                <Qr text={code} label={t('qrCode')} />
              </dd>
            </div>
          )}
        </dl>
        <ZoneNote timeZone={timeZone} at={start} />
      </article>
      <Announcer text={t(`appointment_${status}` as Key)} />
      {status === 'booked' ? (
        <Booked appointment={appointment} queue={queue} path={path} token={token} onChange={show} onStale={read} />
      ) : (
        <Closed appointment={appointment} token={token} />
      )}
    </Page>
  );
}

/** The token that opens an appointment opens the ticket of it. */
const ticketPage = (id: string, token: string | undefined) => `/t/${id}${token ? `#${token}` : ''}`;

/** What became of it, and the way on. */
function Closed({ appointment, token }: { appointment: Appointment; token: string | undefined }) {
  const { status, ticketId, branchId, queueId } = appointment;
  return (
    <>
      <p class={`notice ${status === 'no_show' || status === 'cancelled' ? 'warn' : 'info'}`}>
        {t(status === 'served' ? 'status_served_text' : (`appointment_${status}_text` as Key))}
      </p>
      {ticketId && (status === 'arrived' || status === 'no_show') ? (
        <p>
          <a class="button" href={ticketPage(ticketId, token)}>
            {t('appointmentTicket')}
          </a>
        </p>
      ) : (
        <p>
          <a class="button" href={`/book/${branchId}?queue=${queueId}`}>
            {t('bookTitle')}
          </a>
        </p>
      )}
    </>
  );
}

interface BookedProps {
  appointment: Appointment;
  /** `null` if it is gone. */
  queue: Queue | null;
  path: string;
  token: string | undefined;
  onChange: (next: Appointment) => void;
  onStale: () => Promise<void>;
}

/** What can be done with one that is booked. */
function Booked({ appointment, queue, path, token, onChange, onStale }: BookedProps) {
  const { start, timeZone, outsideHours, behind } = appointment;
  const booking = queue?.booking;
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const [gone, setGone] = useState<string | null>(null);
  const session = useSession();
  const task = useTask();
  useNow(POLL);
  const now = serverNow();
  // A token is its holder's, whoever is signed in here.
  const isStaff = !token && may(session?.user, 'operator');
  const mayChange = isStaff || now <= Date.parse(start) - (booking?.latest ?? 0) * 1000;
  const [opens, ends] = [Date.parse(appointment.arriveFrom ?? start), Date.parse(appointment.arriveUntil ?? start)];
  const moving = new URLSearchParams(location.search).has('move');

  const change = (work: () => Promise<Appointment>, done: string | null) =>
    task.run(async () => {
      setAsking(false);
      setTold(null);
      setGone(null);
      try {
        onChange(await work());
        setTold(done);
      } catch (e) {
        if (!(e instanceof ApiError) || e.code !== 'INVALID_TRANSITION') throw e;
        // Its time has come meanwhile, or somebody else changed it: then that shows.
        task.setError(t('appointmentTooLate'));
        await onStale();
      }
      choose(STAYS, true);
      // What had it is gone.
      document.getElementById('main')!.focus();
    });
  const arrive = () =>
    task.run(async () => {
      setTold(null);
      try {
        const ticket = await api<Ticket>('POST', `${path}/arrive`, undefined, { token });
        // Staff say it for somebody else, who has the number.
        if (isStaff) {
          setTold(t('yourNumberIs', { number: ticket.ticketNumber }));
          return void (await onStale());
        }
        keep(ticket, token);
        navigate(ticketPage(ticket.id, token));
      } catch (e) {
        if (!(e instanceof ApiError) || e.code !== 'INVALID_TRANSITION') throw e;
        // The house has set other times meanwhile, or it is no longer booked.
        await onStale();
        task.setError(t('appointmentNotNow'));
      }
    });
  const move = (to: string) =>
    change(async () => {
      try {
        return await api<Appointment>('PUT', path, { start: to }, { token });
      } catch (e) {
        if (isGone(e)) setGone(to);
        throw e;
      }
    }, t('appointmentMoved'));

  if (moving && mayChange && queue && booking) return <Move queue={queue} gone={gone} busy={task.busy} error={task.error} onMove={move} />;
  return (
    <>
      <div role="status">{told && <p class="notice info">{told}</p>}</div>
      <Failure text={task.error} />
      {outsideHours && <p class="notice warn">{t('appointmentOutside')}</p>}
      {behind > 0 && <p class="notice info">{t('appointmentBehind', { n: behind / 60 })}</p>}
      <section class="stack" aria-label={t('actions')}>
        {opens <= now && now <= ends && (
          <button type="button" class="primary big" disabled={task.busy} onClick={() => void arrive()}>
            {t(isStaff ? 'appointmentTheyHere' : 'appointmentHere')}
          </button>
        )}
        {now < opens && <p class="muted">{t('appointmentHereFrom', { time: hourIn(timeZone, opens) })}</p>}
        <Calendar path={path} token={token} />
        {mayChange && booking && (
          <button type="button" disabled={task.busy} onClick={() => choose({ move: '1' })}>
            {t('appointmentMove')}
          </button>
        )}
        {mayChange && (
          <button type="button" class="danger" disabled={task.busy} onClick={() => setAsking(true)}>
            {t('appointmentCancel')}
          </button>
        )}
      </section>
      {mayChange ? (
        token && <p class="muted">{t('appointmentKeep')}</p>
      ) : (
        <p class="notice warn">{t(now > ends ? 'appointmentOver' : 'appointmentTooLate')}</p>
      )}
      {asking && (
        <Dialog title={t('appointmentCancelSure')} onClose={() => setAsking(false)}>
          <p>{whenOf(start, timeZone)}</p>
          <p>{t('appointmentCancelText')}</p>
          <div class="row">
            <button type="button" class="danger" onClick={() => void change(() => api('DELETE', path, undefined, { token }), null)}>
              {t('appointmentCancelYes')}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {t('appointmentCancelNo')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

interface MoveProps {
  queue: Queue;
  /** The time that turned out not to be had any more. */
  gone: string | null;
  busy: boolean;
  error: string | null;
  onMove: (start: string) => void;
}

/** Another day and time. */
function Move({ queue, gone, busy, error, onMove }: MoveProps) {
  const chosen = new URLSearchParams(location.search);
  const [day, start] = [chosen.get('day'), chosen.get('start')];
  const times = useTimes(queue.id, queue.booking!.horizon, gone);
  if (start === null || Number.isNaN(Date.parse(start))) {
    return (
      <ChooseTime
        times={times}
        day={day}
        follows
        onDay={(date) => choose({ day: date }, date === null)}
        onTime={(slot) => choose({ start: slot.start })}
        back={() => choose(STAYS, true)}
      />
    );
  }
  return (
    <Step key="sure" title={whenOf(start, queue.timeZone)} follows back={() => choose({ start: null }, true)}>
      <ZoneNote timeZone={queue.timeZone} at={start} />
      {gone === start ? (
        <Nearest
          queueId={queue.id}
          start={start}
          onTime={(slot, timeZone) => choose({ day: isoDayIn(timeZone, slot.start), start: slot.start }, true)}
        />
      ) : (
        <>
          <Failure text={error} />
          <button type="button" class="primary big" disabled={busy} onClick={() => onMove(start)}>
            {t('appointmentMoveTo')}
          </button>
        </>
      )}
    </Step>
  );
}

/** The file for calendars. A token makes a link of it, which phones hand to their calendar; an account has to ask for it. */
function Calendar({ path, token }: { path: string; token: string | undefined }) {
  const task = useTask();
  if (token) {
    return (
      <a class="button" href={`${path}.ics?token=${encodeURIComponent(token)}`}>
        {t('appointmentCalendar')}
      </a>
    );
  }
  const download = () =>
    task.run(async () => {
      const text = await api<string>('GET', `${path}.ics`, undefined, { text: true });
      saveAs('appointment.ics', new Blob([text], { type: 'text/calendar' }));
    });
  return (
    <>
      <Failure text={task.error} />
      <button type="button" disabled={task.busy} onClick={() => void download()}>
        {t('appointmentCalendar')}
      </button>
    </>
  );
}
