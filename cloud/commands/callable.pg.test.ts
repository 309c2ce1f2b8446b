/** Who is called next: what SQL picks in PostgreSQL is what the rule and the order of the domain pick, in any world. */
import {
  type CallingPlace,
  type CounterId,
  cents,
  type Id,
  newId,
  nextTicket,
  peopleAhead,
  type ServiceId,
  type SiteId,
  TICKET_STATES,
  type TicketRow,
  type UserId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof, recordProof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { upsertRows } from '../db/rows.ts';
import { type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { TICKETS } from '../ledger/folded-tables.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { takeNext, whyNext } from './call-next.ts';
import { peopleAheadOf } from './queries.ts';

const PROOF = 'cloud/who is called next, by SQL and by the rule';
const RUNS = proof(PROOF, { share: 150, full: 10_000, unit: 'worlds' });

let cloud: TestCloud;
let look: Onlooker;
let here: SiteId;
let elsewhere: SiteId;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  here = cloud.seed.siteId;
  elsewhere = newId<'site'>(systemEnv);
  await look.rows(
    `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
     SELECT tenant_id, $1, now(), 'x', 'elsewhere', timezone, 0, currency, default_locale, queue_rules FROM site WHERE id = $2`,
    [elsewhere, here],
  );
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const some = <K extends string>(count: number) => Array.from({ length: count }, () => newId<K>(systemEnv));
const services: readonly ServiceId[] = some<'service'>(4);
const operators: readonly UserId[] = some<'user'>(3);
const counters: readonly CounterId[] = some<'counter'>(3);

/** Few values of each, so that there are ties. A ticket of any state, since only those who wait are called. */
const ticket = fc.record({
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
type Drawn = typeof ticket extends fc.Arbitrary<infer T> ? T : never;
const place: fc.Arbitrary<CallingPlace> = fc.record({
  operatorId: fc.constantFrom(...operators),
  counterId: fc.constantFrom(...counters),
  serviceIds: fc.option(fc.subarray([...services]), { freq: 3 }),
  priorityFrom: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
});

function rowOf({ isHere, ...drawn }: Drawn): TicketRow {
  const at = '2026-11-23T11:00:00.000Z';
  const id = newId<'ticket'>(systemEnv);
  return {
    ...drawn,
    tenantId: cloud.seed.tenantId,
    id,
    createdAt: at,
    siteId: isHere ? here : elsewhere,
    code: id,
    businessDay: '2026-11-23',
    lane: '1',
    number: 1,
    priorityClassId: newId<'priority_class'>(systemEnv),
    partySize: 1,
    reason: null,
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

/** Looks at a world that was never there for anybody else. */
async function inWorld(rows: readonly TicketRow[], see: (tx: WriteHandle) => Promise<void>): Promise<void> {
  const over = new Error('seen');
  const seen = withTenant(cloud.cloud.db, cloud.seed.tenantId, async (tx) => {
    await upsertRows(tx, TICKETS, rows);
    await see(tx);
    throw over;
  });
  await expect(seen).rejects.toBe(over);
}

test('I-QUE-3: the ticket, the one after it and how many there were are the same by SQL and by the rule', async () => {
  let chosen = 0;
  let asked = 0;
  const worlds = fc.record({
    drawn: fc.array(ticket, { maxLength: 30 }),
    places: fc.array(place, { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(worlds, async ({ drawn, places }) => {
      const rows = drawn.map(rowOf);
      const queue = rows.filter(({ siteId }) => siteId === here);
      await inWorld(rows, async (tx) => {
        for (const from of places) {
          asked += 1;
          const { next, runnerUp, candidates } = nextTicket(queue, from);
          const row = await takeNext(tx, here, from);
          expect(row?.id).toBe(next?.id);
          if (row === undefined) continue;
          chosen += 1;
          expect(row).toEqual(next);
          expect(await whyNext(tx, here, from, row)).toMatchObject({
            candidates,
            runnerUp: (runnerUp?.id ?? null) as Id<'ticket'> | null,
          });
        }
        for (const one of queue.slice(0, 3))
          expect(await peopleAheadOf(tx, one)).toBe(peopleAhead(queue, one));
      });
    }),
    { numRuns: RUNS },
  );
  recordProof(PROOF, { worlds_count: RUNS, places_count: asked, chosen_count: chosen });
});
