import { useRef, useState } from 'preact/hooks';
import { t } from '../../i18n';
import { Dialog } from '../../ui';

interface Props {
  title: string;
  text: string;
  link: string;
  onClose: () => void;
}

/** A link that is shown once, to be copied. */
export function HandOver({ title, text, link, onClose }: Props) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = () => {
    // There is no clipboard on plain http but this.
    field.current!.select();
    setCopied(document.execCommand('copy'));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">
        <p>{text}</p>
        <label class="field">
          <span>{t('link')}</span>
          <input ref={field} readOnly dir="ltr" value={link} onFocus={(e) => e.currentTarget.select()} />
        </label>
        <div class="row">
          <button type="button" class="primary" onClick={copy}>
            {t('copy')}
          </button>
          <button type="button" onClick={onClose}>
            {t('back')}
          </button>
          <span role="status">{copied && t('copied')}</span>
        </div>
      </div>
    </Dialog>
  );
}
