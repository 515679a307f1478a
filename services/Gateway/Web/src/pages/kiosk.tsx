import type { ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { printedAddress } from '../address';
import { all, api, ApiError, forgetUnanswered, serverNow } from '../api';
import { closedText } from '../closed';
import { dateTimeIn, hourIn, isoDayIn, wait } from '../format';
import { currentLanguage, languages, type Language, t, setLanguage } from '../i18n';
import { useLive } from '../live';
import { Qr } from '../qr';
import { load, save } from '../store';
import { whenOf } from '../times';
import type { Branch, Queue, Ticket } from '../types';
import { Announcer, Failure, Field, LinkNotice, Loading, Page, sentence, usePoll, useTask, useTitle } from '../ui';
import { fitChoices } from './hall/fit';
import '../styles/kiosk.css';

interface Settings {
  queues: string[];
  /** What the server gave for the PIN; it alone can tell whether a PIN is right, and counts who guesses. */
  seal?: string;
  /** As kiosks kept it before. It is sealed when the server answers. */
  pin?: string;
  print: boolean;
  askPhone?: boolean;
  language: Language;
  locked: boolean;
}

const BACK_AFTER = 20;
const MOST_DIGITS = 16;
/** What codes of appointments are made of. */
const CODE_SIGNS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 8;

const sealOf = async (pin: string) => (await api<{ seal: string }>('POST', '/api/auth/pins', { pin })).seal;

export default function Kiosk() {
  const [settings, setSettings] = useState(load<Settings>('kiosk'));
  const change = (next: Settings) => {
    save('kiosk', next);
    setSettings(next);
  };
  return settings?.locked ? <Running settings={settings} onChange={change} /> : <Setup before={settings} onStart={change} />;
}

function Setup({ before, onStart }: { before: Settings | null; onStart: (settings: Settings) => void }) {
  const asked = (new URLSearchParams(location.search).get('queues') ?? '').split(',').filter(Boolean);
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [chosen, setChosen] = useState<string[]>(asked.length ? asked : (before?.queues ?? []));
  const [pin, setPin] = useState('');
  const [print, setPrint] = useState(before?.print ?? false);
  const [askPhone, setAskPhone] = useState(before?.askPhone ?? false);
  const task = useTask();
  useTitle(t('kioskTitle'));
  useEffect(() => void task.run(async () => setQueues(await all<Queue>('/api/queues'))), []);
  // Some may have been deleted since.
  const offered = queues?.filter((q) => chosen.includes(q.id)) ?? [];
  return (
    <Page>
      <form
        class="card stack"
        onSubmit={(e) => {
          e.preventDefault();
          document.documentElement.requestFullscreen?.().catch(() => undefined);
          void task.run(async () => {
            const seal = await sealOf(pin);
            onStart({ queues: offered.map((q) => q.id), seal, print, askPhone, language: currentLanguage(), locked: true });
          });
        }}
      >
        <h1>{t('kioskTitle')}</h1>
        <p class="muted">{t('kioskSetup')}</p>
        <Failure text={task.error} />
        {!queues && !task.error && <Loading />}
        {queues && (
          <fieldset>
            <legend>{t('queues')}</legend>
            {queues.map((q) => (
              <label key={q.id} class="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(q.id)}
                  onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, q.id] : chosen.filter((c) => c !== q.id))}
                />
                {q.name}
              </label>
            ))}
          </fieldset>
        )}
        <Field
          label={t('pin')}
          hint={t('pinHint')}
          inputMode="numeric"
          pattern="[0-9]{4,8}"
          required
          autocomplete="off"
          value={pin}
          onInput={(e) => setPin(e.currentTarget.value)}
        />
        <label class="check">
          <input type="checkbox" checked={askPhone} onChange={(e) => setAskPhone(e.currentTarget.checked)} />
          {t('kioskAskPhone')}
        </label>
        <label class="check">
          <input type="checkbox" checked={print} onChange={(e) => setPrint(e.currentTarget.checked)} />
          {t('kioskPrint')}
        </label>
        <button class="primary" disabled={offered.length === 0 || task.busy}>
          {t('start')}
        </button>
      </form>
    </Page>
  );
}

