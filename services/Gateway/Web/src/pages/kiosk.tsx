import { useEffect, useRef, useState } from 'preact/hooks';
import { all, api, forgetUnanswered } from '../api';
import { closedText } from '../closed';
import { time, wait } from '../format';
import { currentLanguage, languages, type Language, t, setLanguage } from '../i18n';
import { useLive } from '../live';
import { Qr } from '../qr';
import { load, save } from '../store';
import type { Eta, Queue, Ticket } from '../types';
import { Announcer, Failure, Field, LinkNotice, Loading, Page, sentence, usePoll, useTask, useTitle } from '../ui';
import '../styles/kiosk.css';

/** Anyone who can read what the browser keeps has left the kiosk already, so the PIN is kept as it is. */
interface Settings {
  queues: string[];
  pin: string;
  print: boolean;
  language: Language;
  locked: boolean;
}

const BACK_AFTER = 20;
const MAX_TRIES = 5;
const TRIES_PAUSE = 30_000;

export default function Kiosk() {
  const [settings, setSettings] = useState(load<Settings>('kiosk'));
  const change = (next: Settings) => {
    save('kiosk', next);
    setSettings(next);
  };
  return settings?.locked ? (
    <Running settings={settings} onExit={() => change({ ...settings, locked: false })} />
  ) : (
    <Setup before={settings} onStart={change} />
  );
}

