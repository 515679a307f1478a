import { type ComponentType, render } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';
import { onLanguage, setLanguage, staffTexts, t, waitingText } from './i18n';
import { lazily } from './lazy';
import { decoded } from './navigate';
import { load } from './store';
import './styles/base.css';
import { applyTheme } from './ui';

type View = ComponentType<{ id: string }>;

// Each page is loaded when it is wanted, so that a phone that takes a number loads little.
const pages: [RegExp, () => Promise<{ default: View }>][] = [
  [/^\/q\/([^/]+)\/?$/, () => import('./pages/join')],
  [/^\/t\/([^/]+)\/?$/, () => import('./pages/ticket')],
  [/^\/book\/([^/]+)\/?$/, () => import('./pages/book')],
  [/^\/a\/([^/]+)\/?$/, () => import('./pages/appointment')],
  [/^\/kiosk\/?$/, () => import('./pages/kiosk')],
  [/^\/display\/?$/, () => import('./pages/display')],
  [/^\/counter\/?$/, forStaff(() => import('./pages/counter/counter'))],
  [/^\/manage(?:\/(.*?))?\/?$/, forStaff(() => import('./pages/manage/manage'))],
  [/^\/setup\/?$/, forStaff(() => import('./pages/setup/setup'))],
  [/^\/account\/?$/, forStaff(() => import('./pages/account/account'))],
  [/^\/reset\/?$/, forStaff(() => import('./pages/account/reset'))],
  [/^\/accept\/?$/, forStaff(() => import('./pages/account/accept'))],
  [/^\/verify\/?$/, forStaff(() => import('./pages/account/verify'))],
  [/^\/$/, () => import('./pages/home')],
];

function forStaff<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => (await Promise.all([load(), staffTexts()]))[0];
}

function find() {
  // A kiosk that somebody leads elsewhere stays a kiosk, until staff open it with the PIN.
  const path = load<{ locked?: boolean }>('kiosk')?.locked ? '/kiosk' : location.pathname;
  for (const [pattern, loader] of pages) {
    const match = pattern.exec(path);
    if (match) return { loader, id: decoded(match[1] ?? '') };
  }
  return { loader: pages[pages.length - 1][1], id: '' };
}

function App() {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const [at, setAt] = useState(find);
  const [view, setView] = useState<{ View: View; loader: unknown } | null>(null);
  const [waits, setWaits] = useState(false);
  useEffect(() => {
    onLanguage(() => again(0));
    const moved = () => setAt(find());
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  useEffect(() => {
    let wanted = true;
    setWaits(false);
    void lazily(at.loader, () => wanted && setWaits(true)).then((m) => wanted && setView({ View: m.default, loader: at.loader }));
    return () => {
      wanted = false;
    };
  }, [at.loader]);
  return (
    <>
      {'demo' in document.documentElement.dataset && <aside class="demo">{t('demo')}</aside>}
      {view && view.loader === at.loader ? (
        <view.View id={at.id} key={location.pathname.startsWith('/manage') ? '' : at.id} />
      ) : waits ? (
        <Waiting />
      ) : null}
    </>
  );
}

/** Instead of a page whose parts cannot be loaded now. */
function Waiting() {
  return (
    <p class="loading" role="status">
      {waitingText()}
    </p>
  );
}

applyTheme();
const root = document.getElementById('app')!;
void setLanguage(undefined, false, () => render(<Waiting />, root)).then(() => render(<App />, root));
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Where there is none (http on a local network), the pages just need the network.
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
}
