import type { Queue } from '../../types';

/** What each part of the page is given. */
export interface SectionProps {
  queues: Queue[];
  admin: boolean;
  reload: () => Promise<void>;
}
