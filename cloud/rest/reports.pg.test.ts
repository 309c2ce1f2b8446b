/** Reports equal what one would count by hand, over any tickets, and refuse what would be too much. */
import { type ApiClient, ROUTES } from '@totem/api';
import { CANCEL_REASONS, instantText, newId, type SiteId, TICKET_STATES } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Neighbour, neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildTicket, putRows } from '../testing/records.ts';

const { getOperatorReport, getQueueReport } = ROUTES;
const RUNS = proof('api/reports equal their model', { share: 15, full: 300 });
const OPERATORS = [newId<'user'>(systemEnv), newId<'user'>(systemEnv)];
const SERVICES = [newId<'service'>(systemEnv), newId<'service'>(systemEnv)].sort();
const NOON = Date.UTC(2026, 10, 23, 12);

let cloud: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let admin: ApiClient;
/** A site whose clock is five and a half hours ahead of UTC. */
let site: SiteId;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  site = await openSite(look, cloud.seed.tenantId, 'calcuta', 'Asia/Kolkata');
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const seconds = fc.integer({ min: -600, max: 20_000 });
const drawn = fc.record({
  place: fc.constantFrom('here', 'here', 'here', 'there', 'elsewhere'),
  businessDay: fc.constantFrom('2026-11-21', '2026-11-22', '2026-11-23', '2026-11-25'),
  serviceId: fc.constantFrom(...SERVICES),
  state: fc.constantFrom(...TICKET_STATES, 'finished' as const, 'finished' as const),
  reason: fc.constantFrom(...CANCEL_REASONS),
  operatorId: fc.constantFrom(null, ...OPERATORS),
  issued: fc.integer({ min: 0, max: 86_400 }),
  wait: fc.option(seconds),
  service: fc.option(seconds),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

async function fill(tickets: readonly Drawn[]): Promise<void> {
  const { tenantId, siteId } = cloud.seed;
  const places = { here: { tenantId, siteId: site }, there: { tenantId, siteId }, elsewhere: neighbour };
  await look.rows('TRUNCATE ticket');
  const at = (second: number | null) => (second === null ? null : instantText(NOON + second * 1_000));
  await putRows(
    look,
    'ticket',
    tickets.map(({ place, issued, wait, service, ...over }) =>
      buildTicket(systemEnv, places[place], {
        ...over,
        reason: over.state === 'canceled' ? over.reason : null,
        issuedAt: at(issued),
        waitingSince: at(issued),
        startedAt: at(wait === null ? null : issued + wait),
        endedAt: at(service === null ? null : issued + (wait ?? 0) + service),
        conflict: 'code_reused',
      }),
    ),
  );
}

const mean = (values: readonly number[]) =>
  values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
/** The smallest value that is not below the share (nearest rank). */
const rank = (values: readonly number[], share: number) => values[Math.ceil(share * values.length) - 1];

/** Thirty minutes, as a site has it that has set nothing. */
const TARGET_SECONDS = 1_800;

function figures(tickets: readonly Drawn[], targetSeconds = TARGET_SECONDS) {
  const served = tickets.filter(({ state }) => state === 'finished');
  const waits = served
    .flatMap(({ wait }) => (wait === null ? [] : [Math.max(0, wait)]))
    .sort((a, b) => a - b);
  const canceled = tickets.filter(({ state }) => state === 'canceled');
  const noShow = canceled.filter(({ reason }) => reason === 'no_show').length;
  return {
    issued: tickets.length,
    served: served.length,
    noShow,
    canceled: canceled.length - noShow,
    expired: tickets.filter(({ state }) => state === 'expired').length,
    overTarget: waits.filter((wait) => wait > targetSeconds).length,
    waitSeconds:
      waits.length === 0
        ? null
        : {
            mean: mean(waits),
            p50: rank(waits, 0.5),
            p90: rank(waits, 0.9),
            p99: rank(waits, 0.99),
            max: rank(waits, 1),
          },
    serviceSecondsMean: mean(serviceTimes(served)),
  };
}

const serviceTimes = (served: readonly Drawn[]) =>
  served.flatMap(({ wait, service }) => (wait === null || service === null ? [] : [Math.max(0, service)]));

const localTime = ({ issued }: Drawn) =>
  Temporal.Instant.fromEpochMilliseconds(NOON + issued * 1_000).toZonedDateTimeISO('Asia/Kolkata');

/** How many came in each hour of the week in which somebody did, in the order of the week. */
function arrivals(tickets: readonly Drawn[]) {
  const hours = Map.groupBy(tickets, (one) => {
    const { dayOfWeek, hour } = localTime(one);
    return `${dayOfWeek} ${String(hour).padStart(2, '0')}`;
  });
  return [...hours]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { length: issued }]) => {
      const [weekday, hour] = key.split(' ').map(Number);
      return { weekday, hour, issued };
    });
}

