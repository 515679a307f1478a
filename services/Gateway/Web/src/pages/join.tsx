import { useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { closedText } from '../closed';
import { ContactFields, noContact } from '../contact';
import { hourIn, range, sameDayIn, wait, weekdays } from '../format';
import { currentLanguage, t } from '../i18n';
import { keep, useMine } from '../mine';
import { navigate } from '../navigate';
import { isOpen } from '../store';
import type { Eta, Queue, Ticket } from '../types';
import { Announcer, Failure, Loading, Page, sentence, usePoll, useTask, useTitle } from '../ui';

const POLL = 8000;

export default function Join({ id }: { id: string }) {
  const [queue, setQueue] = useState<Queue | null>(null);
  const [eta, setEta] = useState<Eta | null>(null);
  const [missing, setMissing] = useState(false);
  const [offline, setOffline] = useState<string | null>(null);
  const task = useTask();
  const [contact, setContact] = useState(noContact);
  const { mine, asked } = useMine();
  const held = asked && mine.find(({ state }) => state?.queueId === id && isOpen(state));

  useTitle(queue?.name ?? '');
  usePoll(
    async () => {
      try {
        const path = `/api/queues/${encodeURIComponent(id)}`;
        const [found, expected] = await Promise.all([api<Queue>('GET', path), api<Eta>('GET', `${path}/eta`).catch(() => null)]);
        setQueue(found);
        setEta(expected);
        setOffline(null);
      } catch (e) {
        if (e instanceof ApiError && e.status === 404) setMissing(true);
        else setOffline(sentence(e));
      }
    },
    POLL,
    [id],
  );

  const take = () =>
    task.run(async () => {
      const given = Object.fromEntries(Object.entries(contact).filter(([, text]) => text));
      const ticket = await api<Ticket>('POST', '/api/tickets', { queueId: id, language: currentLanguage(), ...given });
      keep(ticket, ticket.trackingToken);
      navigate(`/t/${ticket.id}${ticket.trackingToken ? `#${ticket.trackingToken}` : ''}`);
    });

  if (missing) {
    return (
      <Page>
        <h1>{t('errorNoQueue')}</h1>
        <p>
          <a href="/">{t('homeTitle')}</a>
        </p>
      </Page>
    );
  }
  if (!queue) return <Page>{offline ? <Failure text={offline} /> : <Loading />}</Page>;

  const waiting = eta?.ahead ?? queue.statistics.waiting;
  const closed = closedText(queue);
  return (
    <Page>
      <div class="card stack join">
        <h1>{queue.name}</h1>
        {queue.description && <p class="muted">{queue.description}</p>}
        {queue.announcement && <p class="notice info">{queue.announcement.message}</p>}
        <Failure text={offline} />
        {!closed && (
          <dl class="facts">
            <div>
              <dt>{t('ahead')}</dt>
              <dd class="figure">{waiting}</dd>
            </div>
            <div>
              <dt>{t('expectedWait')}</dt>
              <dd class="figure">{wait(eta?.estimatedWaitTime ?? queue.statistics.estimatedWaitTime)}</dd>
              {eta?.low != null && eta.high != null && <dd class="muted">{t('likely', { range: range(eta.low, eta.high) })}</dd>}
            </div>
          </dl>
        )}
        {!closed && eta?.confidence === 'low' && <p class="muted small">{t('rough')}</p>}
        <Announcer
          text={closed ? '' : t('joinStatus', { n: waiting, wait: wait(eta?.estimatedWaitTime ?? queue.statistics.estimatedWaitTime) })}
        />
        <Failure text={task.error} />
        {closed ? (
          <p class="notice warn" role="status">
            {closed}
          </p>
        ) : (
          <form
            class="stack"
            onSubmit={(e) => {
              e.preventDefault();
              void take();
            }}
          >
            <button class="primary big" disabled={task.busy}>
              {task.busy ? t('taking') : t('takeNumber')}
            </button>
            <details>
              <summary>{t('addDetails')}</summary>
              <div class="stack">
                <ContactFields value={contact} onChange={setContact} />
              </div>
            </details>
          </form>
        )}
        {queue.booking && (
          <p>
            <a class="button" href={`/book/${queue.branchId}?queue=${queue.id}`}>
              {t('bookTitle')}
            </a>
          </p>
        )}
        {held && (
          <p>
            <a href={`/t/${held.id}`}>{t('haveNumber', { number: held.number })}</a>
          </p>
        )}
        <Hours queue={queue} />
      </div>
    </Page>
  );
}

/** Until when it is open, and its hours. */
function Hours({ queue }: { queue: Queue }) {
  const { openNow, closesAt, timeZone, openingHours } = queue;
  return (
    <>
      {openNow && closesAt && sameDayIn(timeZone, closesAt, Date.now()) && (
        <p class="muted">{t('openUntil', { time: hourIn(timeZone, closesAt) })}</p>
      )}
      {!!openingHours?.length && (
        <details>
          <summary>{t('hours')}</summary>
          <table class="hours">
            {weekdays().map(({ name, label }) => {
              const hours = openingHours.filter(({ day }) => day === name);
              return (
                <tr key={name}>
                  <th scope="row">{label}</th>
                  <td>{hours.map(({ opens, closes }) => `${opens}–${closes}`).join(', ') || t('closed')}</td>
                </tr>
              );
            })}
          </table>
        </details>
      )}
    </>
  );
}