function Running({ settings, onChange }: { settings: Settings; onChange: (next: Settings) => void }) {
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [branch, setBranch] = useState<Branch | null>(null);
  const [taken, setTaken] = useState<Ticket | null>(null);
  const [asking, setAsking] = useState<Queue | 'appointment' | null>(null);
  const [left, setLeft] = useState(0);
  const [leaving, setLeaving] = useState(false);
  const [offline, setOffline] = useState<string | null>(null);
  const [touched, setTouched] = useState(0);
  const task = useTask();
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(settings);
  latest.current = settings;
  useTitle(t('kioskTitle'));

  const read = async () => {
    try {
      // One that was deleted is not among them any more.
      const found = await all<Queue>(`/api/queues?ids=${settings.queues.map(encodeURIComponent).join(',')}`);
      found.sort((a, b) => settings.queues.indexOf(a.id) - settings.queues.indexOf(b.id));
      // Again and again: whether there are appointments is for all its queues to say.
      if (found.length > 0) setBranch(await api<Branch>('GET', `/api/branches/${encodeURIComponent(found[0].branchId)}`));
      setQueues(found);
      setOffline(null);
      const { pin, ...others } = latest.current;
      if (pin && !others.seal) onChange({ ...others, seal: await sealOf(pin) });
    } catch (e) {
      setOffline(sentence(e));
    }
  };
  usePoll(read, 15_000, []);
  const link = useLive(queues?.map((q) => q.id) ?? [], null, {
    queue: () => {
      clearTimeout(soon.current);
      soon.current = setTimeout(() => void read(), 500);
    },
    back: () => void read(),
  });

  const begin = () => {
    // The next person's number is their own.
    forgetUnanswered();
    setTaken(null);
    setAsking(null);
    task.setError(null);
    setLeaving(false);
    if (currentLanguage() !== settings.language) void setLanguage(settings.language);
  };

  // It goes back by itself, from the number as from whatever else was begun, a language too.
  const begun = Boolean(taken || asking || leaving || task.error || currentLanguage() !== settings.language);
  useEffect(() => {
    if (!begun) return;
    setLeft(BACK_AFTER);
    const timer = setInterval(() => setLeft((n) => n - 1), 1000);
    return () => clearInterval(timer);
  }, [begun, taken, asking, leaving, task.error, touched]);
  useEffect(() => {
    if (left <= 0 && begun) begin();
  }, [left]);

  useEffect(() => {
    const stop = (e: Event) => e.preventDefault();
    const stay = () => history.pushState(null, '', location.href);
    const touch = () => setTouched((n) => n + 1);
    stay();
    addEventListener('popstate', stay);
    document.addEventListener('contextmenu', stop);
    document.addEventListener('dragstart', stop);
    document.addEventListener('pointerdown', touch);
    document.addEventListener('keydown', touch);
    return () => {
      removeEventListener('popstate', stay);
      document.removeEventListener('contextmenu', stop);
      document.removeEventListener('dragstart', stop);
      document.removeEventListener('pointerdown', touch);
      document.removeEventListener('keydown', touch);
    };
  }, []);

  const show = (ticket: Ticket) => {
    setTaken(ticket);
    setAsking(null);
    if (settings.print) requestAnimationFrame(() => requestAnimationFrame(() => print()));
  };
  const take = (queue: Queue, phone?: string) =>
    task.run(async () => {
      // A guest's ticket even where staff are signed in: its token is on the paper.
      const wish = { queueId: queue.id, language: currentLanguage(), source: 'kiosk', phone: phone || undefined };
      try {
        show(await api<Ticket>('POST', '/api/tickets', wish));
      } catch (e) {
        throw e instanceof ApiError && e.fields.phone ? new ApiError(e.status, e.code, t('errorPhone')) : e;
      }
    });
  const arrive = (code: string) =>
    task.run(async () => {
      try {
        show(await api<Ticket>('POST', '/api/appointments/arrive', { code }));
      } catch (e) {
        throw e instanceof ApiError ? new ApiError(e.status, '', whyNotArrived(e)) : e;
      }
    });

  const message = task.error ?? offline;
  return (
    <main class="kiosk" id="main">
      <Announcer text={taken ? t('yourNumberIs', { number: taken.ticketNumber }) : ''} />
      {taken ? (
        <TakenNumber
          ticket={taken}
          branch={branch}
          zone={queues?.find((q) => q.id === taken.queueId)?.timeZone ?? branch?.timeZone ?? ''}
          onPrint={settings.print ? () => print() : null}
          left={left}
          onDone={begin}
        />
      ) : leaving ? (
        <PinPad
          check={async (pin) => {
            const seal = settings.seal ?? (await sealOf(settings.pin ?? ''));
            await api('POST', '/api/auth/pins/check', { seal, pin });
            onChange({ ...settings, seal, pin: undefined, locked: false });
          }}
          onBack={begin}
        />
      ) : (
        <>
          <header class="kiosk-head">
            <h1>{asking === 'appointment' ? t('kioskAppointment') : asking ? asking.name : t('kioskWelcome')}</h1>
            <LinkNotice link={link} />
            <Failure text={message} />
          </header>
          {asking === 'appointment' ? (
            <CodePad busy={task.busy} onEnter={(code) => void arrive(code)} onBack={begin} />
          ) : asking ? (
            <PhonePad busy={task.busy} onTake={(phone) => void take(asking, phone)} onBack={begin} />
          ) : queues ? (
            <Choices
              queues={queues}
              busy={task.busy}
              onChoose={(q) => (settings.askPhone ? setAsking(q) : void take(q))}
              onAppointment={branch?.queues?.some((q) => q.booking) ? () => setAsking('appointment') : null}
            />
          ) : (
            !offline && <Loading />
          )}
        </>
      )}
      <footer class="kiosk-foot no-print">
        <div class="row" role="group" aria-label={t('language')}>
          {Object.entries(languages).map(([tag, name]) => (
            <button
              key={tag}
              type="button"
              class="quiet"
              lang={tag}
              aria-pressed={currentLanguage() === tag}
              onClick={() => void setLanguage(tag as Language)}
            >
              {name}
            </button>
          ))}
        </div>
        {!leaving && !taken && (
          <button type="button" class="quiet" onClick={() => setLeaving(true)}>
            {t('staff')}
          </button>
        )}
      </footer>
    </main>
  );
}

