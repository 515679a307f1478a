import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api';
import { moment } from '../../format';
import { type Key, languages, t } from '../../i18n';
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
      <Preferences />
    </>
  );
}

interface Choice {
  channels: Record<(typeof TYPES)[number], boolean>;
  language: string | null;
}

function Preferences() {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [saved, setSaved] = useState(false);
  const task = useTask();
  useEffect(() => void task.run(async () => setChoice(await api<Choice>('GET', '/api/notifications/preferences'))), []);
  const save = (next: Choice) => {
    setChoice(next);
    setSaved(false);
    void task.run(async () => {
      setChoice(await api<Choice>('PUT', '/api/notifications/preferences', next));
      setSaved(true);
    });
  };
  return (
    <section class="card flat stack">
      <h2>{t('preferences')}</h2>
      <p class="muted">{t('preferencesText')}</p>
      <Failure text={task.error} />
      {choice && (
        <>
          <fieldset>
            <legend>{t('channel')}</legend>
            {TYPES.map((x) => (
              <label key={x} class="check">
                <input type="checkbox" checked={choice.channels[x]} onChange={(e) => save({ ...choice, channels: { ...choice.channels, [x]: e.currentTarget.checked } })} />
                {t(`channel_${x}` as Key)}
              </label>
            ))}
          </fieldset>
          <label class="field inline">
            <span>{t('language')}</span>
            <select value={choice.language ?? ''} onChange={(e) => save({ ...choice, language: e.currentTarget.value || null })}>
              <option value="">{t('anyValue')}</option>
              {Object.entries(languages).map(([tag, name]) => (
                <option key={tag} value={tag} lang={tag}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      <p role="status">{saved && t('saved')}</p>
    </section>
  );
}
