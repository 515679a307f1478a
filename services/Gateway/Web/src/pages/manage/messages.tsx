import { useState } from 'preact/hooks';
import { api } from '../../api';
import { moment } from '../../format';
import { type Key, t } from '../../i18n';
import type { List, Message } from '../../types';
import { Failure, Loading, sentence, usePoll, useTask } from '../../ui';

const TYPES = ['email', 'sms', 'push', 'inapp'] as const;
const STATUSES = ['pending', 'sent', 'failed', 'suppressed'] as const;

export function Messages() {
  const [type, setType] = useState('');
  const [status, setStatus] = useState('');
  const [found, setFound] = useState<List<Message> | null>(null);
  const [error, setError] = useState<string | null>(null);
  const task = useTask();
  const path = `/api/notifications?limit=50${type && `&type=${type}`}${status && `&status=${status}`}`;
  const read = async () => {
    try {
      setFound(await api<List<Message>>('GET', path));
      setError(null);
    } catch (e) {
      setError(sentence(e));
    }
  };
  usePoll(read, 15_000, [path]);
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
      {!found && !error && <Loading />}
      {found && (
        <div class="table-wrap card flat" tabIndex={0} role="region" aria-label={t('messages')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('when')}</th>
                <th scope="col">{t('channel')}</th>
                <th scope="col">{t('message')}</th>
                <th scope="col">{t('state')}</th>
              </tr>
            </thead>
            <tbody>
              {found.items.map((m) => (
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
              {found.items.length === 0 && (
                <tr>
                  <td colSpan={4} class="muted">
                    {t('noData')}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
