/**
 * At a site with a hub the hub expires tickets, as it calls them: by the same rule as the cloud, over its own database. What a
 * clock that is not believed says about time expires nothing.
 */
import {
  columnNames,
  expiryEntry,
  expiryOf,
  instantText,
  rowFromSql,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ReadHandle } from '../store/connection.ts';
import type { Store } from '../store/store.ts';
import { type HubRole, hubRole } from './role.ts';

export const EXPIRE_EVERY_MS = 60_000;
/** Tickets that expire in one transaction, oldest first; the others are due a minute later. */
const BATCH_ROWS = 200;

// Whether one that must be paid is being paid is not known here: the cloud hears of every payment.
const WAITING = `SELECT ${columnNames(ticketTable).join(', ')} FROM ticket
  WHERE site_id = ? AND state = 'waiting' ORDER BY issued_at, id`;
/** Whether this totem issued it by a clock that was not believed: its day says nothing then. */
const DOUBTED = `SELECT 1 AS doubted FROM audit_log
  WHERE entity = 'ticket' AND entity_id = ? AND action IN ('TICKET_CREATE', 'RECOVERED') AND clock_suspect = 1`;

interface ExpireParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
}

/** Expires what nobody will call any more. @returns how many; none where this totem is not the hub. @throws ProblemError `storage_fault` */
export function expireAtHub({ store, ledger, clock, device }: ExpireParts): number {
  if (clock.suspect()) return 0;
  const nowMs = clock.env.now();
  // Looked for first without writing: most minutes there is nothing to do.
  if (store.read((db) => dueOf(db, nowMs, hubRole(db, device))).length === 0) return 0;
  return ledger.commit((tx) => {
    const role = hubRole(tx.db, device);
    const due = dueOf(tx.db, nowMs, role).slice(0, BATCH_ROWS);
    const drafts = due.map((ticket) => {
      const entry = expiryEntry(ticket, 'closed');
      return { ...entry, data: { ...entry.data, hubTerm: role?.term ?? 0 } };
    });
    if (drafts.length > 0) tx.append(drafts);
    return drafts.length;
  });
}

function dueOf(db: ReadHandle, nowMs: number, role: HubRole | undefined): TicketRow[] {
  if (role === undefined) return [];
  const { site } = role;
  return db
    .all(WAITING, site.id)
    .map((raw) => rowFromSql(ticketTable, raw))
    .filter((ticket) => {
      const isDueAt = (receivedAt: string | undefined) =>
        expiryOf(nowMs, site, { ticket, receivedAt, isBeingPaid: false }) !== undefined;
      // A doubted one goes by today, as if it had just come.
      return isDueAt(undefined) && (db.one(DOUBTED, ticket.id) === undefined || isDueAt(instantText(nowMs)));
    });
}
