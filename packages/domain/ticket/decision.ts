/** What the strict side answers: entries to write, or why not. */
import type { ErrorCode } from '../errors/catalogue.ts';
import { type ErrorParams, type Refusal, refusal } from '../errors/problem.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { JsonObject } from '../rows/column.ts';
import type { TicketRow } from '../rows/tables.ts';

/** Entries to write, or the refusal. */
export type Decision =
  | { readonly ok: true; readonly drafts: readonly EntryDraft[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** The rules say no. */
export function no(code: ErrorCode, params?: ErrorParams): Decision {
  return { ok: false, refusal: refusal(code, params) };
}

/** Writes the entry of the action that is being decided, with its data. */
export type Draft = (data: JsonObject) => EntryDraft;

/** A ticket in someone else's hand is theirs. */
export function heldByOther(row: TicketRow, userId: string): Decision | undefined {
  return row.operatorId !== null && row.operatorId !== userId
    ? no('ticket_taken', { code: row.code })
    : undefined;
}
