import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { api } from '../../api';
import { t } from '../../i18n';
import type { List } from '../../types';
import { sentence, usePoll } from '../../ui';

const PAGE = 50;

/** A table that scrolls sideways by itself, with its name. */
export function Table({ name, heads, children }: { name: string; heads: string[]; children: ComponentChildren }) {
  return (
    <div class="table-wrap card flat" tabIndex={0} role="region" aria-label={name}>
      <table class="list">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Of rows that are all here, those that are looked for, fifty at first. */
export function useFound<T>(rows: T[], texts: (row: T) => (string | null | undefined)[]) {
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(PAGE);
  const wanted = search.trim().toLocaleLowerCase();
  const found = wanted ? rows.filter((r) => texts(r).some((x) => x?.toLocaleLowerCase().includes(wanted))) : rows;
  return {
    search,
    setSearch: (text: string) => {
      setSearch(text);
      setMost(PAGE);
    },
    shown: found.slice(0, most),
    all: found.length,
    more: found.length > most ? () => setMost(most + PAGE) : null,
  };
}

/** Rows that the server gives page by page; those that are shown are read again now and then. */
export function usePages<T>(path: string, every: number) {
  const [rows, setRows] = useState<T[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const pages = useRef(1);
  const latest = useRef(path);
  const read = async () => {
    const asked = latest.current;
    try {
      const found: T[] = [];
      let next: string | null = null;
      for (let page = 0; page < pages.current && (page === 0 || next); page++) {
        const answer: List<T> = await api('GET', `${asked}&limit=${PAGE}${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
        found.push(...answer.items);
        next = answer.nextCursor;
      }
      if (asked !== latest.current) return;
      setRows(found);
      setCursor(next);
      setError(null);
    } catch (e) {
      if (asked === latest.current) setError(sentence(e));
    }
  };
  if (latest.current !== path) {
    latest.current = path;
    pages.current = 1;
  }
  usePoll(read, every, [path]);
  return {
    rows,
    error,
    read,
    more: cursor
      ? async () => {
          pages.current++;
          await read();
        }
      : null,
  };
}

export function More({ onMore, text }: { onMore: (() => void) | null; text?: string }) {
  return (
    <p class="row between more">
      <span class="muted" role="status">
        {text}
      </span>
      {onMore && (
        <button type="button" onClick={onMore}>
          {t('showMore')}
        </button>
      )}
    </p>
  );
}

export interface Action {
  label: string;
  danger?: boolean;
  run: () => void;
}

/** What is done seldom, or cannot be undone: behind a button of its own, with the arrow keys within. */
export function Menu({ name, actions }: { name: string; actions: Action[] }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const menu = list.current!;
    const away = () => menu.hidePopover();
    // Told once where it was closed and opened in a moment: what is done then must not hang on a change.
    const toggled = (e: Event) => {
      const opened = (e as ToggleEvent).newState === 'open';
      setOpen(opened);
      removeEventListener('scroll', away, true);
      if (!opened) return;
      const at = button.current!.getBoundingClientRect();
      const inline = document.documentElement.dir === 'rtl' ? at.left : at.right - menu.offsetWidth;
      menu.style.left = `${Math.max(8, Math.min(inline, innerWidth - menu.offsetWidth - 8))}px`;
      menu.style.top = `${at.bottom + menu.offsetHeight + 8 > innerHeight ? Math.max(8, at.top - menu.offsetHeight - 4) : at.bottom + 4}px`;
      menu.querySelector('button')?.focus();
      addEventListener('scroll', away, true);
    };
    menu.addEventListener('toggle', toggled);
    return () => {
      menu.removeEventListener('toggle', toggled);
      removeEventListener('scroll', away, true);
    };
  }, []);
  const step = (e: KeyboardEvent) => {
    const items = [...list.current!.querySelectorAll('button')];
    const now = items.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[e.key];
    if (e.key === 'Tab') list.current!.hidePopover();
    if (to === undefined) return;
    e.preventDefault();
    items[(to + items.length) % items.length].focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="quiet"
        aria-label={t('moreFor', { name })}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => list.current!.togglePopover()}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      <div id={id} ref={list} role="menu" aria-label={t('moreFor', { name })} popover="auto" class="menu" onKeyDown={step}>
        {actions.map((action) => (
          <button
            key={action.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={action.danger ? 'danger' : ''}
            onClick={() => {
              list.current!.hidePopover();
              button.current!.focus();
              action.run();
            }}
          >
            {action.label}
          </button>
        ))}
      </div>
    </>
  );
}
