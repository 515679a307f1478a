import { useState } from 'preact/hooks';
import { all } from '../api';
import { closedText } from '../closed';
import { dateTimeIn, wait } from '../format';
import { type Key, t } from '../i18n';
import { useMine } from '../mine';
import { isOpen, keptAppointments, type Kept } from '../store';
import type { Queue } from '../types';
import { Failure, Loading, may, Page, sentence, SignOut, usePoll, useSession, useTitle } from '../ui';

const stands = ({ state }: Kept) => !state || isOpen(state);

export default function Home() {
  const [queues, setQueues] = useState<Queue[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const session = useSession();
  useTitle('');
  usePoll(
    async () => {
      try {
        setQueues(await all<Queue>('/api/queues?active=true'));
        setError(null);
      } catch (e) {
        setError(sentence(e));
      }
    },
    15_000,
    [],
  );
  const { mine } = useMine();
  const appointments = keptAppointments().filter(({ state }) => state.status === 'booked' || state.status === 'arrived');
  return (
    <Page head={<SignOut />}>
      <h1>{t('homeTitle')}</h1>
      <Failure text={error} />
      {mine.length > 0 && (
        <section class="stack">
          <h2>{t('myTickets')}</h2>
          <ul class="links">
            {[...mine.filter(stands), ...mine.filter((ticket) => !stands(ticket))].map((ticket) => (
              <li key={ticket.id}>
                <a href={`/t/${ticket.id}`}>
                  <strong dir="ltr">{ticket.number}</strong>
                  <span>{[ticket.queue, ticket.state && t(`status_${ticket.state.status}` as Key)].filter(Boolean).join(' · ')}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {appointments.length > 0 && (
        <section class="stack">
          <h2>{t('myAppointments')}</h2>
          <ul class="links">
            {appointments.map(({ id, queue, state: { start, timeZone } }) => (
              <li key={id}>
                <a href={`/a/${id}`}>
                  <strong>{queue}</strong>
                  <span>{dateTimeIn(timeZone, start)}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="stack">
        <h2>{t('queues')}</h2>
        {!queues && !error && <Loading />}
        {queues?.length === 0 && <p class="muted">{t('noQueues')}</p>}
        <ul class="links">
          {queues?.map((queue) => (
            <li key={queue.id}>
              <a href={`/q/${queue.id}`}>
                <strong>{queue.name}</strong>
                <span>
                  {closedText(queue) ??
                    `${t('waitingCount', { n: queue.statistics.waiting })} · ${wait(queue.statistics.estimatedWaitTime)}`}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <nav class="stack" aria-label={t('forStaff')}>
        <h2>{t('forStaff')}</h2>
        <ul class="links">
          {queues?.length === 0 && (!session || may(session.user, 'admin')) && (
            <li>
              <a href="/setup">
                <strong>{t('setupLink')}</strong>
              </a>
            </li>
          )}
          <li>
            <a href="/counter">
              <strong>{t('counterTitle')}</strong>
            </a>
          </li>
          <li>
            <a href="/manage">
              <strong>{t('manageTitle')}</strong>
            </a>
          </li>
          <li>
            <a href="/display">
              <strong>{t('displayTitle')}</strong>
            </a>
          </li>
          {(!session || may(session.user, 'operator')) && (
            <li>
              <a href="/kiosk">
                <strong>{t('kioskTitle')}</strong>
              </a>
            </li>
          )}
          <li>
            <a href="/docs">
              <strong>{t('apiDocs')}</strong>
            </a>
          </li>
        </ul>
      </nav>
    </Page>
  );
}
