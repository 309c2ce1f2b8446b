/** Taking messages stays on its indexes, as the API's role, behind the fence, over what has been told to many for a month. */
import { instantText, newId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { CLAIM, MOVE_BEHIND, SUCCEEDED_SINCE } from './delivery.ts';

const TENANTS = 40;
const EVENTS_EACH = 500;

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId } = cloud.seed);
  await look.rows(
    `INSERT INTO tenant (id, name, slug, created_at) SELECT gen_random_uuid(), 'x', 'x' || n, now() FROM generate_series(2, $1::int) g(n)`,
    [TENANTS],
  );
  await look.rows(
    `INSERT INTO event (tenant_id, id, type, subject, data, occurred_at, created_at)
     SELECT t.id, gen_random_uuid(), 'ticket.called', gen_random_uuid(), '{}', now(), now() - n * interval '1 hour'
     FROM tenant t, generate_series(1, $1::int) g(n)`,
    [EVENTS_EACH],
  );
  await look.rows(
    `INSERT INTO delivery (tenant_id, id, created_at, kind, receiver_id, event_id, number, subject, state, next_at, ended_at)
     SELECT tenant_id, gen_random_uuid(), created_at, 'webhook', tenant_id, id, number, subject,
       CASE WHEN number % 10 = 0 THEN 'waiting' ELSE 'delivered' END, created_at, created_at FROM event`,
  );
  await look.rows('ANALYZE');
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const at = () => instantText(systemEnv.now());
const id = () => newId(systemEnv);

test.each<[string, Statement, () => readonly unknown[], string]>([
  ['what is due', CLAIM, () => [tenantId, at(), at(), 8], 'delivery_due_idx'],
  ['what comes behind', MOVE_BEHIND, () => [tenantId, id(), id(), 1, at()], 'delivery_order_idx'],
  ['whether anything was accepted', SUCCEEDED_SINCE, () => [tenantId, id(), at()], 'delivery_receiver_idx'],
])('%s: an index, and no scan', async (_, { text }, values, index) => {
  const explain: Statement = { name: '', text: `EXPLAIN ${text}` };
  const rows = await withTenant(cloud.cloud.db, tenantId, (tx) => tx.all(explain, values()));
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain(index);
  expect(plan).not.toMatch(/Seq Scan on (delivery|event)/);
});
