import { useEffect, useRef, useState } from 'preact/hooks';
import { all, api } from '../../api';
import { BranchField } from '../../branch';
import { currentLanguage, type Key, t } from '../../i18n';
import type { Branch, List } from '../../types';
import { Dialog, Failure, Field, FormButtons, Loading, sentence, useAnswer, useTask } from '../../ui';

interface Text {
  template: string;
  language: string;
  branchId: string | null;
  subject: string;
  message: string;
  from: 'default' | 'house' | 'branch';
  placeholders: string[];
}

const PREVIEW_AFTER = 300;

const query = (branch: string) => (branch ? `?branchId=${encodeURIComponent(branch)}` : '');

/** The texts of messages, by language, for the house or a branch. */
export function Texts() {
  const [branch, setBranch] = useState('');
  const [language, setLanguage] = useState<string>(currentLanguage());
  const [texts, setTexts] = useState<Text[] | null>(null);
  const [editing, setEditing] = useState<Text | null>(null);
  const [branches, setBranches] = useState<Branch[]>([]);
  const [error, setError] = useState<string | null>(null);
  const { answer, error: unread } = useAnswer<List<Text>>(`/api/notifications/texts${query(branch)}`);
  useEffect(() => setTexts(answer?.items ?? null), [answer]);
  useEffect(() => {
    all<Branch>('/api/branches').then(setBranches, (e: unknown) => setError(sentence(e)));
  }, []);
  const languages = [...new Set(texts?.map((x) => x.language) ?? [language])];
  const names = new Intl.DisplayNames([currentLanguage()], { type: 'language' });
  return (
    <>
      <p class="muted">{t('textsText')}</p>
      <div class="row filters">
        <label class="field">
          <span>{t('language')}</span>
          <select value={language} onChange={(e) => setLanguage(e.currentTarget.value)}>
            {languages.map((tag) => (
              <option key={tag} value={tag}>
                {names.of(tag)}
              </option>
            ))}
          </select>
        </label>
        <BranchField branches={branches} value={branch} onChange={setBranch} none={t('textsHouse')} />
      </div>
      <Failure text={error ?? unread} />
      {!texts && !unread && <Loading />}
      {texts && (
        <div class="table-wrap card flat" tabIndex={0} role="region" aria-label={t('texts')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('message')}</th>
                <th scope="col">{t('textWords')}</th>
                <th scope="col">{t('textFrom')}</th>
                <th scope="col">
                  <span class="visually-hidden">{t('change')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {texts
                .filter((x) => x.language === language)
                .map((x) => (
                  <tr key={x.template}>
                    <th scope="row">{t(`text_${x.template}` as Key)}</th>
                    <td class="message" lang={x.language} dir="auto">
                      {x.message}
                    </td>
                    <td>{t(`textFrom_${x.from}` as Key)}</td>
                    <td>
                      <button type="button" aria-label={`${t('change')}: ${t(`text_${x.template}` as Key)}`} onClick={() => setEditing(x)}>
                        {t('change')}
                      </button>
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      {editing && (
        <Editor
          text={editing}
          branch={branch}
          onClose={() => setEditing(null)}
          onChanged={(now) => {
            setTexts(texts!.map((x) => (x.template === now.template && x.language === now.language ? now : x)));
            setEditing(null);
          }}
        />
      )}
    </>
  );
}

function Editor({ text, branch, onClose, onChanged }: { text: Text; branch: string; onClose: () => void; onChanged: (now: Text) => void }) {
  const [subject, setSubject] = useState(text.subject);
  const [message, setMessage] = useState(text.message);
  const [preview, setPreview] = useState<{ subject: string; message: string } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const task = useTask();
  const turn = useRef(0);
  const path = `/api/notifications/texts/${text.template}/${text.language}`;
  useEffect(() => {
    const mine = ++turn.current;
    const timer = setTimeout(() => {
      api<{ subject: string; message: string }>('POST', `${path}/preview`, { subject, message }).then(
        (found) => {
          if (mine !== turn.current) return;
          setPreview(found);
          setWrong(null);
        },
        (e: unknown) => mine === turn.current && setWrong(sentence(e)),
      );
    }, PREVIEW_AFTER);
    return () => clearTimeout(timer);
  }, [subject, message]);
  const own = text.from === (branch ? 'branch' : 'house');
  return (
    <Dialog title={t(`text_${text.template}` as Key)} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void task.run(async () => onChanged(await api<Text>('PUT', path + query(branch), { subject, message })));
        }}
      >
        <Field
          label={t('textSubject')}
          value={subject}
          lang={text.language}
          dir="auto"
          required
          maxLength={200}
          onInput={(e) => setSubject(e.currentTarget.value)}
        />
        <label class="field">
          <span>{t('message')}</span>
          <textarea
            value={message}
            lang={text.language}
            dir="auto"
            rows={4}
            required
            maxLength={2000}
            onInput={(e) => setMessage(e.currentTarget.value)}
          />
          <small>
            {t('textFilled')} <bdi dir="ltr">{text.placeholders.map((p) => `{${p}}`).join(' ')}</bdi>
          </small>
        </label>
        <section aria-label={t('textPreview')} class="notice info" lang={text.language} dir="auto">
          <strong>{preview?.subject}</strong>
          <p>{preview?.message}</p>
        </section>
        <Failure text={task.error ?? wrong} />
        {own && (
          <p>
            <button
              type="button"
              disabled={task.busy}
              onClick={() => void task.run(async () => onChanged(await api<Text>('DELETE', path + query(branch))))}
            >
              {t('textReset')}
            </button>
          </p>
        )}
        <FormButtons kind="primary" label={t('save')} busy={task.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
