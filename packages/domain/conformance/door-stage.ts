/**
 * The stage of the suite: people, counters, services and tickets of a test's own, so that tests share one world and never meet,
 * and commands with what they came to.
 */
import { buildPriorityClass, buildService } from '@totem/testkit/builders';
import type { Role } from '../access/principal.ts';
import { type CommandDone, type CommandInput, commandSchema } from '../command/command.ts';
import { instantText } from '../env.ts';
import { ProblemError } from '../errors/problem.ts';
import { newId, type ServiceId } from '../ids/id.ts';
import { cents } from '../money/money.ts';
import type { CounterRow, PriorityClassRow, ServiceRow, TicketRow } from '../rows/tables.ts';
import { isActive, type TicketState } from '../ticket/machine.ts';
import type { DoorWorld, Person } from './door-world.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> & { readonly id?: string } : never;
export type Ask = WithoutId<CommandInput>;

/** What a command came to: what was answered, or the code of the refusal and its params. */
export type Said =
  | { readonly done: CommandDone; readonly code?: undefined }
  | { readonly code: string; readonly params: unknown; readonly done?: undefined };

export interface Stage {
  readonly world: DoorWorld;
  operator(over?: Partial<Person>): Promise<Person>;
  counter(over?: Partial<CounterRow>): Promise<CounterRow>;
  service(over?: Partial<ServiceRow>): Promise<ServiceRow>;
  priorityClass(tier: number): Promise<PriorityClassRow>;
  /** A ticket as it would be in that state, called often and long ago enough for whatever the rules ask. */
  ticket(state: TicketState, over: Partial<TicketRow>): Promise<TicketRow>;
  ask(person: Person, ask: Ask): Promise<Said>;
  /** A command that must be done. */
  done(person: Person, ask: Ask): Promise<CommandDone>;
  /** An operator at a counter of their own that serves one service of its own. */
  desk(): Promise<{
    readonly operator: Person;
    readonly counter: CounterRow;
    readonly service: ServiceRow;
  }>;
}

/** Counters and codes of one run never repeat. */
let last = 0;
const nextNumber = () => {
  last += 1;
  return last;
};

export function stageOf(world: DoorWorld): Stage {
  const { env, tenantId, siteId } = world;
  const at = () => instantText(env.now());
  const operator: Stage['operator'] = async (over = {}) => {
    const person: Person = {
      kind: 'user',
      tenantId,
      userId: newId<'user'>(env),
      sessionId: newId<'session'>(env),
      role: 'operator' satisfies Role,
      siteIds: [siteId],
      serviceIds: null,
      ...over,
    };
    await world.employ(person);
    return person;
  };
  const counter: Stage['counter'] = async (over = {}) => {
    const number = 100 + nextNumber();
    const row: CounterRow = {
      tenantId,
      id: newId<'counter'>(env),
      createdAt: at(),
      siteId,
      name: `Guichê ${number}`,
      number,
      serviceIds: null,
      priorityFrom: null,
      active: true,
      deletedAt: null,
      ...over,
    };
    await world.give('counter', row);
    return row;
  };
  const service: Stage['service'] = async (over = {}) => {
    const row = buildService(env, { tenantId, prefix: prefixOf(nextNumber()), ...over });
    await world.give('service', row);
    return row;
  };
  const ask: Stage['ask'] = async (person, what) => {
    const command = commandSchema.parse({ id: newId<'command'>(env), ...what });
    try {
      return { done: await world.run(person, command) };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { code: error.code, params: error.params };
    }
  };
  const done: Stage['done'] = async (person, what) => {
    const said = await ask(person, what);
    if (said.done === undefined) throw new Error(`${what.type}: ${said.code} ${JSON.stringify(said.params)}`);
    return said.done;
  };
  return {
    world,
    operator,
    counter,
    service,
    ask,
    done,
    priorityClass: async (tier) => {
      const row = buildPriorityClass(env, { tenantId, tier });
      await world.give('priority_class', row);
      return row;
    },
    ticket: async (state, over) => {
      const row = ticketIn(state, world, over);
      await world.give('ticket', row);
      world.advance(3_600_000);
      return row;
    },
    desk: async () => {
      const own = await service();
      const place = await counter({ serviceIds: [own.id] });
      const person = await operator();
      await done(person, { type: 'counter.open', counterId: place.id });
      return { operator: person, counter: place, service: own };
    },
  };
}

function ticketIn(
  state: TicketState,
  { env, tenantId, siteId }: DoorWorld,
  over: Partial<TicketRow>,
): TicketRow {
  const at = instantText(env.now());
  const number = nextNumber();
  const isHeld = isActive(state) || state === 'finished';
  return {
    tenantId,
    id: newId<'ticket'>(env),
    createdAt: at,
    siteId,
    serviceId: newId<'service'>(env) satisfies ServiceId,
    code: `T9-${String(number).padStart(3, '0')}`,
    businessDay: '2026-11-23',
    lane: '9',
    number,
    priorityClassId: newId<'priority_class'>(env),
    priority: 0,
    appointmentAt: null,
    partySize: 1,
    state,
    reason: state === 'canceled' ? 'other' : null,
    heldReason: null,
    channel: 'totem',
    addressedOperatorId: null,
    addressedCounterId: null,
    reprint: null,
    issuedAt: at,
    waitingSince: state === 'created' ? null : at,
    stageSince: at,
    calls: isHeld ? 5 : 0,
    startedAt: null,
    endedAt: null,
    updatedAt: at,
    priceCents: cents(0),
    conflict: null,
    folded: {},
    ...over,
    // Nobody holds what waits.
    operatorId: isHeld ? (over.operatorId ?? null) : null,
    counterId: isHeld ? (over.counterId ?? null) : null,
    calledAt: isHeld ? at : null,
  };
}

/** `AAA`, `AAB`, ...: services of a tenant have prefixes of their own. */
function prefixOf(number: number): string {
  const letter = (place: number) => String.fromCharCode(65 + (Math.floor(number / 26 ** place) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}`;
}
