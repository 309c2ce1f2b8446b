/**
 * `ticket.create`, at the reception. What is decided is decided by the domain; number and quota are drawn and counted under
 * the tenant's lock.
 */
import {
  businessDay,
  CLOUD_LANE,
  type CommandOf,
  columnNames,
  type Decision,
  decideIssue,
  type Env,
  type IssueContext,
  type PriorityClassRow,
  priorityClassTable,
  refusal,
  rowFromSql,
  type ServiceRow,
  type SiteRow,
  type TicketRow,
} from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';
import { type Committed, commitEntries } from '../ledger/commit.ts';
import { noRows } from '../ledger/folded-tables.ts';
import { answerWith, ticketOf } from './answer.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, deskOf } from './context.ts';
import {
  COUNT_ISSUED,
  DRAW_TICKET_NUMBER,
  LAST_BUSINESS_DAY,
  peopleAheadOf,
  serviceById,
} from './queries.ts';
import { bookOf } from './queue-book.ts';

const PRIORITY_CLASS: Statement = {
  name: 'priority-class',
  text: `SELECT ${columnNames(priorityClassTable).join(', ')} FROM priority_class WHERE tenant_id = $1 AND id = $2`,
};

export async function issueTicket(run: CommandRun<'ticket.create'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const { site } = await deskOf(run);
  if (site === undefined) return { ok: false, refusal: refusal('no_counter') };
  const by = { channel: 'reception', userId: person.userId } as const;
  const { committed, ticket } = await giveTicket(tx, env, { site, command, by });
  if (ticket === undefined) return answerWith(command.id, committed);
  const peopleAhead = await peopleAheadOf(tx, ticket, await bookOf(tx, site, env.now()));
  return answerWith(command.id, committed, { peopleAhead });
}

export interface TicketAsk {
  readonly site: SiteRow;
  readonly command: CommandOf<'ticket.create'>;
  /** Who gives it, and what for. */
  readonly by: Pick<IssueContext, 'channel' | 'userId' | 'appointment'>;
}

/** Gives a ticket of the cloud's own lane, or says why not. Nothing may be locked after it. */
export async function giveTicket(
  tx: WriteHandle,
  env: Env,
  { site, command, by }: TicketAsk,
): Promise<{ readonly committed: Committed; readonly ticket: TicketRow | undefined }> {
  const [service, priorityClass] = await Promise.all([
    serviceById(tx, command.serviceId),
    priorityClassById(tx, command.priorityClassId),
  ]);
  const decide = async (): Promise<Decision> => {
    const lastBusinessDay = (await tx.one(LAST_BUSINESS_DAY, [tx.tenantId, site.id]))?.day ?? undefined;
    const issued = await issuedOf(tx, site, service, businessDay(env.now(), site, lastBusinessDay));
    const context: Omit<IssueContext, 'nextNumber'> = {
      ...by,
      site,
      service,
      priorityClass,
      lane: CLOUD_LANE,
      canCharge: false,
      lastBusinessDay,
      issuedOn: () => issued,
    };
    // Asked twice, because a number is drawn only for a ticket that will be: first for what it needs, then with it.
    let wanted: { prefix: string; day: string } | undefined;
    const draft = decideIssue(env, command, {
      ...context,
      nextNumber: (prefix, day) => {
        wanted = { prefix, day };
        return 1;
      },
    });
    if (!draft.ok || wanted === undefined) return draft;
    const drawn = [tx.tenantId, site.id, wanted.prefix, CLOUD_LANE, wanted.day];
    const number = Number((await tx.one(DRAW_TICKET_NUMBER, drawn))?.last);
    return decideIssue(env, command, { ...context, nextNumber: () => number });
  };
  const committed = await commitEntries(tx, env, { commandId: command.id, locked: noRows(), decide });
  return { committed, ticket: ticketOf(committed) };
}

async function issuedOf(
  tx: ReadHandle,
  site: SiteRow,
  service: ServiceRow | undefined,
  day: string,
): Promise<number> {
  if (service === undefined || service.dailyQuota === null) return 0;
  return Number((await tx.one(COUNT_ISSUED, [tx.tenantId, site.id, service.id, day]))?.count ?? 0);
}

async function priorityClassById(tx: ReadHandle, id: string): Promise<PriorityClassRow | undefined> {
  const row = await tx.one(PRIORITY_CLASS, [tx.tenantId, id]);
  return row && rowFromSql(priorityClassTable, row);
}
