/**
 * The strict side of an admin's own hand: any state to any state, with before, after and the reason in the entry. What it
 * cannot do is put two tickets into one operator's hand, or one into nobody's.
 */
import { type CommandOf, NOTE_LENGTH_MAX } from '../command/command.ts';
import type { TicketRow } from '../rows/tables.ts';
import { normaliseLine } from '../text/normalise.ts';
import type { ActContext } from './context.ts';
import { type Decision, type Draft, no } from './decision.ts';
import { isActive } from './machine.ts';

/** Decides `ticket.override`. A ticket that goes into a hand goes into the one that had it, else into the admin's own. */
export function decideOverride(
  row: TicketRow,
  command: CommandOf<'ticket.override'>,
  context: ActContext,
  draft: Draft,
): Decision {
  const reason = normaliseLine(command.reason, NOTE_LENGTH_MAX);
  if (!reason.ok) return no(reason.fault, { max: NOTE_LENGTH_MAX });
  const data = { from: row.state, to: command.to, reason: reason.text };
  if (!isActive(command.to)) return { ok: true, drafts: [draft(data)] };
  const { operatorId, counterId } = row;
  if (operatorId !== null && counterId !== null) {
    const busy = operatorId === context.userId ? context.inHand : context.inHandOfHolder;
    if (busy !== undefined) return no('operator_busy', { code: busy.code });
    return { ok: true, drafts: [draft({ ...data, operatorId, counterId })] };
  }
  if (context.counter === undefined) return no('no_counter');
  if (context.inHand !== undefined) return no('operator_busy', { code: context.inHand.code });
  return {
    ok: true,
    drafts: [draft({ ...data, operatorId: context.userId, counterId: context.counter.id })],
  };
}
