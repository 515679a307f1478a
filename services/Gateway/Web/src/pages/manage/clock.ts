/** A moment on a clock, as an input for a time takes it. */
export function onClock(zone: string, at: number): string {
  const part = Object.fromEntries(
    new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
      .formatToParts(at)
      .map((p) => [p.type, p.value]),
  );
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** The moment at which a clock shows a time: guessed by another clock, then put right by how far that is off, twice for the change of the clock. */
export function momentOf(zone: string, time: string): string {
  const wanted = Date.parse(`${time}Z`);
  let at = wanted;
  for (let i = 0; i < 2; i++) at += wanted - Date.parse(`${onClock(zone, at)}Z`);
  return new Date(at).toISOString();
}

/** Half a name stands there while one types. */
export function known(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
