/** `ticket.call_next` at the hub: the first of those who may be called from this place. One writer, so nobody is chosen twice. */
import { type CommandOf, decideTicket, refusal, STRICT_POLICY } from '@totem/domain';
import { type CommandResult, type CommandRun, deskOf, placeOf, settleTicket } from './command-run.ts';
import { nextInQueue } from './queries.ts';
import { actContext } from './ticket.ts';

export function callNext(run: CommandRun<'ticket.call_next'>): CommandResult {
  const { tx, env, command } = run;
  const desk = deskOf(run);
  const { site, counter, session, inHand } = desk;
  if (session === undefined || counter === undefined || site === undefined)
    return { ok: false, refusal: refusal('no_counter') };
  // Said before anybody is chosen: `decideTicket` says the same of whoever would be.
  if (session.pausedReason !== null) return { ok: false, refusal: refusal('operator_paused') };
  if (inHand[0] !== undefined)
    return { ok: false, refusal: refusal('operator_busy', { code: inHand[0].code }) };
  const { next, runnerUp, candidates } = nextInQueue(tx.db, site.id, placeOf(run, counter));
  if (next === undefined) return { ok: false, refusal: refusal('queue_empty') };
  const { name: policy, version: policyVersion } = STRICT_POLICY;
  const why = { policy, policyVersion, candidates, runnerUp: runnerUp?.id ?? null };
  const call: CommandOf<'ticket.call'> = { type: 'ticket.call', id: command.id, ticketId: next.id };
  const decision = decideTicket(env, next, call, actContext({ ...run, command: call }, desk, next, why));
  return settleTicket(run, next.id, decision);
}
