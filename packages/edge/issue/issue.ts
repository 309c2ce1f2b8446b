/**
 * Issuing a ticket with no network: the strict side decides, and entry, row, number, print job and answer are one
 * transaction. When the answer is given, the ticket is on disk (I-EDG-3).
 */
import {
  businessDay,
  type Channel,
  type CommandDone,
  type CommandOf,
  decideIssue,
  type Env,
  type IssueContext,
  instantText,
  type JsonObject,
  localeFor,
  ProblemError,
  priorityClassTable,
  type SiteRow,
  serviceTable,
  siteTable,
  type TicketId,
  type TicketRow,
  ticketTable,
  type UserId,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger, LedgerTx } from '../ledger/ledger.ts';
import { awaitPayment } from '../pay/to-pay.ts';
import { queuePaper } from '../print/jobs.ts';
import { rowByKey } from '../store/rows.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { countAhead } from './ahead.ts';
import { earlierAnswer, saveAnswer } from './commands.ts';
import { drawNumber } from './numbers.ts';
import { countIssued } from './quota.ts';
import { isReadyToIssue } from './readiness.ts';

export type CreateTicket = CommandOf<'ticket.create'>;

/**
 * Issues a ticket. The same command again gets the same answer.
 * @param canCharge whether what must be paid first can be paid here now.
 * @throws ProblemError: refusals of `decideIssue`, `device_suspended`, `not_ready`, `command_id_reused`, `storage_fault`.
 */
export function issueTicket(
  parts: { readonly ledger: Ledger; readonly clock: Clock; readonly device: Device },
  command: CreateTicket,
  canCharge = false,
): CommandDone {
  const by = { channel: 'totem', userId: null, canCharge, data: {} } as const;
  return giveOnce(parts, command, (tx, site) =>
    createTicket(tx, parts.clock, parts.device, site, command, by),
  );
}

/**
 * Gives a ticket once for a command, with its paper and its answer, in one transaction.
 * @param give writes the ticket, or throws why there is none.
 * @throws ProblemError: what `give` throws, `device_suspended`, `not_ready`, `command_id_reused`, `storage_fault`.
 */
export function giveOnce(
  parts: { readonly ledger: Ledger; readonly clock: Clock; readonly device: Device },
  command: CreateTicket | CommandOf<'appointment.check_in'>,
  give: (tx: LedgerTx, site: SiteRow | undefined) => TicketRow,
): CommandDone {
  const { ledger, clock, device } = parts;
  return ledger.commit((tx) => {
    const earlier = earlierAnswer(tx.db, command);
    if (earlier !== undefined) return earlier;
    const suspended = readSetting(tx.db, 'suspended');
    if (suspended !== undefined) throw new ProblemError('device_suspended');
    if (!isReadyToIssue(tx.db)) throw new ProblemError('not_ready');
    const site = rowByKey(tx.db, siteTable, device.tenantId, device.siteId);
    const ticket = give(tx, site);
    const ahead = countAhead(tx.db, ticket, clock.env.now());
    const at = instantText(clock.env.now());
    const locale = localeFor(command.locale ?? site?.defaultLocale);
    // What must be paid first has nothing on paper before it is.
    if (ticket.state === 'created') awaitPayment(tx.db, ticket, locale, at);
    else queuePaper(tx.db, clock.env, ticket, { locale, peopleAhead: ahead, paymentSessionId: null });
    const answer: CommandDone = {
      commandId: command.id,
      ticket: {
        id: ticket.id,
        code: ticket.code,
        state: ticket.state,
        serviceId: ticket.serviceId,
        peopleAhead: ahead,
      },
    };
    saveAnswer(tx.db, command, answer, at);
    return answer;
  });
}

/** Who gives a ticket, and what their entry says besides. */
export interface IssuedBy {
  readonly channel: Channel;
  readonly userId: UserId | null;
  /** Whether they can take a payment now. */
  readonly canCharge: boolean;
  readonly data: JsonObject;
  /** What somebody checks in for. */
  readonly appointment?: NonNullable<IssueContext['appointment']>;
}

/** Draws a number of this totem's lane and writes the ticket. @throws ProblemError: refusals of `decideIssue`, `storage_fault`. */
export function createTicket(
  tx: LedgerTx,
  clock: Clock,
  device: Device,
  site: SiteRow | undefined,
  command: CreateTicket,
  { data, ...by }: IssuedBy,
): TicketRow {
  // Before anything is lost: what has begun still finds room, and nothing new begins.
  if (!tx.hasRoom()) throw new ProblemError('storage_fault');
  const last = readSetting(tx.db, 'last_issue');
  const env = site === undefined ? clock.env : issueEnv(clock, site, last);
  const decision = decideIssue(env, command, {
    site,
    service: rowByKey(tx.db, serviceTable, device.tenantId, command.serviceId),
    priorityClass: rowByKey(tx.db, priorityClassTable, device.tenantId, command.priorityClassId),
    lane: device.lane,
    ...by,
    lastBusinessDay: last?.businessDay,
    issuedOn: (day) => countIssued(tx.db, device.siteId, command.serviceId, day),
    nextNumber: (prefix, day) => drawNumber(tx.db, device, prefix, day),
  });
  if (!decision.ok) {
    const { code, params } = decision.refusal;
    throw new ProblemError(code, params === undefined ? {} : { params });
  }
  const drafts = decision.drafts.map((draft) => ({ ...draft, data: { ...draft.data, ...data } }));
  const [created] = tx.append(drafts, { commandId: command.id, env });
  const ticket =
    created && rowByKey(tx.db, ticketTable, device.tenantId, created.entry.entityId as string as TicketId);
  if (ticket === undefined) throw new Error('a ticket was created and is not there');
  writeSetting(tx.db, 'last_issue', { businessDay: ticket.businessDay, atMs: env.now() });
  return ticket;
}

/**
 * The clock that a ticket is issued by. While the machine's clock is not believed the day does not move: time stands at the
 * last ticket's, a millisecond later for each, so that arrival still has an order.
 */
function issueEnv(
  clock: Clock,
  site: SiteRow,
  last: { readonly businessDay: string; readonly atMs: number } | undefined,
): Env {
  if (last === undefined || !clock.suspect()) return clock.env;
  if (businessDay(clock.env.now(), site) <= last.businessDay) return clock.env;
  return { now: () => last.atMs + 1, randomBytes: (count) => clock.env.randomBytes(count) };
}