function Setup({ before, onStart }: { before: Settings | null; onStart: (settings: Settings) => void }) {
  const asked = (new URLSearchParams(location.search).get('queues') ?? '').split(',').filter(Boolean);
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [chosen, setChosen] = useState<string[]>(asked.length ? asked : (before?.queues ?? []));
  const [pin, setPin] = useState('');
  const [print, setPrint] = useState(before?.print ?? false);
  const task = useTask();
  useTitle(t('kioskTitle'));
  useEffect(() => void task.run(async () => setQueues(await all<Queue>('/api/queues'))), []);
  return (
    <Page>
      <form
        class="card stack"
        onSubmit={(e) => {
          e.preventDefault();
          document.documentElement.requestFullscreen?.().catch(() => undefined);
          onStart({ queues: chosen, pin, print, language: currentLanguage(), locked: true });
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
          <input type="checkbox" checked={print} onChange={(e) => setPrint(e.currentTarget.checked)} />
          {t('kioskPrint')}
        </label>
        <button class="primary" disabled={chosen.length === 0}>
          {t('start')}
        </button>
      </form>
    </Page>
  );
}

function Running({ settings, onExit }: { settings: Settings; onExit: () => void }) {
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [etas, setEtas] = useState<Record<string, Eta | null>>({});
  const [taken, setTaken] = useState<Ticket | null>(null);
  const [left, setLeft] = useState(0);
  const [leaving, setLeaving] = useState(false);
  const [offline, setOffline] = useState<string | null>(null);
  const task = useTask();
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useTitle(t('kioskTitle'));

  const read = async () => {
    try {
      const paths = settings.queues.map((id) => `/api/queues/${encodeURIComponent(id)}`);
      const [found, waits] = await Promise.all([
        Promise.all(paths.map((path) => api<Queue>('GET', path))),
        Promise.all(paths.map((path) => api<Eta>('GET', `${path}/eta`).catch(() => null))),
      ]);
      setQueues(found);
      setEtas(Object.fromEntries(settings.queues.map((id, i) => [id, waits[i]])));
      setOffline(null);
    } catch (e) {
      setOffline(sentence(e));
    }
  };
  usePoll(read, 15_000, []);
  const link = useLive(settings.queues, null, {
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
    task.setError(null);
    setLeaving(false);
    if (currentLanguage() !== settings.language) void setLanguage(settings.language);
  };

  // It goes back by itself, from the number as from whatever else was begun.
  useEffect(() => {
    if (!taken && !leaving && !task.error) return;
    setLeft(BACK_AFTER);
    const timer = setInterval(() => setLeft((n) => n - 1), 1000);
    return () => clearInterval(timer);
  }, [taken, leaving, task.error]);
  useEffect(() => {
    if (left <= 0 && (taken || leaving || task.error)) begin();
  }, [left]);

  useEffect(() => {
    const stop = (e: Event) => e.preventDefault();
    const stay = () => history.pushState(null, '', location.href);
    stay();
    addEventListener('popstate', stay);
    document.addEventListener('contextmenu', stop);
    document.addEventListener('dragstart', stop);
    return () => {
      removeEventListener('popstate', stay);
      document.removeEventListener('contextmenu', stop);
      document.removeEventListener('dragstart', stop);
    };
  }, []);

  const take = (queue: Queue) =>
    task.run(async () => {
      // A guest's ticket even where staff are signed in: its token is on the paper.
      const ticket = await api<Ticket>('POST', '/api/tickets', { queueId: queue.id, language: currentLanguage(), source: 'kiosk' });
      setTaken(ticket);
      if (settings.print) requestAnimationFrame(() => requestAnimationFrame(() => print()));
    });

  if (!queues)
    return (
      <main class="kiosk" id="main">
        {offline ? <Failure text={offline} /> : <Loading />}
      </main>
    );
  const address = taken ? `${location.origin}/t/${taken.id}#${taken.trackingToken ?? ''}` : '';
  return (
    <main class="kiosk" id="main">
      <LinkNotice link={link} />
      <Failure text={offline} />
      <Announcer text={taken ? t('yourNumberIs', { number: taken.ticketNumber }) : ''} />
      {taken ? (
        <section class="kiosk-taken">
          <p class="ticket-queue">{taken.queueName}</p>
          <h1>
            <span>{t('yourNumber')}</span> <strong dir="ltr">{taken.ticketNumber}</strong>
          </h1>
          <p>{time(taken.createdAt)}</p>
          {taken.estimatedWaitTime != null && <p>{`${t('expectedWait')}: ${wait(taken.estimatedWaitTime)}`}</p>}
          <Qr text={address} label={t('qrTicket')} />
          <p class="kiosk-scan">{t('scanTicket')}</p>
          <div class="row no-print">
            {settings.print && (
              <button type="button" onClick={() => print()}>
                {t('print')}
              </button>
            )}
            <button type="button" class="primary big" onClick={begin}>
              {t('finished', { n: Math.max(0, left) })}
            </button>
          </div>
        </section>
      ) : leaving ? (
        <PinPad pin={settings.pin} onRight={onExit} onBack={begin} />
      ) : (
        <>
          <h1>{t('kioskWelcome')}</h1>
          <Failure text={task.error} />
          <ul class="kiosk-queues">
            {queues.map((q) => (
              <li key={q.id}>
                <button type="button" disabled={!q.openNow || task.busy} onClick={() => void take(q)}>
                  <strong>{q.name}</strong>
                  <span>
                    {closedText(q) ??
                      `${t('waitingCount', { n: q.statistics.waiting })} · ${wait(etas[q.id]?.estimatedWaitTime ?? q.statistics.estimatedWaitTime)}`}
                  </span>
                </button>
              </li>
            ))}
          </ul>
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

let tries = 0;
let closedUntil = 0;

function PinPad({ pin, onRight, onBack }: { pin: string; onRight: () => void; onBack: () => void }) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);
  const enter = () => {
    setTyped('');
    if (Date.now() < closedUntil) setError(t('pinPause'));
    else if (typed === pin) {
      tries = 0;
      onRight();
    } else {
      if (++tries % MAX_TRIES === 0) closedUntil = Date.now() + TRIES_PAUSE;
      setError(t('pinWrong'));
    }
  };
  return (
    <section class="pin stack">
      <h1>{t('pinEnter')}</h1>
      <Failure text={error} />
      <p class="pin-typed" aria-label={t('pinTyped', { n: typed.length })} role="status">
        {'●'.repeat(typed.length) || '–'}
      </p>
      <div class="pin-keys" dir="ltr">
        {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
          <button key={digit} type="button" onClick={() => setTyped((typed + digit).slice(0, 8))}>
            {digit}
          </button>
        ))}
        <button type="button" aria-label={t('delete')} onClick={() => setTyped(typed.slice(0, -1))}>
          ⌫
        </button>
        <button type="button" onClick={() => setTyped((typed + '0').slice(0, 8))}>
          0
        </button>
        <button type="button" class="primary" aria-label={t('confirm')} onClick={enter}>
          ✓
        </button>
      </div>
      <button type="button" class="quiet" onClick={onBack}>
        {t('back')}
      </button>
    </section>
  );
}
