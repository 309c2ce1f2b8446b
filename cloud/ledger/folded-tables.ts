/** The tables that are folded from the ledger, with their statements; every place that touches all of them goes through here. */
import {
  callTable,
  type FoldedEntity,
  type FoldedRows,
  isActive,
  operatorSessionTable,
  ticketTable,
} from '@totem/domain';
import { lockRows, rowsByIds, statementsOf, upsertRows } from '../db/rows.ts';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

export const TICKETS = statementsOf(ticketTable);
export const CALLS = statementsOf(callTable);
export const SESSIONS = statementsOf(operatorSessionTable);

/** Rows of one entity by id. */
export type RowMap<E extends FoldedEntity> = Map<string, FoldedRows[E]>;
/** Rows of every folded entity. */
export type AllRows = { readonly [E in FoldedEntity]: RowMap<E> };
/** Ids of every folded entity. */
export type AllIds = Readonly<Record<FoldedEntity, readonly string[]>>;

export function noRows(): AllRows {
  return { ticket: new Map(), call: new Map(), operator_session: new Map() };
}

/** Locks the rows that are there. Sessions come first, as in commands: everyone locks in one order. */
export async function lockAllRows(tx: WriteHandle, ids: AllIds): Promise<AllRows> {
  const operatorSession = await lockRows(tx, SESSIONS, ids.operator_session);
  const ticket = await lockRows(tx, TICKETS, ids.ticket);
  const call = await lockRows(tx, CALLS, ids.call);
  return { ticket, call, operator_session: operatorSession };
}

/** Reads the rows that are there. */
export async function readAllRows(tx: ReadHandle, ids: AllIds): Promise<AllRows> {
  const operatorSession = await rowsByIds(tx, SESSIONS, ids.operator_session);
  const ticket = await rowsByIds(tx, TICKETS, ids.ticket);
  const call = await rowsByIds(tx, CALLS, ids.call);
  return { ticket, call, operator_session: operatorSession };
}

const LET_GO: Statement = {
  name: 'tickets-let-go',
  text: 'UPDATE ticket SET operator_id = NULL WHERE tenant_id = $1 AND id = ANY($2::uuid[])',
};

/**
 * Writes rows. Within one statement a uniqueness is checked row by row, so those that give something up (a ticket out of
 * hand, a counter that was left) are written before those that take it; tickets that only change hands are let go first.
 * @param before the rows as they are in the database.
 */
export async function writeAllRows(tx: WriteHandle, rows: AllRows, before: AllRows): Promise<void> {
  const tickets = [...rows.ticket.values()];
  const handedOver = tickets.filter((row) => {
    const was = before.ticket.get(row.id);
    return (
      was !== undefined && isActive(was.state) && isActive(row.state) && was.operatorId !== row.operatorId
    );
  });
  if (handedOver.length > 0) await tx.run(LET_GO, [tx.tenantId, handedOver.map(({ id }) => id)]);
  await upsertRows(
    tx,
    SESSIONS,
    givingFirst([...rows.operator_session.values()], ({ until }) => until === null),
  );
  await upsertRows(
    tx,
    TICKETS,
    givingFirst(tickets, ({ state }) => isActive(state)),
  );
  await upsertRows(tx, CALLS, [...rows.call.values()]);
}

function givingFirst<R>(rows: readonly R[], takes: (row: R) => boolean): R[] {
  return [...rows.filter((row) => !takes(row)), ...rows.filter(takes)];
}
