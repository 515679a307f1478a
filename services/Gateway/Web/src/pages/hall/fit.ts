/** What is read from the other end of a hall is no smaller than this share of the screen's height. */
const SMALLEST = 1 / 25;
/** Among others a number is no larger than this, or it would take all the room. */
const LARGEST = 0.12;
const LARGEST_ALONE = 0.2;
/** Only where nothing else helps: a screen too small for what it must show. */
const LAST_RESORT = 8;
const MOST_COLUMNS = 3;
/** More columns are worth it for letters that are so much larger. */
const WORTH = 1.08;

/** What gives way to the calls, the least missed first: how much larger the last one is than the others, what stands beside them, the
 * space between them, and what was announced. */
const WAYS = [
  { side: 'on', said: 'on', tight: 'off', last: 1.8 },
  { side: 'on', said: 'on', tight: 'off', last: 1.3 },
  { side: 'off', said: 'on', tight: 'off', last: 1.8 },
  { side: 'off', said: 'on', tight: 'off', last: 1.3 },
  { side: 'off', said: 'on', tight: 'on', last: 1 },
  { side: 'off', said: 'off', tight: 'on', last: 1 },
];
/** Which names of queues are shown beside numbers, the best first. */
const NAMES = ['all', 'last', 'none'] as const;

const overflows = (box: Element) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;

const fitted = new WeakMap<HTMLElement, string>();

/**
 * Lays a screen out so that all its calls are seen whole, in the largest letters that leave room for the others: it tries columns,
 * leaves out names of queues, and at last what stands beside the calls.
 */
export function fit(screen: HTMLElement) {
  const boxes = paged(screen);
  const content = [innerWidth, innerHeight, document.dir, screen.textContent, ...boxes.map((b) => b.dataset.from)].join(' ');
  if (fitted.get(screen) === content) return;
  fitted.set(screen, content);
  screen.dataset.size = `${innerWidth}×${innerHeight}`;

  const calls = screen.querySelector<HTMLElement>('.display-calls')!;
  const done = WAYS.some(({ side, said, tight, last }) => {
    Object.assign(screen.dataset, { side, said, tight });
    delete screen.dataset.tall;
    boxes.forEach((box) => fill(screen, box));
    calls.style.setProperty('--last', `${last}`);
    return NAMES.some((names) => layOut(calls, names, SMALLEST * innerHeight));
  });
  if (!done) layOut(calls, 'none', LAST_RESORT);
}

/** Shows the next part of what has no room as a whole. */
export function turnPages(screen: HTMLElement) {
  for (const box of paged(screen)) {
    const next = Number(box.dataset.from ?? 0) + Number(box.dataset.shown ?? 0);
    box.dataset.from = `${next < Number(box.dataset.of) ? next : 0}`;
  }
  fit(screen);
}

const paged = (screen: HTMLElement) => [...screen.querySelectorAll<HTMLElement>('[data-pages]')];

function layOut(calls: HTMLElement, names: (typeof NAMES)[number], smallest: number): boolean {
  const rows = calls.querySelectorAll('.display-row');
  const least = Math.ceil(smallest);
  const most = Math.max(least, Math.floor(innerHeight * (rows.length === 1 ? LARGEST_ALONE : LARGEST)));
  const fits = (size: number) => {
    calls.style.setProperty('--size', `${size}px`);
    return !overflows(calls) && ![...rows].some(overflows);
  };
  calls.dataset.names = names;
  let best: { size: number; columns: number; last: string } | null = null;
  for (let columns = 1; columns <= Math.max(1, Math.min(MOST_COLUMNS, rows.length - 1)); columns++) {
    for (const last of ['line', 'stack']) {
      calls.dataset.last = last;
      calls.style.setProperty('--columns', `${columns}`);
      const size = largest(least, most, fits);
      if (size !== null && size > (best?.size ?? 0) * (best ? WORTH : 1)) best = { size, columns, last };
    }
  }
  if (!best) return false;
  calls.dataset.last = best.last;
  calls.style.setProperty('--columns', `${best.columns}`);
  calls.style.setProperty('--size', `${best.size}px`);
  return true;
}

const CHOICE_SMALLEST = 20;
/** Of the shorter side of the screen. */
const CHOICE_LARGEST = 0.06;
/** Descriptions give way to letters of this size, of the shorter side. */
const CHOICE_READABLE = 0.03;

/** Gives what a kiosk offers the largest letters in which all of it is seen; where there is too much, it scrolls. */
export function fitChoices(list: HTMLElement) {
  const buttons = [...list.querySelectorAll('button')];
  const short = Math.min(innerWidth, innerHeight);
  const fits = (size: number) => {
    list.style.setProperty('--size', `${size}px`);
    return !overflows(list) && !buttons.some(overflows);
  };
  const most = Math.max(CHOICE_SMALLEST, Math.floor(short * CHOICE_LARGEST));
  list.dataset.about = 'on';
  if (largest(Math.min(most, Math.max(CHOICE_SMALLEST, Math.floor(short * CHOICE_READABLE))), most, fits) !== null) return;
  list.dataset.about = 'off';
  if (largest(CHOICE_SMALLEST, most, fits) !== null) return;
  list.style.setProperty('--size', `${CHOICE_SMALLEST}px`);
}

function largest(least: number, most: number, fits: (size: number) => boolean): number | null {
  if (!fits(least)) return null;
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  fits(low);
  return low;
}

/** Shows as much of a box from where it stands as there is room for, and something in any case. */
function fill(screen: HTMLElement, box: HTMLElement) {
  const join = box.querySelector<HTMLElement>('.display-join');
  const parts = ([...box.children] as HTMLElement[]).filter((part) => part !== join);
  box.style.removeProperty('--size');
  if (join) join.hidden = false;
  let shown = show();
  if (shown === null && join) {
    // There is no room for it beside a long name, so its turn comes after them all.
    parts.push(join);
    shown = show();
  }
  if (shown === null && join) {
    screen.dataset.tall = '';
    shown = show();
  }
  if (shown === null && parts.length > 0) {
    const size = largest(LAST_RESORT, Math.ceil(SMALLEST * innerHeight), (n) => {
      box.style.setProperty('--size', `${n}px`);
      return !overflows(box);
    });
    if (size !== null) box.style.setProperty('--size', `${size}px`);
  }
  box.dataset.shown = `${shown ?? 1}`;
  box.dataset.of = `${parts.length}`;

  function show(): number | null {
    const from = Number(box.dataset.from ?? 0) < parts.length ? Number(box.dataset.from ?? 0) : 0;
    box.dataset.from = `${from}`;
    return largest(1, parts.length - from, (count) => {
      parts.forEach((part, i) => (part.hidden = i < from || i >= from + count));
      return !overflows(box);
    });
  }
}
