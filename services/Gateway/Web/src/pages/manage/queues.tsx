import { useState } from 'preact/hooks';
import { api } from '../../api';
import { closedText, isClosed } from '../../closed';
import { number } from '../../format';
import { t } from '../../i18n';
import type { Queue } from '../../types';
import { ConfirmDelete, Dialog, Failure, Field, FormButtons, useTask } from '../../ui';
import { QueueForm } from './queue-form';
import type { SectionProps } from './section';
import { Menu, More, Table, useFound } from './table';

export function Queues({ queues, branches, admin, reload }: SectionProps) {
  const [editing, setEditing] = useState<Queue | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Queue | null>(null);
  const [clearing, setClearing] = useState<Queue | null>(null);
  const [said, setSaid] = useState('');
  const task = useTask();
  const branchOf = (q: Queue) => branches.find((b) => b.id === q.branchId)?.name ?? '';
  const found = useFound(queues, (q) => [q.name, q.prefix, q.description, branchOf(q)]);
  const change = (work: () => Promise<unknown>) =>
    task.run(async () => {
      await work();
      await reload();
    });
  const ids = queues
    .filter((q) => q.isActive)
    .map((q) => q.id)
    .join(',');
  return (
    <>
      <Failure text={task.error} />
      <div class="row filters">
        <Field label={t('search')} type="search" value={found.search} onInput={(e) => found.setSearch(e.currentTarget.value)} />
        {admin && (
          <button type="button" class="primary" onClick={() => setEditing('new')}>
            {t('newQueue')}
          </button>
        )}
        <a class="button" href={`/display${ids && `?queues=${ids}`}`}>
          {t('displayTitle')}
        </a>
        <a class="button" href={`/kiosk${ids && `?queues=${ids}`}`}>
          {t('kioskTitle')}
        </a>
      </div>
      <div role="status">{said && <p class="notice info">{said}</p>}</div>
      {queues.length === 0 && <p class="notice info">{t('noQueuesManage')}</p>}
      <Table
        name={t('queues')}
        heads={[
          t('prefixShort'),
          t('name'),
          ...(branches.length > 1 ? [t('branch')] : []),
          t('waitingNow'),
          t('counters'),
          t('state'),
          t('actions'),
        ]}
      >
        {found.shown.map((q) => (
          <tr key={q.id}>
            <td>
              <span class="badge">{q.prefix}</span>
            </td>
            <th scope="row">
              {q.name}
              {q.description && <small class="muted">{q.description}</small>}
            </th>
            {branches.length > 1 && <td>{branchOf(q)}</td>}
            <td>{number(q.statistics.waiting)}</td>
            <td>{q.counters.map((c) => c.name).join(', ') || '–'}</td>
            <td>
              <span class={`state ${isClosed(q) ? '' : 'is-open'}`}>{t(isClosed(q) ? 'closed' : 'open')}</span>
              {q.isActive && !q.openNow && <small class="muted">{closedText(q)}</small>}
            </td>
            <td>
              <div class="row tight">
                <button
                  type="button"
                  disabled={task.busy}
                  aria-label={`${t(q.isActive ? 'close' : 'openIt')}: ${q.name}`}
                  onClick={() => void change(() => api('PATCH', `/api/queues/${q.id}`, { isActive: !q.isActive }))}
                >
                  {t(q.isActive ? 'close' : 'openIt')}
                </button>
                {admin && (
                  <button type="button" aria-label={`${t('change')}: ${q.name}`} onClick={() => setEditing(q)}>
                    {t('change')}
                  </button>
                )}
                <a class="button quiet" href={`/manage/poster/${q.id}`} aria-label={`${t('poster')}: ${q.name}`}>
                  {t('poster')}
                </a>
                <a class="button quiet" href={`/q/${q.id}`} aria-label={`${t('joinPage')}: ${q.name}`}>
                  {t('joinPage')}
                </a>
                <Menu
                  name={q.name}
                  actions={[
                    { label: t('clearQueue'), danger: true, run: () => setClearing(q) },
                    ...(admin ? [{ label: t('delete'), danger: true, run: () => setDeleting(q) }] : []),
                  ]}
                />
              </div>
            </td>
          </tr>
        ))}
      </Table>
      <More onMore={found.more} text={t('shownOf', { n: found.shown.length, all: found.all })} />
      {editing && (
        <QueueForm
          queue={editing === 'new' ? null : editing}
          branches={branches}
          onClose={() => setEditing(null)}
          onSaved={async () => {
            setEditing(null);
            await reload();
          }}
        />
      )}
      {clearing && (
        <Clear
          queue={clearing}
          onClose={() => setClearing(null)}
          onCleared={async (cancelled) => {
            setClearing(null);
            setSaid(`${clearing.name}: ${t('clearedNow', { n: cancelled })}`);
            await reload();
          }}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={t('deleteQueue', { name: deleting.name })}
          text={t('deleteQueueText')}
          onClose={() => setDeleting(null)}
          onConfirm={() => void change(() => api('DELETE', `/api/queues/${deleting.id}`))}
        />
      )}
    </>
  );
}

function Clear({ queue, onClose, onCleared }: { queue: Queue; onClose: () => void; onCleared: (cancelled: number) => Promise<void> }) {
  const [reason, setReason] = useState('');
  const task = useTask();
  return (
    <Dialog title={t('clearQueueTitle', { name: queue.name })} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => {
            const { cancelled } = await api<{ cancelled: number }>('POST', `/api/queues/${queue.id}/clear`, { reason });
            await onCleared(cancelled);
          });
        }}
      >
        <p>{t('clearQueueText', { n: queue.statistics.waiting })}</p>
        <Failure text={task.error} />
        <Field label={t('closedReason')} required maxLength={200} value={reason} onInput={(e) => setReason(e.currentTarget.value)} />
        <FormButtons kind="danger" label={t('clearQueue')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
