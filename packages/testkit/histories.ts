/** Random, well-formed entries about one ticket, from several writers: for property tests. */

import {
  type EntryDraft,
  type Id,
  type LedgerEntry,
  newId,
  type SiteId,
  type TenantId,
  TICKET_ACTIONS,
  TICKET_STATES,
  type TicketAction,
} from '@totem/domain';
import fc from 'fast-check';
import { buildOrigin, draft } from './builders.ts';
import { type VirtualWorld, virtualWorld } from './virtual.ts';

/** A step of the history: who does what, as whom. */
interface Step {
  readonly writer: number;
  readonly action: TicketAction;
  readonly operator: number;
  readonly chosen: number;
  readonly place: 'keep' | 'end';
}

const step: fc.Arbitrary<Step> = fc.record({
  writer: fc.nat(1),
  action: fc.constantFrom(...TICKET_ACTIONS),
  operator: fc.nat(1),
  chosen: fc.nat(TICKET_STATES.length - 1),
  place: fc.constantFrom('keep' as const, 'end' as const),
});

export interface History {
  /** What each of the two writers wrote, in its own order. */
  readonly writers: readonly [readonly LedgerEntry[], readonly LedgerEntry[]];
  /** For each arrival, whose next entry arrives. */
  readonly order: readonly number[];
}

/** Two writers with entries about one ticket. The first usually creates it; sometimes both claim to, sometimes neither. */
export const histories: fc.Arbitrary<History> = fc
  .record({
    created: fc.constantFrom('first', 'first', 'first', 'second', 'both', 'neither'),
    steps: fc.array(step, { maxLength: 14 }),
    order: fc.array(fc.nat(1), { maxLength: 40 }),
    seed: fc.nat(),
  })
  .map(({ created, steps, order, seed }) => {
    const world = virtualWorld({ seed });
    const make = entryMaker(world);
    if (created === 'first' || created === 'both') make(0, 'TICKET_CREATE');
    if (created === 'second' || created === 'both') make(1, 'TICKET_CREATE');
    for (const one of steps) {
      world.advance(1_000);
      make(one.writer, one.action, one);
    }
    return { writers: make.written, order };
  });

function entryMaker(world: VirtualWorld) {
  const { env } = world;
  const tenantId = newId<'tenant'>(env) satisfies TenantId;
  const siteId = newId<'site'>(env) satisfies SiteId;
  const ticketId = newId<string>(env);
  const operators = [newId<'user'>(env), newId<'user'>(env)];
  const counters = [newId<'counter'>(env), newId<'counter'>(env)];
  const serviceIds = [newId<'service'>(env), newId<'service'>(env)];
  const priorityClassId = newId<'priority_class'>(env);
  const origins = [buildOrigin(env, tenantId), buildOrigin(env, tenantId)] as const;
  const written: [LedgerEntry[], LedgerEntry[]] = [[], []];

  const dataOf = (action: TicketAction, at: Step): EntryDraft['data'] => ({
    operatorId: operators[at.operator] ?? '',
    counterId: counters[at.operator] ?? '',
    reason: action === 'TICKET_CANCEL' ? 'customer_left' : 'because',
    place: at.place,
    toServiceId: serviceIds[at.operator] ?? '',
    to: TICKET_STATES[at.chosen] ?? 'waiting',
    callId: newId<string>(env),
    state: 'waiting',
    serviceId: serviceIds[0] ?? '',
    code: `A00${at.writer + 1}`,
    businessDay: '2026-11-23',
    lane: '1',
    number: at.writer + 1,
    priorityClassId,
    priority: 0,
    partySize: 1,
    channel: 'totem',
    priceCents: 0,
  });
  const make = (writer: number, action: TicketAction, at?: Step) => {
    const on: Step = at ?? { writer, action, operator: 0, chosen: 1, place: 'keep' };
    const entry = draft(action, 'ticket', ticketId as Id<string>, dataOf(action, on), { siteId });
    const index = writer === 0 ? 0 : 1;
    for (const chained of origins[index].write([entry])) written[index].push(chained.entry);
  };
  return Object.assign(make, { written });
}

/** The order of receipt: entries of each writer in order, interleaved as the history says, none lost. */
export function received(history: History): LedgerEntry[] {
  const left = [[...history.writers[0]], [...history.writers[1]]];
  const arrived: LedgerEntry[] = [];
  for (const writer of history.order) {
    const next = left[writer]?.shift();
    if (next !== undefined) arrived.push(next);
  }
  return [...arrived, ...(left[0] ?? []), ...(left[1] ?? [])];
}
