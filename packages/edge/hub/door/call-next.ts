/** `ticket.call_next` at the hub: the first of those who may be called from this place. One writer, so nobody is chosen twice. */
import { type CommandOf, decideTicket, refusal, whyOf } from '@totem/domain';
import { bookOfSite } from '../../issue/queue-book.ts';
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
  const place = placeOf(run, counter);
  const book = bookOfSite(tx.db, site, env.now());
  const { next, runnerUp, candidates } = nextInQueue(tx.db, site.id, place, book);
  if (next === undefined) return { ok: false, refusal: refusal('queue_empty') };
  const why = whyOf(next, runnerUp, candidates, book);
  const { serviceIds, priorityFrom } = place;
  const choice = { place: { serviceIds, priorityFrom }, book };
  const call: CommandOf<'ticket.call'> = { type: 'ticket.call', id: command.id, ticketId: next.id };
  const context = { ...actContext({ ...run, command: call }, desk, next, why), choice };
  const decision = decideTicket(env, next, call, context);
  return settleTicket(run, next.id, decision);
}
