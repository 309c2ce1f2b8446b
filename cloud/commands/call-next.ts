/**
 * `ticket.call_next`: the first of those who may be called from this place. The choice is made under the tenant's lock, so
 * calls are in the order of their numbers.
 */
import {
  type CallingPlace,
  type CallWhy,
  type CommandOf,
  type Decision,
  decideTicket,
  firstOf,
  isCallable,
  type QueueBook,
  refusal,
  rowFromSql,
  type SiteId,
  type TicketRow,
  ticketTable,
  whyOf,
} from '@totem/domain';
import { type ReadHandle, RetryTransaction, type WriteHandle } from '../db/with-tenant.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows } from '../ledger/folded-tables.ts';
import { answerWith } from './answer.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, deskOf, placeOf } from './context.ts';
import { bookRules } from './queue-book.ts';
import {
  COUNT_CALLABLE,
  callableFrom,
  headAfter,
  headOfLine,
  linesOf,
  type Question,
} from './queue-order.ts';
import { actContext } from './ticket.ts';

export async function callNext(run: CommandRun<'ticket.call_next'>): Promise<CommandResult> {
  const { tx, env, command } = run;
  const desk = await deskOf(run);
  const { site, counter, session, inHand } = desk;
  if (session === undefined || counter === undefined || site === undefined)
    return { ok: false, refusal: refusal('no_counter') };
  // Said before anybody is chosen: `decideTicket` says the same of whoever would be.
  if (session.pausedReason !== null) return { ok: false, refusal: refusal('operator_paused') };
  if (inHand[0] !== undefined)
    return { ok: false, refusal: refusal('operator_busy', { code: inHand[0].code }) };
  const [place, rules] = await Promise.all([placeOf(run, counter), bookRules(tx, site)]);
  const locked = noRows();
  const decide = async (): Promise<Decision> => {
    const book = await rules.at(env.now());
    const row = await takeNext(tx, site.id, place, book);
    if (row === undefined) return { ok: false, refusal: refusal('queue_empty') };
    locked.ticket.set(row.id, row);
    const call: CommandOf<'ticket.call'> = { type: 'ticket.call', id: command.id, ticketId: row.id };
    const [context, why] = await Promise.all([
      actContext({ ...run, command: call }, desk, site, row, place),
      whyNext(tx, site.id, place, book, row),
    ]);
    const { serviceIds, priorityFrom } = place;
    return decideTicket(env, row, call, {
      ...context,
      why,
      choice: { place: { serviceIds, priorityFrom }, book },
    });
  };
  const committed = await commitEntries(tx, env, { commandId: command.id, locked, decide });
  return answerWith(command.id, committed);
}

/** The next ticket from a place, locked, as are the heads of the lines that it was chosen from. Must run under the tenant's lock. */
export async function takeNext(
  tx: WriteHandle,
  siteId: SiteId,
  place: CallingPlace,
  book: QueueBook,
): Promise<TicketRow | undefined> {
  const heads = await asked(
    tx,
    linesOf(book, place).map((line) => headOfLine(tx.tenantId, siteId, place, line)),
  );
  const row = firstOf(heads, book);
  // PostgreSQL looks at the row again when it has the lock; if it were not so, nobody's place may be lost over it.
  if (row !== undefined && !isCallable(row, place)) throw new RetryTransaction('the queue moved');
  return row;
}

/** Why it was this one: what decided, and who was next after it. */
export async function whyNext(
  tx: ReadHandle,
  siteId: SiteId,
  place: CallingPlace,
  book: QueueBook,
  row: TicketRow,
): Promise<CallWhy> {
  const lines = linesOf(book, place);
  const [heads, counted] = await Promise.all([
    asked(
      tx,
      lines.map((line) => headAfter(tx.tenantId, siteId, place, line, row.id)),
    ),
    tx.one(COUNT_CALLABLE, callableFrom(tx.tenantId, siteId, place)),
  ]);
  return whyOf(row, firstOf(heads, book), Number(counted?.count ?? 0), book);
}

/** The tickets that several questions find. */
async function asked(tx: ReadHandle, questions: readonly Question[]): Promise<TicketRow[]> {
  const found = await Promise.all(questions.map(({ statement, values }) => tx.one(statement, values)));
  return found.flatMap((raw) => (raw === undefined ? [] : [rowFromSql(ticketTable, raw)]));
}
