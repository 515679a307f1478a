import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api';
import { type Key, languages, t } from '../../i18n';
import { Failure, useTask } from '../../ui';

const CHANNELS = ['email', 'sms', 'push', 'inapp'] as const;

interface Choice {
  channels: Record<(typeof CHANNELS)[number], boolean>;
  language: string | null;
}

/** How the person wants to be told. */
export function Preferences() {
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
      <Failure text={task.error} />
      {choice && (
        <>
          <fieldset>
            <legend>{t('channel')}</legend>
            {CHANNELS.map((x) => (
              <label key={x} class="check">
                <input
                  type="checkbox"
                  checked={choice.channels[x]}
                  onChange={(e) => save({ ...choice, channels: { ...choice.channels, [x]: e.currentTarget.checked } })}
                />
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
