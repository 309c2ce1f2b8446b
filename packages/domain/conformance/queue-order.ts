/** One suite for everyone who picks the next ticket by SQL (I-QUE-3): in any world, what SQL says is what the rule and the order of the domain say. */
import { proof, recordProof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallWhy } from '../call/call.ts';
import { type Env, instantText } from '../env.ts';
import {
  type CounterId,
  newId,
  type PriorityClassId,
  type ServiceId,
  type SiteId,
  type TenantId,
  type UserId,
} from '../ids/id.ts';
import { cents } from '../money/money.ts';
import type { CallingPlace } from '../queue/callable.ts';
import { nextTicket, peopleAhead, whyOf } from '../queue/next-ticket.ts';
import { type QueueBook, type QueueOrder, STRICT_BOOK } from '../queue/order.ts';
import type { TicketRow } from '../rows/tables.ts';
import { TICKET_STATES } from '../ticket/machine.ts';

/** What a place of command says of a queue. */
export interface QueueEyes {
  next(place: CallingPlace, book: QueueBook): Promise<TicketRow | undefined>;
  /** Of the ticket that `next` gave. */
  why(place: CallingPlace, book: QueueBook, row: TicketRow): Promise<CallWhy>;
  peopleAhead(row: TicketRow, book: QueueBook): Promise<number>;
}

export interface QueueWorld {
  readonly env: Env;
  readonly tenantId: TenantId;
  readonly here: SiteId;
  readonly elsewhere: SiteId;
  /** Looks at a world that was never there for anybody else. */
  inWorld(rows: readonly TicketRow[], see: (eyes: QueueEyes) => Promise<void>): Promise<void>;
}

/** When each question is asked: a little after the last arrival. */
const NOW = Date.parse('2026-11-23T12:00:03.500Z');

/** Few values of each, so that there are ties. A ticket of any state, since only those who wait are called. */
function drawing(env: Env) {
  const some = <K extends string>(count: number) => Array.from({ length: count }, () => newId<K>(env));
  const services: readonly ServiceId[] = some<'service'>(4);
  const operators: readonly UserId[] = some<'user'>(3);
  const counters: readonly CounterId[] = some<'counter'>(3);
  const classes = some<'priority_class'>(3);
  const ticket = fc.record({
    priorityClassId: fc.constantFrom(...classes),
    appointmentAt: fc.option(
      fc.integer({ min: -3, max: 3 }).map((minutes) => instantText(NOW + minutes * 60_000)),
      { freq: 2 },
    ),
    isHere: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
    state: fc.oneof(
      { weight: 6, arbitrary: fc.constant('waiting' as const) },
      fc.constantFrom(...TICKET_STATES),
    ),
    heldReason: fc.option(fc.constant('documento'), { freq: 3 }),
    serviceId: fc.constantFrom(...services),
    priority: fc.nat(3),
    waitingSince: fc.option(
      fc.nat(4).map((second) => `2026-11-23T12:00:0${second}.000Z`),
      { freq: 9 },
    ),
    addressedOperatorId: fc.option(fc.constantFrom(...operators), { freq: 3 }),
    addressedCounterId: fc.option(fc.constantFrom(...counters), { freq: 3 }),
  });
  const place: fc.Arbitrary<CallingPlace> = fc.record({
    operatorId: fc.constantFrom(...operators),
    counterId: fc.constantFrom(...counters),
    serviceIds: fc.option(fc.subarray([...services]), { freq: 3 }),
    priorityFrom: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
  });
  const order = queueOrders(classes);
  const book: fc.Arbitrary<QueueBook> = fc.record({
    site: order,
    services: fc.dictionary(fc.constantFrom(...services), order, { maxKeys: 2 }),
  });
  return fc.record({
    drawn: fc.array(ticket, { maxLength: 30 }),
    places: fc.array(fc.record({ from: place, book }), { minLength: 1, maxLength: 4 }),
  });
}

/** Any policy with any inputs. */
function queueOrders(classes: readonly PriorityClassId[]): fc.Arbitrary<QueueOrder> {
  const minutes = fc.nat(2);
  const appointments = fc.option(
    fc.record({
      beforeMinutes: minutes,
      afterMinutes: minutes,
      tier: fc.nat(4),
      weight: fc.integer({ min: 1, max: 5 }),
    }),
  );
  const turns = fc.integer({ min: 1, max: 3 });
  return fc.record({
    policy: fc.oneof(
      fc.record({
        name: fc.constantFrom('strict' as const, 'arrival' as const, 'aging' as const),
        appointments,
      }),
      fc.record({ name: fc.constant('ratio' as const), preferential: turns, normal: turns, appointments }),
    ),
    now: fc.constant(NOW),
    recent: fc.array(fc.boolean(), { maxLength: 5 }),
    weights: fc.dictionary(fc.constantFrom(...classes), fc.nat(4), { maxKeys: 3 }),
  });
}
type Drawn = ReturnType<typeof drawing> extends fc.Arbitrary<{ drawn: (infer T)[] }> ? T : never;

function rowOf(world: QueueWorld, { isHere, ...drawn }: Drawn): TicketRow {
  const at = '2026-11-23T11:00:00.000Z';
  const id = newId<'ticket'>(world.env);
  return {
    ...drawn,
    tenantId: world.tenantId,
    id,
    createdAt: at,
    siteId: isHere ? world.here : world.elsewhere,
    code: id,
    businessDay: '2026-11-23',
    lane: '1',
    number: 1,
    partySize: 1,
    reason: null,
    reprint: null,
    channel: 'totem',
    operatorId: null,
    counterId: null,
    issuedAt: at,
    stageSince: at,
    calledAt: null,
    calls: 0,
    startedAt: null,
    endedAt: null,
    updatedAt: at,
    priceCents: cents(0),
    conflict: null,
    folded: {},
  };
}

/**
 * Declares the test for a place of command.
 * @param proofName under which its figures are recorded.
 */
export function testQueueOrder(proofName: string, setup: () => QueueWorld): void {
  const runs = proof(proofName, { share: 150, full: 10_000, unit: 'worlds' });
  test('I-QUE-3: the ticket, the one after it and how many there were are the same by SQL and by the rule', async () => {
    const world = setup();
    let chosen = 0;
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(drawing(world.env), async ({ drawn, places }) => {
        const rows = drawn.map((one) => rowOf(world, one));
        const queue = rows.filter(({ siteId }) => siteId === world.here);
        await world.inWorld(rows, async (eyes) => {
          for (const { from, book } of places) {
            asked += 1;
            const { next, runnerUp, candidates } = nextTicket(queue, from, book);
            const row = await eyes.next(from, book);
            expect(row).toEqual(next);
            if (row === undefined) continue;
            chosen += 1;
            expect(await eyes.why(from, book, row)).toEqual(whyOf(row, runnerUp, candidates, book));
          }
          const book = places[0]?.book ?? STRICT_BOOK;
          for (const one of queue.slice(0, 3))
            expect(await eyes.peopleAhead(one, book)).toBe(peopleAhead(queue, one, book));
        });
      }),
      { numRuns: runs },
    );
    recordProof(proofName, { worlds_count: runs, places_count: asked, chosen_count: chosen });
  });
}