/** Why somebody with an appointment gets no number now, by the clock of the place. */
function whyNotArrived(e: ApiError): string {
  if (e.code === 'APPOINTMENT_NOT_FOUND') return t('kioskCodeWrong');
  if (e.code === 'RATE_LIMITED') return t('pinPause');
  if (e.code !== 'INVALID_TRANSITION') return sentence(e);
  const { arriveFrom: from, timeZone: zone } = e.facts;
  if (typeof from !== 'string' || typeof zone !== 'string' || Date.parse(from) <= serverNow()) return t('kioskLate');
  return t('kioskEarly', { when: isoDayIn(zone, from) === isoDayIn(zone, serverNow()) ? hourIn(zone, from) : whenOf(from, zone) });
}

/** What people can take a number for, and where there are appointments, that they have one: it fills the screen. */
function Choices({
  queues,
  busy,
  onChoose,
  onAppointment,
}: {
  queues: Queue[];
  busy: boolean;
  onChoose: (queue: Queue) => void;
  onAppointment: (() => void) | null;
}) {
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => fitChoices(list.current!));
  useEffect(() => {
    const again = () => list.current && fitChoices(list.current);
    addEventListener('resize', again);
    return () => removeEventListener('resize', again);
  }, []);
  return (
    <ul class="kiosk-queues" ref={list}>
      {queues.length === 0 && <li class="notice warn">{t('noQueues')}</li>}
      {queues.map((q) => (
        <li key={q.id}>
          <button type="button" disabled={!q.openNow || busy} aria-busy={busy} onClick={() => onChoose(q)}>
            <strong>{q.name}</strong>
            {q.description && <span class="kiosk-about">{q.description}</span>}
            <span class={q.openNow ? '' : 'kiosk-closed'}>
              {closedText(q) ?? `${t('waitingCount', { n: q.statistics.waiting })} · ${wait(q.statistics.estimatedWaitTime)}`}
            </span>
          </button>
        </li>
      ))}
      {onAppointment && (
        <li class="kiosk-booked">
          <button type="button" disabled={busy} aria-busy={busy} onClick={onAppointment}>
            <strong>{t('kioskAppointment')}</strong>
            <span class="kiosk-about">{t('kioskAppointmentText')}</span>
          </button>
        </li>
      )}
    </ul>
  );
}

