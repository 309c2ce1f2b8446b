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
  instantText,
  type JsonObject,
  localeFor,
  newId,
  type PrintJobRow,
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
import { insertPrintJob } from '../print/jobs.ts';
import { rowByKey } from '../store/rows.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { countAhead } from './ahead.ts';
import { earlierAnswer, saveAnswer } from './commands.ts';
import { drawNumber } from './numbers.ts';
import { countIssued } from './quota.ts';
import { isReadyToIssue } from './readiness.ts';

/** How long a job whose printer is not ready waits for it. Later the customer has left with the number on the screen. */
export const PRINT_PATIENCE_MS = 60_000;

export type CreateTicket = CommandOf<'ticket.create'>;

/**
 * Issues a ticket. The same command again gets the same answer.
 * @throws ProblemError: refusals of `decideIssue`, `device_suspended`, `not_ready`, `command_id_reused`, `storage_fault`.
 */
export function issueTicket(
  parts: { readonly ledger: Ledger; readonly clock: Clock; readonly device: Device },
  command: CreateTicket,
): CommandDone {
  const { ledger, clock, device } = parts;
  return ledger.commit((tx) => {
    const earlier = earlierAnswer(tx.db, command);
    if (earlier !== undefined) return earlier;
    const suspended = readSetting(tx.db, 'suspended');
    if (suspended !== undefined) throw new ProblemError('device_suspended');
    if (!isReadyToIssue(tx.db)) throw new ProblemError('not_ready');
    const site = rowByKey(tx.db, siteTable, device.tenantId, device.siteId);
    const ticket = createTicket(tx, clock, device, site, command, AT_THE_KIOSK);
    const ahead = countAhead(tx.db, ticket);
    const at = instantText(clock.env.now());
    insertPrintJob(tx.db, printJobOf(clock.env, ticket), {
      locale: localeFor(command.locale ?? site?.defaultLocale),
      peopleAhead: ahead,
      expiresAt: instantText(clock.env.now() + PRINT_PATIENCE_MS),
    });
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
  readonly data: JsonObject;
}
const AT_THE_KIOSK: IssuedBy = { channel: 'totem', userId: null, data: {} };

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

function printJobOf(env: Env, ticket: TicketRow): PrintJobRow {
  const at = instantText(env.now());
  return {
    tenantId: ticket.tenantId,
    id: newId<'print_job'>(env),
    createdAt: at,
    siteId: ticket.siteId,
    ticketId: ticket.id,
    state: 'queued',
    cause: null,
    copy: 1,
    updatedAt: at,
  };
}
