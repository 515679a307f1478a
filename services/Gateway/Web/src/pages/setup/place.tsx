import { useState } from 'preact/hooks';
import { api, ApiError } from '../../api';
import { currentLanguage, languages, setLanguage, t } from '../../i18n';
import type { Branch } from '../../types';
import { Failure, Field, Page, SignOut, useTask } from '../../ui';

interface Row {
  name: string;
  prefix: string;
  /** It is made, so a second try leaves it alone. */
  made?: boolean;
}

const letter = (n: number) => String.fromCharCode('A'.charCodeAt(0) + (n % 26));
const zones = () => Intl.supportedValuesOf?.('timeZone') ?? [];

/** Name, zone and language of the place, what people come for, and where they are served. */
export function Place({ branch, onDone }: { branch: Branch; onDone: () => Promise<void> }) {
  const [name, setName] = useState('');
  const [timeZone, setTimeZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [language, setMain] = useState(currentLanguage());
  const [rows, setRows] = useState<Row[]>([{ name: '', prefix: 'A' }]);
  const [counters, setCounters] = useState('1, 2');
  const task = useTask();
  const change = (at: number, next: Partial<Row>) => setRows((now) => now.map((row, i) => (i === at ? { ...row, ...next } : row)));

  const make = async () => {
    await api('PATCH', `/api/branches/${branch.id}`, { name, timeZone, languages: [language] });
    for (const [at, row] of rows.entries()) {
      if (row.made) continue;
      await api('POST', '/api/queues', { name: row.name, prefix: row.prefix || undefined, branchId: branch.id });
      change(at, { made: true });
    }
    for (const counter of new Set(counters.split(',').map((c) => c.trim()))) {
      if (counter) await api('POST', '/api/counters', { branchId: branch.id, name: counter }).catch(unlessThere);
    }
    await setLanguage(language, true);
    await onDone();
  };

  return (
    <Page head={<SignOut />}>
      <form
        class="card stack"
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(make);
        }}
      >
        <h1>{t('setupTitle')}</h1>
        <p class="muted">{t('setupPlaceText')}</p>
        <Field
          label={t('setupName')}
          hint={t('setupNameHint')}
          required
          maxLength={100}
          autocomplete="organization"
          value={name}
          onInput={(e) => setName(e.currentTarget.value)}
        />
        <Field
          label={t('timeZone')}
          required
          list="zones"
          spellcheck={false}
          value={timeZone}
          onInput={(e) => setTimeZone(e.currentTarget.value)}
        />
        <datalist id="zones">
          {zones().map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <label class="field">
          <span>{t('language')}</span>
          <select value={language} onChange={(e) => setMain(e.currentTarget.value)}>
            {Object.entries(languages).map(([tag, called]) => (
              <option key={tag} value={tag} lang={tag}>
                {called}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="stack setup-queues">
          <legend>{t('setupQueues')}</legend>
          {rows.map((row, at) => (
            <div class="setup-row" key={at}>
              <Field
                label={t('setupQueue')}
                required
                maxLength={100}
                disabled={row.made}
                value={row.name}
                onInput={(e) => change(at, { name: e.currentTarget.value })}
              />
              <Field
                label={t('setupLetters')}
                maxLength={3}
                pattern="[A-Za-z]{0,3}"
                disabled={row.made}
                value={row.prefix}
                onInput={(e) => change(at, { prefix: e.currentTarget.value.toUpperCase() })}
              />
              {rows.length > 1 && !row.made && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={`${t('delete')}: ${row.name || row.prefix}`}
                  onClick={() => setRows(rows.filter((_, i) => i !== at))}
                >
                  ✕
                </button>
              )}
            </div>
          ))}
          <button type="button" onClick={() => setRows([...rows, { name: '', prefix: letter(rows.length) }])}>
            {t('setupAddQueue')}
          </button>
        </fieldset>
        <Field label={t('counters')} hint={t('countersHint')} value={counters} onInput={(e) => setCounters(e.currentTarget.value)} />
        <Failure text={task.error} />
        <button class="primary" disabled={task.busy}>
          {t('setupDo')}
        </button>
      </form>
    </Page>
  );
}

/** A try before this one may have made it. */
function unlessThere(e: unknown) {
  if (!(e instanceof ApiError) || e.status !== 409) throw e;
}
