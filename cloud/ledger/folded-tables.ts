/** The tables that are folded from the ledger, with their statements; every place that touches all of them goes through here. */
import {
  callTable,
  type FoldedEntity,
  type FoldedRows,
  isActive,
  operatorSessionTable,
  paymentSessionTable,
  paymentTransactionTable,
  type RowOf,
  type Table,
  ticketTable,
} from '@totem/domain';
import {
  followedStatementsOf,
  lockRows,
  rowsByIds,
  statementsOf,
  type TableStatements,
  upsertCaptured,
  upsertRows,
} from '../db/rows.ts';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

export const TICKETS = followedStatementsOf(ticketTable);
export const CALLS = followedStatementsOf(callTable);
export const SESSIONS = followedStatementsOf(operatorSessionTable);
export const PAYMENTS = statementsOf(paymentSessionTable);
export const EXCHANGES = statementsOf(paymentTransactionTable);

/** Rows of one entity by id. */
export type RowMap<E extends FoldedEntity> = Map<string, FoldedRows[E]>;
/** Rows of every folded entity. */
export type AllRows = { readonly [E in FoldedEntity]: RowMap<E> };
/** Ids of every folded entity. */
export type AllIds = Readonly<Record<FoldedEntity, readonly string[]>>;

export function noRows(): AllRows {
  return {
    ticket: new Map(),
    call: new Map(),
    operator_session: new Map(),
    payment_session: new Map(),
    payment_transaction: new Map(),
  };
}

type FindRows = <T extends Table>(
  statements: TableStatements<T>,
  ids: readonly string[],
) => Promise<Map<string, RowOf<T>>>;

/** Asked for in one order by everyone, sessions first, as in commands: so that locks are taken in one order. */
async function rowsOfAll(ids: AllIds, find: FindRows): Promise<AllRows> {
  const [operatorSession, ticket, call, payments, exchanges] = await Promise.all([
    find(SESSIONS, ids.operator_session),
    find(TICKETS, ids.ticket),
    find(CALLS, ids.call),
    find(PAYMENTS, ids.payment_session),
    find(EXCHANGES, ids.payment_transaction),
  ]);
  return {
    ticket,
    call,
    operator_session: operatorSession,
    payment_session: payments,
    payment_transaction: exchanges,
  };
}

/** Locks the rows that are there. */
export function lockAllRows(tx: WriteHandle, ids: AllIds): Promise<AllRows> {
  return rowsOfAll(ids, (statements, some) => lockRows(tx, statements, some));
}

/** Reads the rows that are there. */
export function readAllRows(tx: ReadHandle, ids: AllIds): Promise<AllRows> {
  return rowsOfAll(ids, (statements, some) => rowsByIds(tx, statements, some));
}

const LET_GO: Statement = {
  name: 'tickets-let-go',
  text: 'UPDATE ticket SET operator_id = NULL WHERE tenant_id = $1 AND id = ANY($2::uuid[])',
};

/**
 * Sends rows to be written; what changed is captured row by row at the commit. Within one statement a uniqueness is checked row by row, so
 * those that give something up (a ticket out of hand, a counter that was left, a row that has come into a conflict) are
 * written before those that take it; tickets that only change hands are let go first.
 * @param before the rows as they are in the database.
 */
export function writeAllRows(tx: WriteHandle, rows: AllRows, before: AllRows): void {
  const changingHands = handedOver(rows, before);
  if (changingHands.length > 0) tx.send(LET_GO, [tx.tenantId, changingHands]);
  const { sessions, tickets, calls } = inOrder(rows);
  upsertRows(tx, SESSIONS, sessions);
  upsertRows(tx, TICKETS, tickets);
  upsertRows(tx, CALLS, calls);
  writePayments(tx, rows);
}

/** Payments are followed by nobody yet, so there is nothing to capture. What gives its place up goes first. */
function writePayments(tx: WriteHandle, rows: AllRows): void {
  const takes = ({ status, conflict }: FoldedRows['payment_session']): boolean =>
    status === 'paid' && conflict === null;
  upsertRows(tx, PAYMENTS, givingFirst([...rows.payment_session.values()], takes));
  upsertRows(tx, EXCHANGES, [...rows.payment_transaction.values()]);
}

/**
 * Writes the rows of a batch, and what changed, set by set. Tickets that change hands are written twice, of which readers
 * must not be told: then it is left to the capture at the commit.
 * @param after the number of the newest change; the tenant's lock is held.
 * @returns how many changes were numbered here.
 */
export async function writeRowsInSets(
  tx: WriteHandle,
  rows: AllRows,
  before: AllRows,
  after: number,
): Promise<number> {
  if (handedOver(rows, before).length > 0) {
    writeAllRows(tx, rows, before);
    return 0;
  }
  writePayments(tx, rows);
  const { sessions, tickets, calls } = inOrder(rows);
  let changes = await upsertCaptured(tx, SESSIONS, sessions, after);
  changes += await upsertCaptured(tx, TICKETS, tickets, after + changes);
  return changes + (await upsertCaptured(tx, CALLS, calls, after + changes));
}

function handedOver(rows: AllRows, before: AllRows): string[] {
  const changesHands = (row: FoldedRows['ticket']): boolean => {
    const was = before.ticket.get(row.id);
    return (
      was !== undefined && isActive(was.state) && isActive(row.state) && was.operatorId !== row.operatorId
    );
  };
  return [...rows.ticket.values()].filter(changesHands).map(({ id }) => id);
}

function inOrder(rows: AllRows) {
  return {
    sessions: givingFirst(
      [...rows.operator_session.values()],
      ({ until, conflict }) => until === null && conflict === null,
    ),
    tickets: givingFirst(
      [...rows.ticket.values()],
      ({ state, conflict }) => isActive(state) && conflict === null,
    ),
    calls: [...rows.call.values()],
  };
}

function givingFirst<R>(rows: readonly R[], takes: (row: R) => boolean): R[] {
  return [...rows.filter((row) => !takes(row)), ...rows.filter(takes)];
}
