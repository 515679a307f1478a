// What the public interface answers, as far as the pages read it.
export type Status = 'waiting' | 'called' | 'serving' | 'served' | 'cancelled' | 'no_show' | 'parked' | 'transferred' | 'expired';

export interface Ticket {
  id: string;
  ticketNumber: string;
  queueId: string;
  queueName?: string | null;
  userId?: string | null;
  customerName?: string | null;
  phone?: string | null;
  email?: string | null;
  notes?: string | null;
  status: Status;
  priority: number;
  /** The time of the appointment that it was made for. */
  appointmentAt?: string | null;
  counter?: string | null;
  position?: number | null;
  estimatedWaitTime?: number | null;
  estimatedWaitLow?: number | null;
  estimatedWaitHigh?: number | null;
  createdAt: string;
  calledAt?: string | null;
  servingAt?: string | null;
  closedAt?: string | null;
  recalls: number;
  transferredFrom?: string | null;
  transferredTo?: string | null;
  version: number;
  trackingToken?: string;
}

/** A ticket in a line as anyone may see it. */
export interface LineTicket {
  ticketNumber: string;
  queueId: string;
  status: Status;
  position?: number | null;
  counter?: string | null;
  calledAt?: string | null;
  recalls: number;
}

export interface Statistics {
  waiting: number;
  called: number;
  serving: number;
  servedToday: number;
  cancelledToday: number;
  noShowToday: number;
  averageWaitTime: number;
  averageServiceTime: number;
  longestWaitTime: number;
  estimatedWaitTime: number | null;
  openCounters: number;
}

export interface OpeningHours {
  day: string;
  opens: string;
  closes: string;
}

/** Two times, or two dates. */
export interface Closure {
  from: string;
  to: string;
  reason?: string | null;
}

/** How a queue takes appointments. Durations are seconds, the horizon is days. */
export interface Booking {
  slotLength: number;
  places: number;
  hours?: OpeningHours[] | null;
  earliest: number;
  latest: number;
  horizon: number;
  early: number;
  late: number;
  inARow: number;
}

/** Times that can be booked. */
export interface Slots {
  timeZone: string;
  items: Slot[];
}

export interface Slot {
  start: string;
  end: string;
  left: number;
}

export interface Appointment {
  id: string;
  branchId: string;
  queueId: string;
  start: string;
  end: string;
  timeZone: string;
  customerName: string | null;
  phone: string | null;
  email: string | null;
  notes: string | null;
  status: 'booked' | 'arrived' | 'served' | 'no_show' | 'cancelled' | 'held';
  /** Where nobody has confirmed it. */
  heldUntil?: string;
  /** Seconds that its line is behind, as its holder was told last. */
  behind: number;
  ticketId: string | null;
  arrivedAt: string | null;
  /** While it is booked. */
  arriveFrom: string | null;
  arriveUntil: string | null;
  /** Hours were changed, and its time is none of its queue's any more. */
  outsideHours: boolean;
  version: number;
  /** Both are told once, to who booked it. */
  token?: string;
  code?: string;
}

/** A link by which calendar programs follow appointments. */
export interface Feed {
  id: string;
  branchId: string;
  queueId: string | null;
  createdBy: string;
  createdAt: string;
  /** A day, UTC. */
  lastUsedOn: string | null;
  /** Told once, to who made it. */
  link?: string;
}

export interface Queue {
  id: string;
  branchId: string;
  name: string;
  description?: string | null;
  isActive: boolean;
  prefix: string;
  maxActiveTickets: number;
  averageServiceTime: number;
  slaWaitTime: number;
  noShowAfter?: number | null;
  maxRecalls: number;
  rejoinGrace: number;
  expireAfterClosing?: number | null;
  priorityHeadStart?: number | null;
  numberReset: 'daily' | 'never';
  timeZone: string;
  openingHours?: OpeningHours[] | null;
  closures?: Closure[] | null;
  /** Which of `timeZone`, `openingHours` and `closures` are not its branch's. */
  own: string[];
  openNow: boolean;
  opensAt?: string | null;
  closesAt?: string | null;
  closedReason?: string | null;
  booking?: Booking | null;
  counters: { id: string | null; name: string }[];
  currentNumber?: number | null;
  currentTicketNumber?: string | null;
  statistics: Statistics;
  announcement?: { message: string; at: string } | null;
  version: number;
}

