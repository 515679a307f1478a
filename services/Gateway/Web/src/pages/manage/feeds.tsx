import { useEffect, useRef, useState } from 'preact/hooks';
import { all, api } from '../../api';
import { dateIn, moment } from '../../format';
import { t } from '../../i18n';
import type { Feed, Queue } from '../../types';
import { Dialog, Failure, FormButtons, sentence, useTask } from '../../ui';
import { namesOf } from './counters';
import { HandOver } from './hand-over';
import { Table } from './table';

interface Props {
  branchId: string;
  /** Those of the branch that take appointments. */
  queues: Queue[];
}

/** The links by which calendar programs follow the appointments of a branch. */
export function Feeds({ branchId, queues }: Props) {
  const { feeds, names, error, read } = useFeeds(branchId);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Feed | null>(null);
  const [revoking, setRevoking] = useState<Feed | null>(null);
  const task = useTask();
  const nameOf = ({ queueId }: Feed) => (queueId === null ? t('allQueues') : (queues.find((q) => q.id === queueId)?.name ?? '–'));
  const revoke = (feed: Feed) =>
    task.run(async () => {
      setRevoking(null);
      try {
        await api('DELETE', `/api/appointments/feeds/${encodeURIComponent(feed.id)}`);
      } finally {
        await read();
      }
    });
  return (
    <section class="card flat stack no-print">
      <div class="row between">
        <h2>{t('feeds')}</h2>
        <button type="button" disabled={!branchId} onClick={() => setMaking(true)}>
          {t('feedMake')}
        </button>
      </div>
      <p class="muted">{t('feedsText')}</p>
      <Failure text={error ?? task.error} />
      {feeds && feeds.length > 0 && (
        <Table name={t('feeds')} heads={[t('queue'), t('feedMade'), t('feedUsed'), t('actions')]}>
          {feeds.map((feed) => (
            <tr key={feed.id}>
              <th scope="row">{nameOf(feed)}</th>
              <td>{[moment(feed.createdAt), names[feed.createdBy]].filter(Boolean).join(' · ')}</td>
              <td>{feed.lastUsedOn ? dateIn('UTC', `${feed.lastUsedOn}T00:00Z`) : '–'}</td>
              <td>
                <button
                  type="button"
                  class="danger"
                  disabled={task.busy}
                  aria-label={`${t('feedRevoke')}: ${nameOf(feed)}`}
                  onClick={() => setRevoking(feed)}
                >
                  {t('feedRevoke')}
                </button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {making && (
        <Make
          branchId={branchId}
          queues={queues}
          onClose={() => setMaking(false)}
          onMade={async (feed) => {
            setMaking(false);
            setMade(feed);
            await read();
          }}
        />
      )}
      {made && <HandOver title={nameOf(made)} text={t('feedOnce')} link={made.link!} onClose={() => setMade(null)} />}
      {revoking && (
        <Dialog title={`${t('feedRevoke')}: ${nameOf(revoking)}`} onClose={() => setRevoking(null)}>
          <p>{t('feedRevokeText')}</p>
          <div class="row">
            <button type="button" class="danger" onClick={() => void revoke(revoking)}>
              {t('feedRevoke')}
            </button>
            <button type="button" onClick={() => setRevoking(null)}>
              {t('back')}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

interface MakeProps extends Props {
  onClose: () => void;
  onMade: (feed: Feed) => Promise<void>;
}

function Make({ branchId, queues, onClose, onMade }: MakeProps) {
  const [queueId, setQueue] = useState('');
  const task = useTask();
  return (
    <Dialog title={t('feedMake')} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () =>
            onMade(await api<Feed>('POST', '/api/appointments/feeds', { branchId, queueId: queueId || undefined })),
          );
        }}
      >
        <Failure text={task.error} />
        <label class="field">
          <span>{t('queue')}</span>
          <select value={queueId} onChange={(e) => setQueue(e.currentTarget.value)}>
            <option value="">{t('allQueues')}</option>
            {queues.map((q) => (
              <option key={q.id} value={q.id}>
                {q.name}
              </option>
            ))}
          </select>
        </label>
        <FormButtons kind="primary" label={t('feedMake')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** The links of a branch, and who made them. */
function useFeeds(branchId: string) {
  const [found, setFound] = useState<{ branchId: string; feeds: Feed[] } | null>(null);
  const [names, setNames] = useState<Record<string, string>>({});
  const [error, setError] = useState<string | null>(null);
  const latest = useRef(branchId);
  latest.current = branchId;
  const read = async () => {
    try {
      const feeds = await all<Feed>(`/api/appointments/feeds?branchId=${encodeURIComponent(branchId)}`);
      const makers = await namesOf(feeds.map((f) => f.createdBy));
      if (latest.current !== branchId) return;
      setFound({ branchId, feeds });
      setNames(makers);
      setError(null);
    } catch (e) {
      if (latest.current === branchId) setError(sentence(e));
    }
  };
  useEffect(() => void (branchId && read()), [branchId]);
  return { feeds: found?.branchId === branchId ? found.feeds : null, names, error, read };
}
