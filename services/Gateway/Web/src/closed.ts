import { hourIn, dayIn, sameDayIn } from './format';
import { t } from './i18n';
import type { Queue } from './types';

/** It takes nobody, and neither its switch nor the clock says why. */
const isFull = (queue: Queue) => queue.isActive && !queue.openNow && !queue.opensAt && !queue.closedReason;

export const isClosed = (queue: Queue) => !queue.openNow && !isFull(queue);

/** Why a queue takes nobody now, and when it does again, as the queue tells it; nothing while it takes people. */
export function closedText(queue: Queue): string | null {
  if (queue.openNow) return null;
  if (isFull(queue)) return t('errorFull');
  return [opensText(queue), queue.closedReason && `(${queue.closedReason})`].filter(Boolean).join(' ');
}

function opensText({ opensAt, timeZone }: Queue): string {
  if (!opensAt) return t('errorClosed');
  const time = hourIn(timeZone, opensAt);
  return sameDayIn(timeZone, opensAt, Date.now()) ? t('closedToday', { time }) : t('closedUntil', { day: dayIn(timeZone, opensAt), time });
}
