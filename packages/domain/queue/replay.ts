/**
 * A past day of a queue, told again from its ledger: whether each choice is the one that the rules make of what was known then,
 * and what another policy would have made of the same arrivals and the same calls.
 */
import { type CallCreateData, callCreateData } from '../call/data.ts';
import { epochMsOf } from '../env.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { apply } from '../ledger/fold.ts';
import type { TicketRow } from '../rows/tables.ts';
import type { CallingPlace } from './callable.ts';
import { afterCall, nextTicket } from './next-ticket.ts';
import type { QueueBook, QueueOrder } from './order.ts';
import { POLICY_VERSIONS, type PolicyName, type QueuePolicy, STRICT_POLICY } from './policy.ts';

/** A choice of the queue, and what the rules say of it. */
export interface ReplayedCall {
  readonly callId: string;
  readonly code: string;
  readonly calledAt: string;
  readonly policy: string;
  /** Undefined where it can't be made again: the policy of that version is not known here. */
  readonly isSame: boolean | undefined;
  /** Who the rules say was next; null for nobody. */
  readonly expected: string | null;
}

/**
 * Makes every choice of a day again. Calls by hand and calls again were no choices of the queue.
 * @param entries of tickets and calls of one site, in the order in which the place of command wrote them, from the first
 * ticket on that still waited.
 */
export function replayCalls(entries: Iterable<LedgerEntry>): ReplayedCall[] {
  const calls: ReplayedCall[] = [];
  eachChoice(entries, ({ entry, data, place, book, waiting }) => {
    const { policy, policyVersion } = data.why;
    if (POLICY_VERSIONS[policy as PolicyName] !== policyVersion) {
      calls.push({ ...said(entry, data), isSame: undefined, expected: null });
      return;
    }
    const { next, runnerUp, candidates } = nextTicket(waiting, place, book);
    const isSame =
      next?.id === data.ticketId &&
      (runnerUp?.id ?? null) === data.why.runnerUp &&
      candidates === data.why.candidates;
    calls.push({ ...said(entry, data), isSame, expected: next?.code ?? null });
  });
  return calls;
}

function said(entry: LedgerEntry, { code, why }: CallCreateData) {
  return { callId: entry.entityId, code, calledAt: entry.occurredAt, policy: why.policy };
}

/** How long those of one tier waited for their first call, in seconds. */
export interface TierWaits {
  readonly tier: number;
  readonly called: number;
  readonly p50Seconds: number;
  readonly p90Seconds: number;
  readonly maxSeconds: number;
}

/**
 * What waits would have been under one policy for all: the same people come, the same places call at the same times, and
 * whoever gave up is gone when they gave up.
 * @param policy without one, what they were.
 */
export function waitsUnder(
  entries: Iterable<LedgerEntry>,
  policy: QueuePolicy | undefined,
  weights: QueueOrder['weights'] = {},
): TierWaits[] {
  const served = new Set<string>();
  const waits = new Map<number, number[]>();
  const order: QueueOrder = { policy: policy ?? STRICT_POLICY, now: 0, recent: [], weights };
  let book: QueueBook = { site: order, services: {} };
  eachChoice(entries, ({ entry, data, place, waiting, arrived, ended }) => {
    const now = epochMsOf(entry.occurredAt);
    // Who is called in truth still waits here until it is their turn; who was called here is gone, whatever truth says.
    const left = arrived.filter(({ id }) => !served.has(id) && !ended.has(id));
    book = { ...book, site: { ...book.site, now } };
    const next =
      policy === undefined
        ? waiting.find(({ id }) => id === data.ticketId)
        : nextTicket(left, place, book).next;
    if (next === undefined || served.has(next.id)) return;
    served.add(next.id);
    book = afterCall(book, next);
    const waitedMs = now - epochMsOf(next.waitingSince ?? entry.occurredAt);
    waits.set(next.priority, [...(waits.get(next.priority) ?? []), waitedMs / 1_000]);
  });
  return [...waits].sort(([a], [b]) => b - a).map(([tier, seconds]) => summed(tier, seconds));
}

function summed(tier: number, seconds: readonly number[]): TierWaits {
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { tier, called: sorted.length, p50Seconds: at(0.5), p90Seconds: at(0.9), maxSeconds: at(1) };
}

interface Choice {
  readonly entry: LedgerEntry;
  readonly data: CallCreateData;
  readonly place: CallingPlace;
  readonly book: QueueBook;
  /** The tickets as they were just before. */
  readonly waiting: readonly TicketRow[];
  /** The tickets as they first waited, and those that nobody waits with any more without having been called. */
  readonly arrived: readonly TicketRow[];
  readonly ended: ReadonlySet<string>;
}

/** Folds entries into tickets and stops at each choice that the queue made. */
function eachChoice(entries: Iterable<LedgerEntry>, take: (choice: Choice) => void): void {
  const rows = new Map<string, TicketRow>();
  const arrived = new Map<string, TicketRow>();
  const ended = new Set<string>();
  let beforeCall: TicketRow | undefined;
  for (const entry of entries) {
    if (entry.entity === 'ticket') {
      const before = rows.get(entry.entityId);
      const { row } = apply('ticket', before, entry);
      if (row === undefined) continue;
      if (entry.action === 'TICKET_CALL') beforeCall = before;
      rows.set(row.id, row);
      if (row.state === 'waiting' && !arrived.has(row.id)) arrived.set(row.id, row);
      if (row.endedAt !== null && row.calledAt === null) ended.add(row.id);
      continue;
    }
    if (entry.action !== 'CALL_CREATE') continue;
    const { success, data } = callCreateData.safeParse(entry.data);
    if (!success || data.choice === undefined) continue;
    const now = new Map(rows);
    if (beforeCall?.id === data.ticketId) now.set(beforeCall.id, beforeCall);
    take({
      entry,
      data,
      place: { ...data.choice.place, operatorId: data.operatorId, counterId: data.counterId },
      // As it was written; a policy that is not known here is found by its version.
      book: data.choice.book as unknown as QueueBook,
      waiting: [...now.values()],
      arrived: [...arrived.values()],
      ended,
    });
  }
}