/** A desk. Without queues it serves any of its branch. */
export interface Counter {
  id: string;
  branchId: string;
  name: string;
  queues: { queueId: string; rank: number }[];
  rule: 'oldest' | 'ranked';
  state: 'closed' | 'open' | 'break';
  breakReason: string | null;
  operatorId: string | null;
  since: string;
  ticketId: string | null;
}

export interface Branch {
  id: string;
  name: string;
  address: string | null;
  timeZone: string;
  openingHours: OpeningHours[] | null;
  closures: Closure[];
  languages: string[];
  openNow: boolean;
  /** Only where one branch is read. */
  queues?: Queue[];
}

export interface QueueState {
  queueId: string;
  currentNumber?: number | null;
  currentTicketNumber?: string | null;
  statistics?: Statistics | null;
}

export interface Call {
  queueId: string;
  ticketId: string;
  ticketNumber: string;
  counter?: string | null;
  recall: boolean;
  calledAt?: string | null;
  recalls: number;
}

export interface Announced {
  queueId: string;
  message: string | null;
}

export interface Eta {
  estimatedWaitTime: number | null;
  low: number | null;
  high: number | null;
  confidence: string;
  ahead: number;
}

export interface User {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  phone?: string | null;
  role: 'user' | 'operator' | 'admin';
  /** Where the role holds; `null`: everywhere. */
  branchIds?: string[] | null;
  disabled: boolean;
  version: number;
}

/** Where one is signed in. */
export interface SessionPlace {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  browser: string | null;
  system: string | null;
  current: boolean;
}

export interface Invitation {
  id: string;
  email: string;
  role: User['role'];
  createdAt: string;
  expiresAt: string;
}

export interface Message {
  id: string;
  type: string;
  template: string;
  subject: string;
  message: string;
  status: string;
  attempts: number;
  lastError?: string | null;
  createdAt: string;
}

export interface List<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Durations {
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  max: number | null;
}

/** What happened in a piece of time. */
export interface Bucket {
  from: string;
  created: number;
  called: number;
  served: number;
  waitP50: number | null;
  waitP90: number | null;
  promisedWait: number | null;
  actualWait: number | null;
}

/** What a counter, or somebody at one, did. */
export interface Work {
  name?: string;
  counterId?: string | null;
  userId?: string;
  open: number;
  busy: number;
  idle: number;
  break: number;
  services: number;
  averageServiceTime: number | null;
}

export interface Report {
  total: Figures;
  queues: Figures[];
}

export interface Figures {
  queueId?: string;
  counts: Record<'created' | 'called' | 'served' | 'cancelled' | 'noShow' | 'transferred' | 'expired' | 'waiting', number>;
  waitTime: Durations;
  serviceTime: Durations;
  serviceLevel: number | null;
  abandonment: number | null;
  noShowRate: number | null;
  estimates: { count: number; meanAbsoluteError: number | null; bias: number | null; coverage: number | null };
  timeZone: string;
  throughput: Bucket[];
  peakHours: { weekday: string; hour: number; created: number }[];
  counters: { counter: string; served: number; meanServiceTime: number | null }[];
  appointments: AppointmentFigures | null;
}

/** Where nobody booked there are none. */
export interface AppointmentFigures extends Record<
  'due' | 'expected' | 'arrived' | 'served' | 'noShow' | 'left' | 'missed' | 'cancelled',
  number
> {
  noShowRate: number | null;
  arrivals: { early: number; onTime: number; late: number; meanDelay: number | null };
  calledInTime: number | null;
  booked: WaitFigures;
  walkIns: WaitFigures;
}

export interface WaitFigures {
  called: number;
  waitTime: Durations;
  serviceLevel: number | null;
}
