/**
 * How long until a call may be repeated or an absence recorded, for the countdowns beside the buttons. The server decides
 * with its own clock; a screen's clock can be wrong, so what is shown here never asks for more than the rule itself.
 */
import type { QueueRules, TicketRow } from '@totem/domain';

/** The part of a ticket that the waits depend on. */
export type CalledTicket = Pick<TicketRow, 'calledAt' | 'calls'>;

export interface Clocks {
  /** The instant now, by this screen's clock. */
  readonly nowMs: number;
  /** When this screen first saw the ticket's last call, by the same clock. */
  readonly seenAtMs: number;
}

/** Whole seconds until the ticket may be called again. */
export function recallWaitSeconds(ticket: CalledTicket, rules: QueueRules, clocks: Clocks): number {
  return secondsLeft(ticket, rules.recallMinSeconds, clocks);
}

/** Calls and seconds that are still missing before an absence may be recorded. */
export function noShowWait(
  ticket: CalledTicket,
  rules: QueueRules,
  clocks: Clocks,
): { readonly calls: number; readonly seconds: number } {
  return {
    calls: Math.max(0, rules.noShowMinCalls - ticket.calls),
    seconds: secondsLeft(ticket, rules.noShowMinSeconds, clocks),
  };
}

/** By the row's instant or by when it was seen here, whichever is over sooner: a slow clock must not lock a button. */
function secondsLeft(ticket: CalledTicket, ruleSeconds: number, clocks: Clocks): number {
  if (ticket.calledAt === null) return 0;
  const sinceMs = Math.max(clocks.nowMs - Date.parse(ticket.calledAt), clocks.nowMs - clocks.seenAtMs);
  return Math.min(ruleSeconds, Math.max(0, Math.ceil(ruleSeconds - sinceMs / 1_000)));
}
