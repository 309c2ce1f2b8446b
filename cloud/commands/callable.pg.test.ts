/** Who is called next: what SQL picks in PostgreSQL is what the rule and the order of the domain pick, in any world. */
import { newId, type SiteId, type TicketRow } from '@totem/domain';
import { type QueueEyes, testQueueOrder } from '@totem/domain/conformance';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect } from 'vitest';
import { upsertRows } from '../db/rows.ts';
import { withTenant } from '../db/with-tenant.ts';
import { TICKETS } from '../ledger/folded-tables.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { takeNext, whyNext } from './call-next.ts';
import { peopleAheadOf } from './queries.ts';

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

/** Looks at a world that was never there for anybody else. */
async function inWorld(rows: readonly TicketRow[], see: (eyes: QueueEyes) => Promise<void>): Promise<void> {
  const over = new Error('seen');
  const seen = withTenant(cloud.cloud.db, cloud.seed.tenantId, async (tx) => {
    upsertRows(tx, TICKETS, rows);
    await see({
      next: (from, book) => takeNext(tx, here, from, book),
      why: (from, book, row) => whyNext(tx, here, from, book, row),
      peopleAhead: (row, book) => peopleAheadOf(tx, row, book),
    });
    throw over;
  });
  await expect(seen).rejects.toBe(over);
}

testQueueOrder('cloud/who is called next, by SQL and by the rule', () => ({
  env: systemEnv,
  tenantId: cloud.seed.tenantId,
  here,
  elsewhere,
  inWorld,
}));
