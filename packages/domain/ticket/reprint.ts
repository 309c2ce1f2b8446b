/**
 * Another copy of a ticket's paper, asked for by somebody at a counter. The ticket says which totem is to print it and as which
 * job, so that it is printed once however often the row arrives.
 */
import { type CommandOf, NOTE_LENGTH_MAX } from '../command/command.ts';
import type { Env, InstantText } from '../env.ts';
import { type Id, newId } from '../ids/id.ts';
import type { TicketRow } from '../rows/tables.ts';
import { normaliseLine } from '../text/normalise.ts';
import type { ActContext } from './context.ts';
import { type Decision, type Draft, no } from './decision.ts';

/** The newest copy that was asked for. */
export interface TicketReprint {
  readonly printJobId: Id<'print_job'>;
  /** Of the totem that is to print it. */
  readonly lane: string;
  /** Which paper of the ticket it is: 1 where there was none before. */
  readonly copy: number;
  readonly at: InstantText;
}

/** Papers of one ticket, the first included: who needs more has another trouble. */
export const PAPERS_MAX = 6;

/**
 * It is printed where the ticket was given; where that is no totem, at the first of the site.
 * @returns refusals: `reprint_refused` without a totem and beyond `PAPERS_MAX`, and those of the reason.
 */
export function decideReprint(
  env: Env,
  row: TicketRow,
  command: CommandOf<'ticket.reprint'>,
  { totemLanes }: ActContext,
  draft: Draft,
): Decision {
  const reason = normaliseLine(command.reason, NOTE_LENGTH_MAX);
  if (!reason.ok) return no(reason.fault, { max: NOTE_LENGTH_MAX });
  const lane = totemLanes.includes(row.lane) ? row.lane : totemLanes[0];
  const before = row.reprint?.copy ?? (row.channel === 'totem' ? 1 : 0);
  if (lane === undefined || before >= PAPERS_MAX) return no('reprint_refused');
  const printJobId = newId<'print_job'>(env);
  return { ok: true, drafts: [draft({ printJobId, lane, copy: before + 1, reason: reason.text })] };
}
