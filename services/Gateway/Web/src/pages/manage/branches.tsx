import { useState } from 'preact/hooks';
import { api } from '../../api';
import { MAIN } from '../../branch';
import { number } from '../../format';
import { t } from '../../i18n';
import type { Branch } from '../../types';
import { ConfirmDelete, Dialog, Failure, Field, FormButtons, useTask } from '../../ui';
import { useFieldErrors } from './fields';
import { type Schedule, ScheduleFields } from './schedule';
import type { SectionProps } from './section';
import { Menu, More, Table, useFound } from './table';

export function Branches({ branches, queues, admin, reload }: SectionProps) {
  const [editing, setEditing] = useState<Branch | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Branch | null>(null);
  const task = useTask();
  const found = useFound(branches, (b) => [b.name, b.address]);
  return (
    <>
      <Failure text={task.error} />
      <div class="row filters">
        <Field label={t('search')} type="search" value={found.search} onInput={(e) => found.setSearch(e.currentTarget.value)} />
        {admin && (
          <button type="button" class="primary" onClick={() => setEditing('new')}>
            {t('newBranch')}
          </button>
        )}
      </div>
      <Table name={t('branches')} heads={[t('name'), t('address'), t('timeZone'), t('queues'), t('state'), t('actions')]}>
        {found.shown.map((b) => (
          <tr key={b.id}>
            <th scope="row">{b.name}</th>
            <td>{b.address ?? '–'}</td>
            <td>
              <bdi>{b.timeZone}</bdi>
            </td>
            <td>{number(queues.filter((q) => q.branchId === b.id).length)}</td>
            <td>
              <span class={`state ${b.openNow ? 'is-open' : ''}`}>{t(b.openNow ? 'open' : 'closed')}</span>
            </td>
            <td>
              {admin && (
                <div class="row tight">
                  <button type="button" aria-label={`${t('change')}: ${b.name}`} onClick={() => setEditing(b)}>
                    {t('change')}
                  </button>
                  {b.id !== MAIN && <Menu name={b.name} actions={[{ label: t('delete'), danger: true, run: () => setDeleting(b) }]} />}
                </div>
              )}
            </td>
          </tr>
        ))}
      </Table>
      <More onMore={found.more} text={t('shownOf', { n: found.shown.length, all: found.all })} />
      {editing && (
        <BranchForm
          branch={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={async () => {
            setEditing(null);
            await reload();
          }}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={t('deleteBranch', { name: deleting.name })}
          text={t('deleteBranchText')}
          onClose={() => setDeleting(null)}
          onConfirm={() =>
            void task.run(async () => {
              await api('DELETE', `/api/branches/${deleting.id}`);
              await reload();
            })
          }
        />
      )}
    </>
  );
}

function BranchForm({ branch, onClose, onSaved }: { branch: Branch | null; onClose: () => void; onSaved: () => Promise<void> }) {
  const [form, setForm] = useState({
    name: branch?.name ?? '',
    address: branch?.address ?? '',
    languages: branch?.languages.join(', ') ?? '',
  });
  const [times, setTimes] = useState<Schedule>({
    timeZone: branch?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    openingHours: branch?.openingHours ?? [],
    closures: branch?.closures ?? [],
  });
  const task = useTask();
  const { errors, saying } = useFieldErrors(['name', 'address', 'languages']);
  const set = (field: keyof typeof form) => (e: { currentTarget: HTMLInputElement }) =>
    setForm({ ...form, [field]: e.currentTarget.value });
  return (
    <Dialog title={t(branch ? 'changeBranch' : 'newBranch')} onClose={onClose}>
      <form
        class="stack settings"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(() =>
            saying(async () => {
              const body = {
                ...form,
                address: form.address || null,
                languages: form.languages
                  .split(',')
                  .map((tag) => tag.trim())
                  .filter((tag) => tag),
                ...times,
              };
              await (branch ? api('PATCH', `/api/branches/${branch.id}`, body) : api('POST', '/api/branches', body));
              await onSaved();
            }),
          );
        }}
      >
        <Failure text={task.error} />
        <Field label={t('name')} error={errors.name} required maxLength={100} value={form.name} onInput={set('name')} />
        <Field label={t('address')} error={errors.address} maxLength={300} value={form.address} onInput={set('address')} />
        <Field
          label={t('languages')}
          hint={t('languagesHint')}
          error={errors.languages}
          value={form.languages}
          onInput={set('languages')}
        />
        <ScheduleFields value={times} onChange={setTimes} />
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
