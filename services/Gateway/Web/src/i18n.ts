import { lazily } from './lazy';
import { load, save } from './store';
import type { Catalogue } from './locales/en';
import type { StaffTexts } from './locales/staff/en';

export type Key = keyof Catalogue | keyof StaffTexts;

export const languages = { en: 'English', es: 'Español', de: 'Deutsch', ar: 'العربية' } as const;
export type Language = keyof typeof languages;

const loaders: Record<Language, () => Promise<Catalogue>> = {
  en: async () => (await import('./locales/en')).en,
  es: async () => (await import('./locales/es')).es,
  de: async () => (await import('./locales/de')).de,
  ar: async () => (await import('./locales/ar')).ar,
};

/** Said while not even the texts can be loaded. */
const waiting: Record<Language, string> = {
  en: 'No connection. Trying again …',
  es: 'Sin conexión. Intentando de nuevo …',
  de: 'Keine Verbindung. Es wird wieder versucht …',
  ar: 'لا يوجد اتصال. تجري المحاولة مرة أخرى …',
};

const staffLoaders: Record<Language, () => Promise<StaffTexts>> = {
  en: async () => (await import('./locales/staff/en')).staff,
  es: async () => (await import('./locales/staff/es')).staff,
  de: async () => (await import('./locales/staff/de')).staff,
  ar: async () => (await import('./locales/staff/ar')).staff,
};

let catalogue = {} as Catalogue & Partial<StaffTexts>;
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
  return language === 'ar' ? `${regional.split('-u-')[0]}-u-nu-latn` : regional;
};

const isLanguage = (tag: string): tag is Language => tag in languages;

function preferred(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  const wished = [asked, load<string>('language'), ...navigator.languages].map((tag) => (tag ?? '').slice(0, 2).toLowerCase());
  return wished.find(isLanguage) ?? 'en';
}

/**
 * Changes the language of the page, as soon as its texts are there.
 * @param waits told that they are waited for
 */
export async function setLanguage(next: Language = preferred(), keep = false, waits?: () => void) {
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
  const [always, more] = await Promise.all([loaders[of](), withStaff ? staffLoaders[of]() : {}]);
  return { ...always, ...more };
}

function apply(next: Language) {
  language = next;
  document.documentElement.lang = next;
  document.documentElement.dir = next === 'ar' ? 'rtl' : 'ltr';
}

/** That something is waited for, in the language of the page. */
export const waitingText = () => waiting[language];

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return catalogue[key]!.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
