/**
 * Days in figures: what every service of every site did in a day, reckoned from the tickets and payments themselves. A day is
 * reckoned again for a week, because what totems bring late belongs to it; days that were missed are made up for. Reckoning
 * again changes nothing that is right.
 */
import { type Env, instantText, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';

export const ROLL_UP_EVERY_MS = 3_600_000;
/** How long a day is reckoned again. */
const AGAIN_DAYS = 8;
/** Days in one statement. */
const CHUNK_DAYS = 31;
/** Of a histogram: bin `n` begins at `2^(n/4) - 1` seconds, so that a percentile is right within a fifth. */
const BINS_EACH_DOUBLING = 4;

const SPAN: Statement = {
  name: 'roll-up-span',
  text: `SELECT to_char(coalesce(
      (SELECT CASE WHEN count(*) > 0 THEN least(max(business_day), $2::date) - ${AGAIN_DAYS} END
        FROM daily_metric WHERE tenant_id = $1),
      (SELECT min(business_day) FROM ticket WHERE tenant_id = $1 AND business_day >= '2020-01-01'))
    , 'YYYY-MM-DD') AS first`,
};

const seconds = (from: string, to: string) =>
  `CASE WHEN t.state = 'finished' AND t.${from} IS NOT NULL AND t.${to} IS NOT NULL
    THEN least(greatest(floor(extract(epoch FROM t.${to} - t.${from})), 0), 2147483647)::int4 END`;
const bins = (of: string) =>
  `(SELECT coalesce(jsonb_object_agg(b.bin, b.many), '{}') FROM (
      SELECT floor(log(2, o.${of} + 1) * ${BINS_EACH_DOUBLING})::int4 AS bin, count(*) AS many FROM one o
      WHERE o.${of} IS NOT NULL AND (o.site_id, o.service_id, o.business_day) = (d.site_id, d.service_id, d.business_day)
      GROUP BY 1) AS b)`;
const FIGURES = [
  'issued',
  'served',
  'no_show',
  'canceled',
  'expired',
  'wait_seconds',
  'service_seconds',
  'paid_cents',
  'refunded_cents',
  'times',
];

const ROLL_UP: Statement = {
  name: 'roll-up-days',
  text: `WITH one AS (
      SELECT t.site_id, t.service_id, t.business_day, t.state, t.reason, ${seconds('waiting_since', 'started_at')} AS wait,
        ${seconds('started_at', 'ended_at')} AS service, p.paid, p.refunded
      FROM ticket t LEFT JOIN LATERAL (
        SELECT sum(s.paid_cents) AS paid, sum(s.refunded_cents) AS refunded FROM payment_session s
        WHERE s.tenant_id = $1 AND s.ticket_id = t.id) AS p ON true
      WHERE t.tenant_id = $1 AND t.business_day >= $2::date AND t.business_day < $3::date
    ), d AS (
      SELECT site_id, service_id, business_day, count(*) AS issued, count(*) FILTER (WHERE state = 'finished') AS served,
        count(*) FILTER (WHERE state = 'canceled' AND reason = 'no_show') AS no_show,
        count(*) FILTER (WHERE state = 'canceled' AND reason IS DISTINCT FROM 'no_show') AS canceled,
        count(*) FILTER (WHERE state = 'expired') AS expired, coalesce(sum(wait), 0) AS wait_seconds,
        coalesce(sum(service), 0) AS service_seconds, coalesce(sum(paid), 0) AS paid_cents,
        coalesce(sum(refunded), 0) AS refunded_cents
      FROM one GROUP BY site_id, service_id, business_day
    )
    INSERT INTO daily_metric (tenant_id, site_id, service_id, business_day, ${FIGURES.join(', ')}, computed_at)
    SELECT $1, d.site_id, d.service_id, d.business_day, d.issued, d.served, d.no_show, d.canceled, d.expired, d.wait_seconds,
      d.service_seconds, d.paid_cents, d.refunded_cents, jsonb_build_object('wait', ${bins('wait')}, 'service', ${bins('service')}), $4
    FROM d
    ON CONFLICT (tenant_id, site_id, business_day, service_id) DO UPDATE
    SET ${[...FIGURES, 'computed_at'].map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE (${FIGURES.map((name) => `daily_metric.${name}`).join(', ')})
      IS DISTINCT FROM (${FIGURES.map((name) => `excluded.${name}`).join(', ')})`,
};

/** Reckons what is due of every tenant. A tenant that fails does not keep the others waiting. @returns lines that changed. */
export async function rollUpDays(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}): Promise<number> {
  let changed = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      changed += await rollUpTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'days could not be reckoned');
    }
  }
  return changed;
}

async function rollUpTenant(
  { db, env }: { readonly db: Database; readonly env: Env },
  tenantId: TenantId,
): Promise<number> {
  const now = instantText(env.now());
  const today = Temporal.PlainDate.from(now.slice(0, 10));
  // Somewhere it is tomorrow already.
  const end = today.add({ days: 2 });
  const row = await withTenant(db, tenantId, (tx) => tx.one(SPAN, [tenantId, today.toString()]));
  const first = row?.first ?? null;
  if (first === null) return 0;
  let changed = 0;
  for (let from = Temporal.PlainDate.from(first); Temporal.PlainDate.compare(from, end) < 0; ) {
    const next = from.add({ days: CHUNK_DAYS });
    const to = Temporal.PlainDate.compare(next, end) < 0 ? next : end;
    const span = { from: from.toString(), to: to.toString() };
    changed += await withTenant(db, tenantId, (tx) => rollUpSpan(tx, env, span));
    from = to;
  }
  return changed;
}

/** Reckons the days of a span, whose end is not of it. @returns lines that changed. */
export function rollUpSpan(
  tx: WriteHandle,
  env: Env,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> {
  return tx.run(ROLL_UP, [tx.tenantId, from, to, instantText(env.now())]);
}
