import { lazily } from './lazy';
import { load, save } from './store';

type Catalogue = typeof import('../public/locales/en.json');
type StaffTexts = typeof import('../public/locales/staff/en.json');
export type Key = keyof Catalogue | keyof StaffTexts;

/** By BCP 47 tag. */
export type Language = string;

interface About {
  languages: { tag: Language; name: string; direction: string; trying: string; version: string }[];
  /** Where people reach this installation, if somebody said so. */
  publicUrl: string | null;
}

/** What the server says of itself in the document. */
const about = JSON.parse(document.getElementById('about')!.textContent!) as About;

export const publicUrl = about.publicUrl?.replace(/\/$/, '') ?? null;

/** Those there are, by tag, as their speakers call them. */
export const languages: Record<Language, string> = Object.fromEntries(about.languages.map(({ tag, name }) => [tag, name]));

const details = (of: Language) => about.languages.find(({ tag }) => tag === of)!;

let catalogue: Partial<Record<Key, string>> = {};
let withStaff = false;
let wanted = 0;
let language: Language = 'en';
let changed: () => void = () => undefined;

export const currentLanguage = () => language;
export const onLanguage = (listener: () => void) => (changed = listener);

/** Figures stay as they are on tickets and signs, also in Arabic. */
export const locale = () => {
  // The person's own region, where it is of this language: it decides between 14:30 and 2:30 PM.
  const regional = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
  return `${regional.split('-u-')[0]}-u-nu-latn`;
};

/** Of `de-AT`: `de-AT`, else `de`. */
function nearest(wished: string | null): Language | undefined {
  for (let tag = (wished ?? '').toLowerCase(); tag; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const found = about.languages.find((l) => l.tag.toLowerCase() === tag);
    if (found) return found.tag;
  }
  return undefined;
}

/** The first of those there is. */
const first = (wished: (string | null)[]): Language => wished.map(nearest).find((tag) => tag) ?? 'en';

const preferred = () => first([new URLSearchParams(location.search).get('lang'), load<string>('language'), ...navigator.languages]);

/**
 * Changes the language of the page, as soon as its texts are there.
 * @param waits told that they are waited for
 */
export async function setLanguage(wished: Language = preferred(), keep = false, waits?: () => void) {
  // A device may keep one that was taken away.
  const next = first([wished]);
  if (keep) save('language', next);
  const turn = ++wanted;
  // The first is that of the page also while it waits.
  if (turn === 1) apply(next);
  let complete: boolean;
  do {
    complete = withStaff;
    const found = await lazily(() => texts(next), waits);
    // Another may have been chosen meanwhile.
    if (turn !== wanted) return;
    catalogue = found;
  } while (complete !== withStaff);
  apply(next);
  changed();
}

/** Loads the texts of the pages that people who take a number never see too. */
export async function staffTexts() {
  withStaff = true;
  const now = language;
  const found = await texts(now);
  if (now === language) catalogue = found;
}

async function texts(of: Language) {
  const { version } = details(of);
  const read = async (part: string) => {
    const answer = await fetch(`/locales/${part}${of}.json?v=${version}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json() as Promise<Partial<Record<Key, string>>>;
  };
  const [always, more] = await Promise.all([read(''), withStaff ? read('staff/') : {}]);
  return { ...always, ...more };
}

function apply(next: Language) {
  language = next;
  document.documentElement.lang = next;
  document.documentElement.dir = details(next).direction;
}

/** That something is waited for, in the language of the page. */
export const waitingText = () => details(language).trying;

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