function TakenNumber({
  ticket,
  branch,
  zone,
  left,
  onPrint,
  onDone,
}: {
  ticket: Ticket;
  branch: Branch | null;
  zone: string;
  left: number;
  onPrint: (() => void) | null;
  onDone: () => void;
}) {
  return (
    <section class="kiosk-taken">
      <div class="kiosk-slip" tabIndex={0} role="region" aria-label={t('yourNumber')}>
        {branch && <p class="kiosk-place">{branch.name}</p>}
        <p class="ticket-queue">{ticket.queueName}</p>
        <h1>
          <span>{t('yourNumber')}</span> <strong dir="ltr">{ticket.ticketNumber}</strong>
        </h1>
        <p>{dateTimeIn(zone, ticket.createdAt)}</p>
        {ticket.appointmentAt && <p>{t('appointmentAt', { time: hourIn(zone, ticket.appointmentAt) })}</p>}
        {ticket.estimatedWaitTime != null && <p>{`${t('expectedWait')}: ${wait(ticket.estimatedWaitTime)}`}</p>}
        {/* Who booked has the token of it already, and nobody else gets it. */}
        {ticket.trackingToken && (
          <>
            <Qr text={`${printedAddress()}/t/${ticket.id}#${ticket.trackingToken}`} label={t('qrTicket')} />
            <p class="kiosk-scan">{t('scanTicket')}</p>
          </>
        )}
      </div>
      <div class="kiosk-actions no-print">
        {onPrint && (
          <button type="button" onClick={onPrint}>
            {t('print')}
          </button>
        )}
        <button type="button" class="primary big" onClick={onDone}>
          {t('finished', { n: Math.max(0, left) })}
        </button>
      </div>
    </section>
  );
}

/** Figures for a finger, with what the corners are for. */
function Keys({ left, right, onDigit }: { left: ComponentChild; right: ComponentChild; onDigit: (digit: string) => void }) {
  const key = (digit: string) => (
    <button key={digit} type="button" onClick={() => onDigit(digit)}>
      {digit}
    </button>
  );
  return (
    <div class="pin-keys" dir="ltr">
      {[...'123456789'].map(key)}
      {left}
      {key('0')}
      {right}
    </div>
  );
}

function PhonePad({ busy, onTake, onBack }: { busy: boolean; onTake: (phone: string) => void; onBack: () => void }) {
  const [typed, setTyped] = useState('');
  const add = (sign: string) => setTyped((before) => (before + sign).slice(0, MOST_DIGITS));
  return (
    <section class="kiosk-pad">
      <h2>{t('kioskPhone')}</h2>
      <output class="kiosk-typed" dir="ltr" aria-label={t('phone')}>
        {typed || '–'}
      </output>
      <Keys
        left={
          <button type="button" disabled={typed !== ''} onClick={() => add('+')}>
            +
          </button>
        }
        right={
          <button type="button" aria-label={t('delete')} onClick={() => setTyped(typed.slice(0, -1))}>
            ⌫
          </button>
        }
        onDigit={add}
      />
      <div class="kiosk-actions">
        <button type="button" class="primary big" disabled={busy || typed.length < 4} onClick={() => onTake(typed)}>
          {t('takeNumber')}
        </button>
        <button type="button" class="big" disabled={busy} onClick={() => onTake('')}>
          {t('kioskNoPhone')}
        </button>
        <button type="button" class="quiet" onClick={onBack}>
          {t('back')}
        </button>
      </div>
    </section>
  );
}

