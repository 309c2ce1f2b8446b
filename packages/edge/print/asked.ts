/** Copies that somebody at a counter has asked for: found in the tickets as they come, and each printed once. */
import {
  instantText,
  localeFor,
  type PrintJobRow,
  rowFromSql,
  siteTable,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { countAhead } from '../issue/ahead.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { aboutJob, insertJob, isStillPaid, lastPaperOf, PRINT_PATIENCE_MS } from './jobs.ts';

export interface AskedParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
}

/** Who asks at a counter waits so long for the paper. Later they have gone, and the totem prints nothing of it. */
export const ASKED_MS_MAX = 120_000;

/** A paper of the ticket that is on its way is waited for: it may be what was asked for. */
const ASKED =
  "SELECT t.* FROM ticket AS t WHERE t.tenant_id = ? AND t.reprint IS NOT NULL AND json_extract(t.reprint, '$.lane') = ? " +
  "AND json_extract(t.reprint, '$.at') > ? AND NOT EXISTS (SELECT 1 FROM print_job AS j WHERE j.tenant_id = t.tenant_id " +
  "AND (j.id = json_extract(t.reprint, '$.printJobId') OR (j.ticket_id = t.id AND j.state IN ('queued', 'sent'))))";

/**
 * Queues the copies that somebody at a counter has asked of this totem, each once: the ticket names the job that it is.
 * @returns how many.
 */
export function queueAsked({ store, ledger, clock, device }: AskedParts): number {
  const since = instantText(clock.env.now() - ASKED_MS_MAX);
  const asked = (db: ReadHandle): TicketRow[] =>
    db.all(ASKED, device.tenantId, device.lane, since).map((raw) => rowFromSql(ticketTable, raw));
  if (store.read(asked).length === 0) return 0;
  return ledger.commit(({ db, append }) => {
    const rows = asked(db).map((ticket) => askedJob(db, clock, device, ticket));
    append(rows.map((row) => aboutJob(row, 'PRINT_REPEATED', { asked: 'counter' })));
    return rows.length;
  });
}

function askedJob(db: WriteHandle, clock: Clock, device: Device, ticket: TicketRow): PrintJobRow {
  const { reprint } = ticket;
  if (reprint === null) throw new Error('a copy was asked for and is not there');
  const last = lastPaperOf(db, device, ticket.id);
  const now = clock.env.now();
  const at = instantText(now);
  const row: PrintJobRow = {
    tenantId: ticket.tenantId,
    id: reprint.printJobId,
    createdAt: at,
    siteId: ticket.siteId,
    ticketId: ticket.id,
    state: 'queued',
    cause: null,
    copy: Math.max(reprint.copy, (last?.row.copy ?? 0) + 1),
    updatedAt: at,
  };
  const site = rowByKey(db, siteTable, device.tenantId, ticket.siteId);
  const isPaid = last !== undefined && isStillPaid(db, device, last);
  insertJob(db, row, {
    locale: last?.paper.locale ?? localeFor(site?.defaultLocale ?? ''),
    peopleAhead: ticket.state === 'waiting' ? countAhead(db, ticket, now) : 0,
    // Of what was given back, the paper says no more that it was paid.
    paymentSessionId: isPaid ? last.paper.paymentSessionId : null,
    expiresAt: instantText(now + PRINT_PATIENCE_MS),
  });
  return row;
}
