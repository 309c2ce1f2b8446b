/** Which operator sits at which counter: one operator for each counter, one counter for each operator. */
import type { CommandOf } from '../command/command.ts';
import type { Env } from '../env.ts';
import { refusal } from '../errors/problem.ts';
import { newId, type SiteId, type UserId } from '../ids/id.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { CounterRow, OperatorSessionRow } from '../rows/tables.ts';
import type { Decision } from '../ticket/decide.ts';

export interface CounterContext {
  readonly userId: UserId;
  readonly counter: CounterRow | undefined;
  /** The open session of this operator, and the open session at this counter. */
  readonly mine: OperatorSessionRow | undefined;
  readonly atCounter: OperatorSessionRow | undefined;
  /** The ticket that the operator has in hand; a counter is not left in the middle of a service. */
  readonly inHand: { readonly code: string } | undefined;
}

const close = (session: OperatorSessionRow, userId: UserId): EntryDraft => ({
  siteId: session.siteId,
  userId,
  action: 'OPERATOR_SESSION_CLOSE',
  entity: 'operator_session',
  entityId: session.id,
  data: {},
});

/** Decides `counter.open`; an open session elsewhere is closed in the same transaction. Opening one's own counter again changes nothing. */
export function decideCounterOpen(
  env: Env,
  _command: CommandOf<'counter.open'>,
  context: CounterContext,
): Decision {
  const { counter, mine, atCounter, userId } = context;
  if (counter === undefined || !counter.active || counter.deletedAt !== null)
    return { ok: false, refusal: refusal('counter_not_found') };
  if (atCounter !== undefined && atCounter.userId !== userId)
    return { ok: false, refusal: refusal('counter_taken', { number: counter.number }) };
  if (mine?.counterId === counter.id) return { ok: true, drafts: [] };
  if (mine !== undefined && context.inHand !== undefined)
    return { ok: false, refusal: refusal('operator_busy', { code: context.inHand.code }) };
  const open: EntryDraft = {
    siteId: counter.siteId satisfies SiteId,
    userId,
    action: 'OPERATOR_SESSION_OPEN',
    entity: 'operator_session',
    entityId: newId<string>(env),
    data: { userId, counterId: counter.id },
  };
  return { ok: true, drafts: mine === undefined ? [open] : [close(mine, userId), open] };
}

/** Decides `counter.close`. Without an open session there is nothing to do. */
export function decideCounterClose(context: Pick<CounterContext, 'userId' | 'mine' | 'inHand'>): Decision {
  if (context.mine === undefined) return { ok: true, drafts: [] };
  if (context.inHand !== undefined)
    return { ok: false, refusal: refusal('operator_busy', { code: context.inHand.code }) };
  return { ok: true, drafts: [close(context.mine, context.userId)] };
}
