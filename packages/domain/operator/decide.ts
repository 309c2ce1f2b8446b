/** Which operator sits at which counter, and whether they call: one operator for each counter, one counter for each operator. */
import { type CommandOf, NOTE_LENGTH_MAX } from '../command/command.ts';
import type { Env } from '../env.ts';
import { newId, type SiteId, type UserId } from '../ids/id.ts';
import type { OperatorSessionAction } from '../ledger/action.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { JsonObject } from '../rows/column.ts';
import type { CounterRow, OperatorSessionRow } from '../rows/tables.ts';
import { normaliseLine } from '../text/normalise.ts';
import { type Decision, no } from '../ticket/decision.ts';

export interface CounterContext {
  readonly userId: UserId;
  readonly counter: CounterRow | undefined;
  /** The open session of this operator, and the open session at this counter. */
  readonly mine: OperatorSessionRow | undefined;
  readonly atCounter: OperatorSessionRow | undefined;
  /** The ticket that the operator has in hand; a counter is not left in the middle of a service. */
  readonly inHand: { readonly code: string } | undefined;
}

const said = (
  action: OperatorSessionAction,
  session: OperatorSessionRow,
  userId: UserId,
  data: JsonObject = {},
): EntryDraft => ({
  siteId: session.siteId,
  userId,
  action,
  entity: 'operator_session',
  entityId: session.id,
  data,
});
const close = (session: OperatorSessionRow, userId: UserId) =>
  said('OPERATOR_SESSION_CLOSE', session, userId);

/** Decides `counter.open`; an open session elsewhere is closed in the same transaction. Opening one's own counter again changes nothing. */
export function decideCounterOpen(
  env: Env,
  _command: CommandOf<'counter.open'>,
  context: CounterContext,
): Decision {
  const { counter, mine, atCounter, userId } = context;
  if (counter === undefined || !counter.active || counter.deletedAt !== null) return no('counter_not_found');
  if (atCounter !== undefined && atCounter.userId !== userId)
    return no('counter_taken', { number: counter.number });
  if (mine?.counterId === counter.id) return { ok: true, drafts: [] };
  if (mine !== undefined && context.inHand !== undefined)
    return no('operator_busy', { code: context.inHand.code });
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
  if (context.inHand !== undefined) return no('operator_busy', { code: context.inHand.code });
  return { ok: true, drafts: [close(context.mine, context.userId)] };
}

/** What a pause needs to know: the operator's open session, and what they have in hand. */
export type PauseContext = Pick<CounterContext, 'userId' | 'mine' | 'inHand'>;

/** Decides `operator.pause`: the counter stays theirs, and they call nobody. Whom they have called is served first. */
export function decidePause(command: CommandOf<'operator.pause'>, context: PauseContext): Decision {
  const { mine, userId, inHand } = context;
  const reason = normaliseLine(command.reason, NOTE_LENGTH_MAX);
  if (!reason.ok) return no(reason.fault, { max: NOTE_LENGTH_MAX });
  if (mine === undefined) return no('no_counter');
  if (inHand !== undefined) return no('operator_busy', { code: inHand.code });
  if (mine.pausedReason === reason.text) return { ok: true, drafts: [] };
  return { ok: true, drafts: [said('OPERATOR_SESSION_PAUSE', mine, userId, { reason: reason.text })] };
}

/** Decides `operator.resume`. Who has not paused has nothing to resume. */
export function decideResume({ mine, userId }: Pick<PauseContext, 'userId' | 'mine'>): Decision {
  if (mine === undefined) return no('no_counter');
  const drafts = mine.pausedReason === null ? [] : [said('OPERATOR_SESSION_RESUME', mine, userId)];
  return { ok: true, drafts };
}