/** For the code of an appointment, by finger, keyboard, or a scanner that types. */
function CodePad({ busy, onEnter, onBack }: { busy: boolean; onEnter: (code: string) => void; onBack: () => void }) {
  const [typed, setTyped] = useState('');
  const add = (sign: string) => setTyped((before) => (before + sign).slice(0, CODE_LENGTH));
  const remove = () => setTyped((before) => before.slice(0, -1));
  const whole = typed.length === CODE_LENGTH;
  const enter = () => whole && !busy && onEnter(typed);
  /** Whether keys came after the focus: Enter ends the code then, whatever was touched before, and presses no button. */
  const typing = useRef(false);
  const pressing = useRef<(e: KeyboardEvent) => boolean>(() => false);
  pressing.current = (e) => {
    // Where the keyboard writes other letters, the place of the key counts.
    const sign = (/^[a-z0-9]$/i.test(e.key) ? e.key : e.code.replace(/^(Key|Digit|Numpad)/, '')).toUpperCase();
    if (sign.length === 1 && CODE_SIGNS.includes(sign)) add(sign);
    else if (e.key === 'Backspace') remove();
    else if (e.key === 'Enter' && whole && (typing.current || document.activeElement === document.body)) enter();
    else return false;
    typing.current = e.key !== 'Enter';
    return true;
  };
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if (!e.ctrlKey && !e.altKey && !e.metaKey && pressing.current(e)) e.preventDefault();
    };
    const focus = () => (typing.current = false);
    addEventListener('keydown', listen);
    addEventListener('focusin', focus);
    return () => {
      removeEventListener('keydown', listen);
      removeEventListener('focusin', focus);
    };
  }, []);
  const shown = typed.padEnd(CODE_LENGTH, '·');
  return (
    <section class="kiosk-pad">
      <h2>{t('kioskAppointmentText')}</h2>
      <output class="kiosk-typed" dir="ltr" aria-label={t('code')}>
        {shown.slice(0, CODE_LENGTH / 2)} {shown.slice(CODE_LENGTH / 2)}
      </output>
      <div class="code-keys" dir="ltr">
        {[...CODE_SIGNS].map((sign) => (
          <button key={sign} type="button" onClick={() => add(sign)}>
            {sign}
          </button>
        ))}
      </div>
      <div class="kiosk-actions">
        <button type="button" class="primary big" disabled={busy || !whole} onClick={enter}>
          {t('appointmentHere')}
        </button>
        <button type="button" class="big" disabled={typed === ''} onClick={remove}>
          {t('delete')}
        </button>
        <button type="button" class="quiet" onClick={onBack}>
          {t('back')}
        </button>
      </div>
    </section>
  );
}

function PinPad({ check, onBack }: { check: (pin: string) => Promise<void>; onBack: () => void }) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const enter = async () => {
    if (busy) return;
    setTyped('');
    setError(null);
    setBusy(true);
    try {
      await check(typed);
    } catch (e) {
      const status = e instanceof ApiError ? e.status : 0;
      setError(status === 401 || status === 400 ? t('pinWrong') : status === 429 ? t('pinPause') : sentence(e));
      setBusy(false);
    }
  };
  return (
    <section class="kiosk-pad pin">
      <h1>{t('pinEnter')}</h1>
      <Failure text={error} />
      <p class="pin-typed" aria-label={t('pinTyped', { n: typed.length })} role="status">
        {'●'.repeat(typed.length) || '–'}
      </p>
      <Keys
        left={
          <button type="button" aria-label={t('delete')} onClick={() => setTyped(typed.slice(0, -1))}>
            ⌫
          </button>
        }
        right={
          <button type="button" class="primary" disabled={busy} aria-label={t('confirm')} onClick={() => void enter()}>
            ✓
          </button>
        }
        onDigit={(digit) => setTyped((before) => (before + digit).slice(0, 8))}
      />
      <div class="kiosk-actions">
        <button type="button" class="quiet" onClick={onBack}>
          {t('back')}
        </button>
      </div>
    </section>
  );
}
