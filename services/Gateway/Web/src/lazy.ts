import { pause } from './backoff';

/** So many failures although the server answers mean that trying here is of no use. After a reload it takes more of them, or a part that is broken would reload the page again and again. */
const HOPELESS = 3;
const HOPELESS_AFTER_RELOAD = 12;

const failedStyles = new Set<HTMLLinkElement>();

addEventListener(
  'error',
  (e) => {
    if (e.target instanceof HTMLLinkElement && e.target.rel === 'stylesheet') failedStyles.add(e.target);
  },
  true,
);

/**
 * Loads a part of the pages, and tries again until it is there.
 * @param load imports it; called for every try
 * @param waits told when a try failed
 */
export async function lazily<T>(load: () => Promise<T>, waits: () => void = () => undefined): Promise<T> {
  let hopeless = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      const part = await load();
      await restyle();
      return part;
    } catch {
      waits();
      await pause(attempt);
      // Older browsers keep a module that failed for as long as the document lives, and after an upgrade the file has another name.
      if ((await answers()) && ++hopeless >= (reloaded() ? HOPELESS_AFTER_RELOAD : HOPELESS)) location.reload();
    }
  }
}

/** Vite asks for a style sheet once and takes it for loaded, however that went. */
async function restyle() {
  await Promise.all(
    [...failedStyles].map(
      (old) =>
        new Promise((loaded, failed) => {
          const link = old.cloneNode() as HTMLLinkElement;
          link.onload = loaded;
          link.onerror = failed;
          failedStyles.delete(old);
          old.replaceWith(link);
        }),
    ),
  );
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

const reloaded = () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined)?.type === 'reload';
