import { locale, t } from './i18n';

// Arabic abbreviates minutes to a single letter, which few read at once.
const minute = (n: number) =>
  new Intl.NumberFormat(locale(), { style: 'unit', unit: 'minute', unitDisplay: locale().startsWith('ar') ? 'long' : 'short' }).format(n);

export const number = (n: number) => new Intl.NumberFormat(locale()).format(n);
export const percent = (share: number | null | undefined) =>
  share == null ? '–' : new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(share);

/** A wait as people say it. Of a closed queue there is none. */
export function wait(seconds: number | null): string {
  if (seconds == null) return t('closed');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t('underMinute');
  if (minutes < 120) return minute(minutes);
  const hours = new Intl.NumberFormat(locale(), { style: 'unit', unit: 'hour', unitDisplay: 'short' }).format(Math.floor(minutes / 60));
  return minutes % 60 ? `${hours} ${minute(minutes % 60)}` : hours;
}

export function range(low: number, high: number): string {
  const from = Math.floor(low / 60);
  const to = Math.max(from + 1, Math.ceil(high / 60));
  // Joined, so that no line ends within it.
  return `${number(from)}\u2060–\u2060${minute(to)}`;
}

/** For tables. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return '–';
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
}

/** For differences. */
export const signedDuration = (seconds: number | null) =>
  seconds == null ? '–' : (Math.round(seconds) < 0 ? '−' : '+') + duration(Math.abs(seconds));

export const time = (at: string | number | Date) =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
export const moment = (at: string) => new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
export const day = (at: string | Date) =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(at));
export const since = (at: string | null | undefined) => (at ? (Date.now() - Date.parse(at)) / 1000 : 0);

/** A time zone as far as the browser knows it; else its own. */
export function known(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const hourIn = (timeZone: string, at: string | number) =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', timeZone: known(timeZone) }).format(new Date(at));

export const dateTimeIn = (timeZone: string, at: string) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeStyle: 'short', timeZone: known(timeZone) }).format(new Date(at));

/** The weekday, with its date unless it is the next of that name. */
export const dayIn = (timeZone: string, at: string) =>
  new Intl.DateTimeFormat(locale(), {
    weekday: 'long',
    ...(Date.parse(at) - Date.now() > WEEK_MS && { day: 'numeric', month: 'long' }),
    timeZone: known(timeZone),
  }).format(new Date(at));

/** The weekday with its date. */
export const dateIn = (timeZone: string, at: string) =>
  new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: known(timeZone) }).format(new Date(at));

/** The date as addresses have it, 2026-03-29. */
export const isoDayIn = (timeZone: string, at: string | number) =>
  new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: known(timeZone) }).format(new Date(at));

/** The clock that a time zone goes by at a time, as people call it. */
export const zoneNameIn = (timeZone: string, at: string, style: 'long' | 'shortOffset' = 'long') =>
  new Intl.DateTimeFormat(locale(), { timeZoneName: style, timeZone: known(timeZone) })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')!.value;

export function sameDayIn(timeZone: string, one: string | number, other: string | number): boolean {
  const date = new Intl.DateTimeFormat('en', { dateStyle: 'short', timeZone: known(timeZone) });
  return date.format(new Date(one)) === date.format(new Date(other));
}

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Names of the days from Monday on; 1 January 2024 was one. */
export const weekdays = () =>
  WEEK.map((name, i) => ({
    name,
    label: new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + i)),
  }));
