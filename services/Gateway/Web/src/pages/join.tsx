import { useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { closedText } from '../closed';
import { range, wait } from '../format';
import { currentLanguage, t } from '../i18n';
import { navigate } from '../navigate';
import { keepTicket, keptTickets } from '../store';
import type { Eta, Queue, Ticket } from '../types';
import { Announcer, Failure, Field, Loading, Page, sentence, usePoll, useTask, useTitle } from '../ui';

const POLL = 8000;

export default function Join({ id }: { id: string }) {
  const [queue, setQueue] = useState<Queue | null>(null);
  const [eta, setEta] = useState<Eta | null>(null);
  const [missing, setMissing] = useState(false);
  const [offline, setOffline] = useState<string | null>(null);
  const task = useTask();
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [email, setEmail] = useState('');

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
      const contact = { customerName: name || undefined, phone: phone || undefined, email: email || undefined };
      const ticket = await api<Ticket>('POST', '/api/tickets', { queueId: id, language: currentLanguage(), ...contact });
      keepTicket({
        id: ticket.id,
        number: ticket.ticketNumber,
        queue: ticket.queueName ?? queue?.name ?? '',
        token: ticket.trackingToken,
        at: Date.now(),
      });
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
  const mine = keptTickets().find((k) => k.queue === queue.name);
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
                <p class="muted">{t('addDetailsText')}</p>
                <Field label={t('name')} autocomplete="name" maxLength={100} value={name} onInput={(e) => setName(e.currentTarget.value)} />
                <Field
                  label={t('phone')}
                  type="tel"
                  autocomplete="tel"
                  hint={t('phoneHint')}
                  value={phone}
                  onInput={(e) => setPhone(e.currentTarget.value)}
                />
                <Field
                  label={t('email')}
                  type="email"
                  autocomplete="email"
                  value={email}
                  onInput={(e) => setEmail(e.currentTarget.value)}
                />
              </div>
            </details>
          </form>
        )}
        {mine && (
          <p>
            <a href={`/t/${mine.id}`}>{t('haveNumber', { number: mine.number })}</a>
          </p>
        )}
      </div>
    </Page>
  );
}
