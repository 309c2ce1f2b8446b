/** The branches of a moment are what one would count by hand, for who may see them and nobody else. */
import { ROUTES } from '@totem/api';
import { instantText, newId, type SiteId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildTicket, putRows } from '../testing/records.ts';

const MINUTE_MS = 60_000;

let cloud: TestCloud;
let look: Onlooker;
let quick: SiteId;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  quick = await openSite(look, cloud.seed.tenantId, 'quick');
  await look.rows(`UPDATE site SET queue_rules = queue_rules || '{"waitTargetMinutes": 10}' WHERE id = $1`, [
    quick,
  ]);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

test('each branch has its queue by its own target, its counters and its devices, and a neighbour is not in it', async () => {
  const { tenantId, siteId } = cloud.seed;
  const neighbour = await neighbourOf(cloud, look);
  const now = systemEnv.now();
  const ticketAt = (
    place: { tenantId: typeof tenantId; siteId: SiteId },
    state: string,
    minutes: number,
    over = {},
  ) =>
    buildTicket(systemEnv, place, {
      state,
      businessDay: '2026-11-23',
      issuedAt: instantText(now - minutes * MINUTE_MS),
      waitingSince: instantText(now - minutes * MINUTE_MS),
      conflict: 'code_reused',
      ...over,
    });
  const here = { tenantId, siteId };
  const there = { tenantId, siteId: quick };
  await putRows(look, 'ticket', [
    ticketAt(here, 'waiting', 20),
    ticketAt(here, 'waiting', 40),
    ticketAt(here, 'waiting', 90, { heldReason: 'document' }),
    ticketAt(here, 'in_service', 50, { operatorId: newId<'user'>(systemEnv) }),
    ticketAt(here, 'finished', 400),
    ticketAt(there, 'waiting', 20),
    ticketAt(there, 'called', 5, { operatorId: newId<'user'>(systemEnv) }),
    ticketAt(neighbour, 'waiting', 99),
  ]);
  await look.rows(`UPDATE equipment SET last_seen = now() WHERE identifier = 'totem-1' AND tenant_id = $1`, [
    tenantId,
  ]);
  const { sites } = await apiOf(cloud.url, await cloud.signIn('admin')).call(ROUTES.getOverview, {});
  expect(sites.map((site) => site.siteId).sort()).toEqual([siteId, quick].sort());
  expect(sites.find((site) => site.siteId === siteId)).toMatchObject({
    waiting: 2,
    held: 1,
    longestWaitSince: instantText(now - 40 * MINUTE_MS),
    waitTargetMinutes: 30,
    overTarget: 1,
    called: 0,
    inService: 1,
    counters: 3,
    countersOpen: 0,
    devices: { online: 1, offline: 1, maintenance: 0, suspended: 0 },
  });
  expect(sites.find((site) => site.siteId === quick)).toMatchObject({
    waiting: 1,
    waitTargetMinutes: 10,
    overTarget: 1,
    called: 1,
    counters: 0,
  });
});

test('an operator is not shown all branches', async () => {
  const operator = apiOf(cloud.url, await cloud.signIn('operador'));
  expect(await refusalOf(operator.call(ROUTES.getOverview, {}))).toMatchObject({ code: 'forbidden' });
});
