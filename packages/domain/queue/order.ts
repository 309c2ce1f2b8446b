/**
 * The order of a queue at one instant: a policy, and what it is applied to. All policies come down to one standing, compared
 * in one way, so that each is a total order; the SQL of cloud and hub says the same of each part.
 */
import { epochMsOf } from '../env.ts';
import type { TicketRow } from '../rows/tables.ts';
import { POLICY_VERSIONS, type PolicyName, type QueuePolicy, STRICT_POLICY } from './policy.ts';
import { isPreferentialTurn } from './ratio.ts';

/** A policy and its inputs. It is kept with each call, so that anyone can replay the choice. */
export interface QueueOrder {
  readonly policy: QueuePolicy;
  /** When it is asked, in milliseconds since 1970. */
  readonly now: number;
  /** For `ratio`: the last first calls, the latest first: whether each was of somebody with priority. */
  readonly recent: readonly boolean[];
  /** For `aging`: what each priority class weighs, by its id. A class without one weighs 1. */
  readonly weights: Readonly<Record<string, number>>;
}

/** The orders of a site: its own, and those of services that have theirs. */
export interface QueueBook {
  readonly site: QueueOrder;
  readonly services: Readonly<Record<string, QueueOrder>>;
}

export const STRICT_ORDER: QueueOrder = { policy: STRICT_POLICY, now: 0, recent: [], weights: {} };
export const STRICT_BOOK: QueueBook = { site: STRICT_ORDER, services: {} };

/** The part of a ticket that decides its place. */
export type RankedTicket = Pick<
  TicketRow,
  'id' | 'priority' | 'priorityClassId' | 'waitingSince' | 'appointmentAt'
>;

/** Where a ticket stands: the higher band first, then the higher score, the earlier arrival, the lower id. */
export interface Standing {
  readonly band: number;
  readonly score: number;
  readonly arrival: string;
  readonly id: string;
  /** The tier as the order counts it: with a booked time in its window, at least the window's. */
  readonly tier: number;
  readonly weight: number;
}

const MINUTE_MS = 60_000;
/** Instants in one fixed form compare as text; this sorts after every digit: who has no arrival comes last. */
const NO_ARRIVAL = '~';

export function standingOf(ticket: RankedTicket, order: QueueOrder): Standing {
  const { policy, now } = order;
  const window = isInWindow(ticket, order) ? policy.appointments : null;
  const arrival = (window === null ? ticket.waitingSince : ticket.appointmentAt) ?? NO_ARRIVAL;
  const tier = Math.max(ticket.priority, window?.tier ?? 0);
  const weight = Math.max(1, order.weights[ticket.priorityClassId] ?? 1, window?.weight ?? 1);
  const base = { arrival, id: ticket.id, tier, weight };
  switch (policy.name) {
    case 'strict':
      return { ...base, band: tier, score: 0 };
    case 'arrival':
      return { ...base, band: window?.tier ?? 0, score: 0 };
    case 'ratio':
      return { ...base, band: tier > 0 === isPreferentialTurn(policy, order.recent) ? 1 : 0, score: tier };
    case 'aging': {
      const waitedMs = arrival === NO_ARRIVAL ? 0 : Math.max(0, now - epochMsOf(arrival));
      return { ...base, band: 0, score: waitedMs * weight };
    }
    default:
      return policy satisfies never;
  }
}

/** Whether a booked time is near enough for its ticket to rank by it. */
export function isInWindow({ appointmentAt }: RankedTicket, { policy, now }: QueueOrder): boolean {
  if (policy.appointments === null || appointmentAt === null) return false;
  const late = now - epochMsOf(appointmentAt);
  const { beforeMinutes, afterMinutes } = policy.appointments;
  return late >= -beforeMinutes * MINUTE_MS && late <= afterMinutes * MINUTE_MS;
}

/** Negative when `a` comes first; 0 only for one and the same ticket. */
export function compareStandings(a: Standing, b: Standing): number {
  if (a.band !== b.band) return b.band - a.band;
  if (a.score !== b.score) return b.score - a.score;
  if (a.arrival !== b.arrival) return a.arrival < b.arrival ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** The total order of a policy: negative when `a` comes first. */
export function compareQueued(a: RankedTicket, b: RankedTicket, order: QueueOrder = STRICT_ORDER): number {
  return compareStandings(standingOf(a, order), standingOf(b, order));
}

/** The order that a ticket is in: its service's own, or the site's. */
export function orderFor({ serviceId }: Pick<TicketRow, 'serviceId'>, book: QueueBook): QueueOrder {
  return book.services[serviceId] ?? book.site;
}

/** What decided about one ticket, as it is kept with a call and shown to people. */
export interface RankInputs {
  readonly tier: number;
  readonly waitedSeconds: number;
  /** Under `aging`. */
  readonly weight?: number;
  /** The booked time by which it ranked. */
  readonly appointmentAt?: string;
}

export function rankInputs(ticket: RankedTicket, order: QueueOrder): RankInputs {
  const { tier, weight } = standingOf(ticket, order);
  const waitedMs = ticket.waitingSince === null ? 0 : order.now - epochMsOf(ticket.waitingSince);
  return {
    tier,
    waitedSeconds: Math.max(0, Math.floor(waitedMs / 1_000)),
    ...(order.policy.name === 'aging' ? { weight } : {}),
    ...(isInWindow(ticket, order) && ticket.appointmentAt !== null
      ? { appointmentAt: ticket.appointmentAt }
      : {}),
  };
}

/** The name and version of an order's policy. */
export function policyOf({ policy }: QueueOrder): { readonly name: PolicyName; readonly version: number } {
  return { name: policy.name, version: POLICY_VERSIONS[policy.name] };
}
