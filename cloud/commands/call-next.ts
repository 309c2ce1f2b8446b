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
  isCallable,
  refusal,
  rowFromSql,
  type SiteId,
  STRICT_POLICY,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import { type ReadHandle, RetryTransaction, type WriteHandle } from '../db/with-tenant.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows } from '../ledger/folded-tables.ts';
import { answerWith } from './answer.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, deskOf, placeOf } from './context.ts';
import { COUNT_CALLABLE, callableFrom, NEXT_TICKET, RUNNER_UP } from './queries.ts';
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
  const place = await placeOf(run, counter);
  const locked = noRows();
  const decide = async (): Promise<Decision> => {
    const row = await takeNext(tx, site.id, place);
    if (row === undefined) return { ok: false, refusal: refusal('queue_empty') };
    locked.ticket.set(row.id, row);
    const call: CommandOf<'ticket.call'> = { type: 'ticket.call', id: command.id, ticketId: row.id };
    const [context, why] = await Promise.all([
      actContext({ ...run, command: call }, desk, site, row, place),
      whyNext(tx, site.id, place, row),
    ]);
    return decideTicket(env, row, call, { ...context, why });
  };
  const committed = await commitEntries(tx, env, { commandId: command.id, locked, decide });
  return answerWith(command.id, committed);
}

/** The next ticket from a place, locked. Must run under the tenant's lock. */
export async function takeNext(
  tx: WriteHandle,
  siteId: SiteId,
  place: CallingPlace,
): Promise<TicketRow | undefined> {
  const raw = await tx.one(NEXT_TICKET, callableFrom(tx.tenantId, siteId, place));
  const row = raw && rowFromSql(ticketTable, raw);
  // PostgreSQL looks at the row again when it has the lock; if it were not so, nobody's place may be lost over it.
  if (row !== undefined && !isCallable(row, place)) throw new RetryTransaction('the queue moved');
  return row;
}

/** Why it was this one: enough to replay the choice. */
export async function whyNext(
  tx: ReadHandle,
  siteId: SiteId,
  place: CallingPlace,
  row: TicketRow,
): Promise<CallWhy> {
  const queue = callableFrom(tx.tenantId, siteId, place);
  const [runnerUp, counted] = await Promise.all([
    tx.one(RUNNER_UP, [...queue, row.id]),
    tx.one(COUNT_CALLABLE, queue),
  ]);
  return {
    policy: STRICT_POLICY.name,
    policyVersion: STRICT_POLICY.version,
    candidates: Number(counted?.count ?? 0),
    runnerUp: runnerUp?.id ?? null,
  };
}
