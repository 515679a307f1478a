import { useState } from 'preact/hooks';
import { api } from '../../api';
import { moment } from '../../format';
import { type Key, t } from '../../i18n';
import type { Message } from '../../types';
import { Failure, Loading, useTask } from '../../ui';
import { More, Table, usePages } from './table';

const TYPES = ['email', 'sms', 'push', 'inapp'] as const;
const STATUSES = ['pending', 'sent', 'failed', 'suppressed'] as const;

export function Messages() {
  const [type, setType] = useState('');
  const [status, setStatus] = useState('');
  const task = useTask();
  const { rows, error, read, more } = usePages<Message>(
    `/api/notifications?${type && `type=${type}&`}${status && `status=${status}&`}`,
    15_000,
  );
  return (
    <>
      <div class="row filters">
        <label class="field">
          <span>{t('channel')}</span>
          <select value={type} onChange={(e) => setType(e.currentTarget.value)}>
            <option value="">{t('anyValue')}</option>
            {TYPES.map((x) => (
              <option key={x} value={x}>
                {t(`channel_${x}` as Key)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t('state')}</span>
          <select value={status} onChange={(e) => setStatus(e.currentTarget.value)}>
            <option value="">{t('anyValue')}</option>
            {STATUSES.map((x) => (
              <option key={x} value={x}>
                {t(`sent_${x}` as Key)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Failure text={error ?? task.error} />
      {!rows && !error && <Loading />}
      {rows && (
        <>
          <Table name={t('messages')} heads={[t('when'), t('channel'), t('message'), t('state')]}>
            {rows.map((m) => (
              <tr key={m.id}>
                <td>{moment(m.createdAt)}</td>
                <td>{t(`channel_${m.type}` as Key)}</td>
                <td class="message" dir="auto">
                  {m.message}
                  {m.lastError && <small class="muted">{m.lastError}</small>}
                </td>
                <td>
                  {t(`sent_${m.status}` as Key)}{' '}
                  {m.status === 'failed' && (
                    <button
                      type="button"
                      disabled={task.busy}
                      onClick={() =>
                        void task.run(async () => {
                          await api('POST', `/api/notifications/${m.id}/retry`);
                          await read();
                        })
                      }
                    >
                      {t('retry')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
            {rows.length === 0 && (
              <tr>
                <td colSpan={4} class="muted">
                  {t('noData')}
                </td>
              </tr>
            )}
          </Table>
          <More onMore={more && (() => void task.run(more))} />
        </>
      )}
    </>
  );
}
