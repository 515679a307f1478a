/** A part of an address as it was meant; as it is where the address was cut short. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Goes to another state of the same page: sets these of the address's parameters and takes off those that are `null`. */
export function choose(values: Record<string, string | null>, replace = false) {
  const wanted = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) wanted.delete(name);
    else wanted.set(name, value);
  }
  const query = wanted.toString();
  navigate(location.pathname + (query && `?${query}`) + location.hash, replace);
}

/** Goes to another page without loading the document again. */
export function navigate(to: string, replace = false) {
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}