describe('a report', () => {
  test('of the queue equals a count of its tickets, by day and service, by the hour there, and by the hour of the week', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 60 }), async (tickets) => {
        await fill(tickets);
        const query = { siteId: site, from: '2026-11-22', to: '2026-11-24' };
        const report = await admin.call(getQueueReport, { query });
        const counted = tickets.filter(
          ({ place, businessDay }) =>
            place === 'here' && businessDay >= query.from && businessDay <= query.to,
        );
        expect(report.total).toEqual(figures(counted));
        const groups = Map.groupBy(counted, (one) => `${one.businessDay} ${one.serviceId}`);
        const days = [...groups]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, some]) => {
            const [businessDay, serviceId] = key.split(' ');
            return { businessDay, serviceId, ...figures(some) };
          });
        expect(report.days).toEqual(days);
        expect(report.targetMinutes).toBe(TARGET_SECONDS / 60);
        expect(report.arrivals).toEqual(arrivals(counted));
        expect(report.hours).toHaveLength(24);
        for (const { hour, issued, served, waitSecondsMean } of report.hours) {
          const of = figures(counted.filter((one) => localTime(one).hour === hour));
          expect({ hour, issued, served, waitSecondsMean }).toEqual({
            hour,
            issued: of.issued,
            served: of.served,
            waitSecondsMean: of.waitSeconds?.mean ?? null,
          });
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('is held against any target that is asked for, and what waited just so long is in time', async () => {
    const waited = (wait: number): Drawn => ({
      place: 'here',
      businessDay: '2026-11-23',
      serviceId: SERVICES[0] ?? newId<'service'>(systemEnv),
      state: 'finished',
      reason: 'other',
      operatorId: null,
      issued: 0,
      wait,
      service: 60,
    });
    await fill([waited(900), waited(901), waited(1_801)]);
    const query = { siteId: site, from: '2026-11-23', to: '2026-11-23' };
    const over = async (targetMinutes?: number) => {
      const asked = targetMinutes === undefined ? query : { ...query, targetMinutes };
      return (await admin.call(getQueueReport, { query: asked })).total.overTarget;
    };
    expect([await over(15), await over(), await over(31)]).toEqual([2, 1, 0]);
    await look.rows(`UPDATE site SET queue_rules = '{"waitTargetMinutes": 15}' WHERE id = $1`, [site]);
    expect(await over()).toBe(2);
    await look.rows(`UPDATE site SET queue_rules = '{}' WHERE id = $1`, [site]);
  });

  test('of operators equals a count of the tickets that were theirs last', async () => {
    const [{ user } = { user: '' }] = await look.rows(
      `SELECT id AS user FROM app_user WHERE username = 'operador'`,
    );
    await look.rows(
      `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role, deleted_at)
       SELECT tenant_id, $1, now(), 'antiga', 'Antônia Antiga', '', 'operator', now() FROM app_user WHERE id = $2`,
      [OPERATORS[0], user],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 40 }), async (tickets) => {
        await fill(tickets);
        const query = { siteId: site, from: '2026-11-22', to: '2026-11-23' };
        const { operators } = await admin.call(getOperatorReport, { query });
        const wanted = OPERATORS.toSorted().flatMap((operatorId) => {
          const theirs = tickets.filter(
            (one) =>
              one.place === 'here' &&
              one.operatorId === operatorId &&
              one.businessDay >= query.from &&
              one.businessDay <= query.to,
          );
          if (theirs.length === 0) return [];
          const { served, noShow, serviceSecondsMean } = figures(theirs);
          const name = operatorId === OPERATORS[0] ? 'Antônia Antiga' : null;
          return [{ operatorId, name, served, noShow, serviceSecondsMean }];
        });
        expect(operators).toEqual(wanted);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ['beyond a quarter', { from: '2026-01-01', to: '2026-04-03' }, 400, 'invalid_request'],
    ['that ends before it begins', { from: '2026-01-02', to: '2026-01-01' }, 400, 'invalid_request'],
    ['of a day that is none', { from: '2026-02-30', to: '2026-03-01' }, 400, 'invalid_request'],
    ['before the year 1', { from: '0000-01-01', to: '0000-01-02' }, 400, 'invalid_request'],
  ])('%s is refused', async (_, span, status, code) => {
    const refused = await refusalOf(admin.call(getQueueReport, { query: { siteId: site, ...span } }));
    expect([refused.status, refused.code]).toEqual([status, code]);
  });

  test('of a quarter is answered; of a foreign or unknown site it is not there', async () => {
    const span = { from: '2026-01-01', to: '2026-04-02' };
    const empty = await admin.call(getQueueReport, { query: { siteId: site, ...span } });
    expect([empty.total.issued, empty.days]).toEqual([0, []]);
    for (const siteId of [neighbour.siteId, newId<'site'>(systemEnv)])
      for (const route of [getQueueReport, getOperatorReport, ROUTES.getTakingsReport])
        expect((await refusalOf(admin.call(route, { query: { siteId, ...span } }))).code).toBe('not_found');
    const operator = apiOf(cloud.url, await cloud.signIn('operador'));
    expect((await refusalOf(operator.call(getQueueReport, { query: { siteId: site, ...span } }))).code).toBe(
      'forbidden',
    );
  });
});
