/** What the suite asks of a place that serves commands: to be given rows as if they had come by sync, and to be looked at from outside. */
import type { Principal, PrincipalOf } from '../access/principal.ts';
import type { Command, CommandDone } from '../command/command.ts';
import type { Env } from '../env.ts';
import type { SiteId, TenantId, UserId } from '../ids/id.ts';
import type {
  AppointmentRow,
  CallRow,
  CounterRow,
  OperatorSessionRow,
  PriorityClassRow,
  ServiceRow,
  TicketRow,
} from '../rows/tables.ts';

export type Person = PrincipalOf<'user'>;

/** Rows that a test puts into the world. */
export interface GivenRows {
  readonly service: ServiceRow;
  readonly priority_class: PriorityClassRow;
  readonly counter: CounterRow;
  readonly ticket: TicketRow;
  readonly appointment: AppointmentRow;
}

/** An entry as the place wrote it, without what differs from place to place. */
export interface WrittenEntry {
  readonly action: string;
  readonly userId: string | null;
  readonly entityId: string;
}

/** One site, served by one place of command, on virtual time. */
export interface DoorWorld {
  readonly env: Env;
  readonly tenantId: TenantId;
  /** The site that is served, by the default rules of a queue. */
  readonly siteId: SiteId;
  advance(ms: number): void;
  give<E extends keyof GivenRows>(table: E, row: GivenRows[E]): Promise<void>;
  /** Somebody who works at the site from now on. */
  employ(person: Person): Promise<void>;
  /** @throws ProblemError with the code of the refusal. */
  run(principal: Principal, command: Command): Promise<CommandDone>;
  ticket(id: string): Promise<TicketRow | undefined>;
  /** In the order of their numbers. */
  callsOf(ticketId: string): Promise<readonly CallRow[]>;
  openSessionsOf(userId: UserId): Promise<readonly OperatorSessionRow[]>;
  appointment(id: string): Promise<AppointmentRow | undefined>;
  /** What a command has written, in order. */
  entriesOf(commandId: string): Promise<readonly WrittenEntry[]>;
  /** The personal data beside a ticket's creation. */
  privateOf(ticketId: string): Promise<unknown>;
  close(): Promise<void>;
}

export type DoorSetup = () => Promise<DoorWorld>;
