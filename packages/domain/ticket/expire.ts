/**
 * The system's own hand: tickets that nobody will call or pay any more. Only the place of command expires, and a ticket that
 * was called is never among them (I-TKT-3).
 */
import { epochMsOf } from '../env.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { SiteRow, TicketRow } from '../rows/tables.ts';
import { queueRulesOf } from '../site/queue-rules.ts';
import { businessDay, closingOf } from '../time/business-day.ts';
import type { ExpiryCause } from './data.ts';
import { COMMANDS } from './machine.ts';

const MINUTE_MS = 60_000;

/** A ticket as it is asked whether it has expired. */
export interface Expiring {
  readonly ticket: Pick<TicketRow, 'id' | 'siteId' | 'state' | 'businessDay' | 'issuedAt' | 'stageSince'>;
  /** When the creation reached this place, if the clock that wrote it was not believed: its own times say nothing then. */
  readonly receivedAt: string | undefined;
  /** Whether money may be on its way: while anything about it is open, a ticket does not expire. */
  readonly isBeingPaid: boolean;
}

/** Why a ticket has expired by now; nothing when it has not. */
export function expiryOf(
  nowMs: number,
  site: SiteRow,
  { ticket, receivedAt, isBeingPaid }: Expiring,
): ExpiryCause | undefined {
  if (!('to' in COMMANDS.TICKET_EXPIRE[ticket.state]) || isBeingPaid) return undefined;
  const rules = queueRulesOf(site);
  const day = receivedAt === undefined ? ticket.businessDay : businessDay(epochMsOf(receivedAt), site);
  const closedMs = closingOf(site.openingHours, day, site) + rules.closingMinutes * MINUTE_MS;
  if (ticket.state === 'created') {
    const since = epochMsOf(receivedAt ?? laterOf(ticket.issuedAt, ticket.stageSince));
    if (nowMs >= since + rules.unpaidMinutesMax * MINUTE_MS) return 'unpaid';
  }
  return nowMs >= closedMs ? 'closed' : undefined;
}

/** The entry of an expiry; the system has no user. */
export function expiryEntry(ticket: Pick<TicketRow, 'id' | 'siteId'>, cause: ExpiryCause): EntryDraft {
  return {
    siteId: ticket.siteId,
    userId: null,
    action: 'TICKET_EXPIRE',
    entity: 'ticket',
    entityId: ticket.id,
    data: { cause },
  };
}

function laterOf(a: string, b: string): string {
  return a < b ? b : a;
}
