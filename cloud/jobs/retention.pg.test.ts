/** What goes with time, and what is kept of it: months of the ledger, days in figures, and what was told. */
import { instantText, newId, type SiteId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { trimEvents } from '../events/trim.ts';
import { neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildPayment, buildTicket, putRows } from '../testing/records.ts';
import { retireAudit } from './retire-audit.ts';
import { rollUpDays } from './roll-up-days.ts';

const env = systemEnv;
const log = createLog('test', { level: 'silent' });
const DAY_MS = 24 * 3_600_000;

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;
let theirs: TenantId;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  theirs = (await neighbourOf(cloud, look)).tenantId;
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
const parts = () => ({ db: cloud.cloud.db, env, log });

describe('a month of the ledger', () => {
  /** The month that has been over for some months, in the machine's own time, which is the database's too. */
  const monthAgo = (months: number) => {
    const today = Temporal.Instant.fromEpochMilliseconds(env.now()).toZonedDateTimeISO('UTC');
    return today.toPlainDate().with({ day: 1 }).subtract({ months }).toString().slice(0, 7);
  };
  let position = 1_000_000;
  const entry = async (tenant: TenantId, month: string) => {
    position += 1;
    const id = newId<'entry'>(env);
    await look.rows(
      `INSERT INTO audit_log (tenant_id, id, origin, seq, tx, action, entity, entity_id, data, occurred_at,
         clock_suspect, prev_hash, hash, position, received_at)
       VALUES ($1, $2, $2, 1, $2, 'LOGIN', 'user', $2, '{}', $3, false, '', $4, $5, $3)`,
      [tenant, id, `${month}-15T12:00:00Z`, `hash ${position}`, position],
    );
    await look.rows(
      `INSERT INTO entry_private (tenant_id, entry_id, entity, entity_id, salt, data) VALUES ($1, $2, 'user', $2, 'x', '{}')`,
      [tenant, id],
    );
    return { hash: `hash ${position}`, position };
  };
  const sealed = (tenant: TenantId, month: string, last: number) =>
    look.rows(
      `INSERT INTO audit_seal (tenant_id, month, first_position, last_position, entries, digest, heads, key_id, signature, sealed_at)
       VALUES ($1, $2, 1, $3, 1, repeat('0', 64), '{}', 'x', 'x', now())`,
      [tenant, `${month}-01`, last],
    );
  const months = async () =>
    (await look.rows(`SELECT to_char(month, 'YYYY-MM') AS month FROM audit_months()`)).map(
      ({ month }) => month,
    );

  test('goes when it has been over for six and is sealed for everybody, and what it held is written down', async () => {
    const [old, younger] = [monthAgo(8), monthAgo(6)];
    await look.rows(`SELECT ensure_audit_partitions($1, 3)`, [`${old}-01`]);
    const first = await entry(tenantId, old);
    const last = await entry(tenantId, old);
    const other = await entry(theirs, old);
    await entry(tenantId, younger);
    await sealed(tenantId, old, last.position);
    // Somebody's is not sealed: all of it stays.
    expect(await retireAudit(parts())).toEqual([]);
    await sealed(theirs, old, other.position);
    const [one, another] = await Promise.all([retireAudit(parts()), retireAudit(parts())]);
    expect([...one, ...another]).toContain(old);
    expect(await months()).not.toContain(old);
    expect(await months()).toContain(younger);
    const written = await look.rows(
      `SELECT tenant_id, entries::int, first_hash, last_hash FROM audit_retired WHERE month = $1 ORDER BY entries DESC`,
      [`${old}-01`],
    );
    expect(written).toEqual([
      { tenant_id: tenantId, entries: 2, first_hash: first.hash, last_hash: last.hash },
      { tenant_id: theirs, entries: 1, first_hash: other.hash, last_hash: other.hash },
    ]);
    // What lay beside those entries went with them, and no other.
    expect(await look.count('entry_private')).toBe(1);
  });

  test('that was taken off before a node was lost is dropped by the next', async () => {
    const old = monthAgo(9);
    await look.rows(`SELECT ensure_audit_partitions($1, 1)`, [`${old}-01`]);
    const { position: last } = await entry(tenantId, old);
    await look.rows(
      `INSERT INTO audit_retired SELECT $1, $2, 1, hash, hash, now() FROM audit_log WHERE position = $3 AND tenant_id = $1`,
      [tenantId, `${old}-01`, last],
    );
    await look.rows(`ALTER TABLE audit_log DETACH PARTITION audit_log_${old.replace('-', '')}`);
    expect(await retireAudit(parts())).toEqual([old]);
  });

  test('that holds what nobody has written down is put back', async () => {
    const old = monthAgo(9);
    const table = `audit_log_${old.replace('-', '')}`;
    await look.rows(`SELECT ensure_audit_partitions($1, 1)`, [`${old}-01`]);
    await look.rows(`ALTER TABLE audit_log DETACH PARTITION ${table}`);
    await look.rows(
      `INSERT INTO ${table} (tenant_id, id, origin, seq, tx, action, entity, entity_id, data, occurred_at, clock_suspect,
         prev_hash, hash, position, received_at)
       SELECT $1, gen_random_uuid(), $1, n, $1, 'LOGIN', 'user', $1, '{}', $2, false, '', 'x', n, $2 FROM generate_series(1, 3) n`,
      [tenantId, `${old}-15T12:00:00Z`],
    );
    expect(await retireAudit(parts())).toEqual([]);
    expect(await look.rows(`SELECT FROM pg_inherits WHERE inhrelid = $1::regclass`, [table])).toHaveLength(1);
  });

  test('is not let go early, whoever asks', async () => {
    const api = cloud.cloud.db.api;
    await expect(api.query('SELECT retire_audit_partition($1, 0)', [`${monthAgo(3)}-01`])).rejects.toThrow(
      'kept for six months',
    );
  });
});

describe('days in figures', () => {
  beforeEach(async () => {
    await look.rows('DELETE FROM payment_session');
    await look.rows('DELETE FROM ticket');
    await look.rows('DELETE FROM daily_metric');
  });
  const figures = () =>
    look.rows(
      `SELECT to_char(business_day, 'YYYY-MM-DD') AS day, service_id, issued, served, no_show, canceled, expired, wait_seconds,
         service_seconds, paid_cents, refunded_cents, times FROM daily_metric ORDER BY 1, 2`,
    );

  test('are those of the tickets, however often and in whatever order they were reckoned', async () => {
    const today = env.now();
    const services = [newId<'service'>(env), newId<'service'>(env)];
    const ended = fc.constantFrom(
      { state: 'finished' as const, reason: null },
      { state: 'canceled' as const, reason: 'no_show' as const },
      { state: 'canceled' as const, reason: 'other' as const },
      { state: 'expired' as const, reason: null },
    );
    const someTicket = fc.record({
      daysAgo: fc.integer({ min: 0, max: 40 }),
      service: fc.integer({ min: 0, max: 1 }),
      ended,
      wait: fc.integer({ min: 0, max: 7_200 }),
      service_: fc.integer({ min: 0, max: 3_600 }),
      paid: fc.integer({ min: 0, max: 5_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(someTicket, { minLength: 1, maxLength: 25 }), async (tickets) => {
        await look.rows('DELETE FROM payment_session');
        await look.rows('DELETE FROM ticket');
        await look.rows('DELETE FROM daily_metric');
        const put = async (some: typeof tickets) => {
          for (const one of some) {
            const at = today - one.daysAgo * DAY_MS;
            const row = buildTicket(
              env,
              { tenantId, siteId },
              {
                serviceId: services[one.service] ?? newId<'service'>(env),
                businessDay: instantText(at).slice(0, 10),
                ...one.ended,
                waitingSince: instantText(at),
                startedAt: instantText(at + one.wait * 1_000),
                endedAt: instantText(at + (one.wait + one.service_) * 1_000),
              },
            );
            await putRows(look, 'ticket', [{ ...row, code: row.id }]);
            await putRows(look, 'payment_session', [
              buildPayment(
                env,
                { tenantId, siteId },
                { ticketId: row.id, paidCents: one.paid, refundedCents: 1 },
              ),
            ]);
          }
        };
        // Some days are there first; the rest comes late, and within the week in which it still counts.
        const late = tickets.filter(({ daysAgo }) => daysAgo < 7);
        await put(tickets.filter((one) => !late.includes(one)));
        await rollUpDays(parts());
        await put(late);
        await Promise.all([rollUpDays(parts()), rollUpDays(parts())]);
        expect(await rollUpDays(parts())).toBe(0);
        const reckoned = await figures();
        await look.rows('DELETE FROM daily_metric');
        await rollUpDays(parts());
        expect(await figures()).toEqual(reckoned);
        const sum = (of: (one: (typeof tickets)[number]) => number) =>
          tickets.reduce((all, one) => all + of(one), 0);
        const total = (name: string) => reckoned.reduce((all, row) => all + Number(row[name]), 0);
        const served = (one: (typeof tickets)[number]) => (one.ended.state === 'finished' ? 1 : 0);
        expect({
          issued: total('issued'),
          served: total('served'),
          wait: total('wait_seconds'),
          service: total('service_seconds'),
          paid: total('paid_cents'),
          refunded: total('refunded_cents'),
        }).toEqual({
          issued: tickets.length,
          served: sum(served),
          wait: sum((one) => served(one) * one.wait),
          service: sum((one) => served(one) * one.service_),
          paid: sum(({ paid }) => paid),
          refunded: tickets.length,
        });
        const bins = reckoned.flatMap(({ times }) =>
          Object.values((times as { wait: Record<string, number> }).wait),
        );
        expect(bins.reduce((all, many) => all + many, 0)).toBe(sum(served));
      }),
      { numRuns: 8 },
    );
  });
});

test('what was told is forgotten after a month, with its deliveries and attempts', async () => {
  await look.rows(
    `INSERT INTO event (tenant_id, id, type, subject, data, occurred_at, created_at)
     SELECT $1, gen_random_uuid(), 'test', $1, '{}', now(), now() - n * interval '1 day' FROM generate_series(1, 40) n`,
    [tenantId],
  );
  await look.rows(
    `INSERT INTO delivery (tenant_id, id, created_at, kind, receiver_id, event_id, number, subject, state, next_at)
     SELECT tenant_id, gen_random_uuid(), created_at, 'webhook', id, id, number, subject, 'delivered', created_at FROM event`,
  );
  await look.rows(
    `INSERT INTO delivery_attempt (tenant_id, delivery_id, attempt, at, duration_ms) SELECT tenant_id, id, 1, now(), 1 FROM delivery`,
  );
  expect(await trimEvents(parts())).toBeGreaterThanOrEqual(10);
  for (const table of ['event', 'delivery', 'delivery_attempt']) {
    const kept = await look.count(table);
    expect(kept, table).toBeLessThanOrEqual(30);
    expect(kept, table).toBeGreaterThan(25);
  }
});
