/** What every command at the hub works with: one transaction at one instant, who asks, where they sit, and how it is written down. */
import {
  type CallingPlace,
  type Command,
  type CommandDone,
  type CommandOf,
  type CounterRow,
  callingPlace,
  counterTable,
  type Decision,
  type Env,
  inBoth,
  mayAt,
  type OperatorSessionRow,
  type PrincipalOf,
  type Refusal,
  type SiteRow,
  type TicketId,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import type { LedgerTx } from '../../ledger/ledger.ts';
import { rowByKey } from '../../store/rows.ts';
import { personById } from '../people.ts';
import type { HubRole } from '../role.ts';
import { sessionOfUser, ticketsInHand } from './queries.ts';

export type Person = PrincipalOf<'user'>;

/** What a command came to. */
export type CommandResult =
  | { readonly ok: true; readonly done: CommandDone }
  | { readonly ok: false; readonly refusal: Refusal };

/** What is the same for every command. */
export interface AnyRun {
  readonly tx: LedgerTx;
  readonly clock: Clock;
  /** A clock that stands still: a command happens at one instant. */
  readonly env: Env;
  readonly device: Device;
  readonly role: HubRole;
  readonly person: Person;
  readonly command: Pick<Command, 'id'>;
}

export interface CommandRun<T extends Command['type'] = Command['type']> extends AnyRun {
  readonly command: CommandOf<T>;
}

/** Where an operator sits. */
export interface Desk {
  readonly session: OperatorSessionRow | undefined;
  readonly counter: CounterRow | undefined;
  /** The hub's own site, for those who work there. */
  readonly site: SiteRow | undefined;
  /** The tickets in the operator's hand: one, or more after a conflict. */
  readonly inHand: readonly TicketRow[];
}

export function deskOf(run: AnyRun): Desk {
  const { tx, person, role } = run;
  const session = sessionOfUser(tx.db, person.userId);
  return {
    session,
    counter: session && counterById(run, session.counterId),
    site: mayAt(person, role.site.id) ? role.site : undefined,
    inHand: ticketsInHand(tx.db, person.userId),
  };
}

/** The operator at their counter: who they may call. */
export function placeOf({ tx, person }: AnyRun, counter: CounterRow): CallingPlace {
  const known = personById(tx.db, person.userId);
  const serviceIds = inBoth(person.serviceIds, known?.serviceIds ?? null);
  return callingPlace({ id: person.userId, serviceIds }, counter);
}

export function counterById({ tx, device }: AnyRun, id: string): CounterRow | undefined {
  return rowByKey(tx.db, counterTable, device.tenantId, id);
}

export function ticketById({ tx, device }: AnyRun, id: string): TicketRow | undefined {
  return rowByKey(tx.db, ticketTable, device.tenantId, id);
}

/** Writes what was decided. Each entry says the term in which it was written. */
export function settle({ tx, env, command, role }: AnyRun, decision: Decision): CommandResult {
  if (!decision.ok) return decision;
  const drafts = decision.drafts.map((draft) => ({ ...draft, data: { ...draft.data, hubTerm: role.term } }));
  if (drafts.length > 0) tx.append(drafts, { commandId: command.id, env });
  return { ok: true, done: { commandId: command.id } };
}

/** Writes what was decided about a ticket, and answers with the ticket as it is after it. */
export function settleTicket(run: AnyRun, ticketId: TicketId, decision: Decision): CommandResult {
  const result = settle(run, decision);
  if (!result.ok) return result;
  const ticket = ticketById(run, ticketId);
  if (ticket === undefined) throw new Error('a ticket was acted on and is not there');
  const { id, code, state, serviceId } = ticket;
  return { ok: true, done: { ...result.done, ticket: { id, code, state, serviceId } } };
}
