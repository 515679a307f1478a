import type { Branch, Queue } from '../../types';

/** What each part of the page is given: queues and branches are those that are one's own. */
export interface SectionProps {
  queues: Queue[];
  branches: Branch[];
  admin: boolean;
  reload: () => Promise<void>;
}
