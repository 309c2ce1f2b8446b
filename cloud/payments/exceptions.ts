/** Payments that need a person: asked of the rows as they are, so that what was settled is gone from the list by itself. */
import type { AnswerOf, QueryOf, Routes } from '@totem/api';
import {
  type Env,
  epochMsOf,
  instantText,
  mayAt,
  type Principal,
  type SiteId,
  sitesOfPrincipal,
} from '@totem/domain';
import type { ReadHandle, SqlRow, Statement } from '../db/with-tenant.ts';
import { OWED, SAYS_OWED } from './owed-cash.ts';

type Exceptions = AnswerOf<Routes['listPaymentExceptions']>['items'];

const DAY_MS = 86_400_000;
/** A customer takes minutes; what is open for longer has been lost by somebody. */
const OPEN_TOO_LONG_MS = 15 * 60_000;
const EXCEPTIONS_MAX = 500;

/**
 * $1 tenant, $2 sites, $3 since which day, $4 what is older has been open too long, $5 whether what is of no site counts.
 * Owed cash has no day: it is a customer's until it is handed over.
 * `OFFSET 0` keeps the last condition out of the parts: each has an index of its own for the few that it wants, and all those
 * of a site are its whole history.
 */
export const EXCEPTIONS: Statement = {
  name: 'payment-exceptions',
  text: `SELECT * FROM (
    SELECT 'open_too_long' AS kind, p.site_id, p.ticket_id, p.id AS payment_id, NULL::uuid AS refund_id,
      NULL::uuid AS reconciliation_id, NULL::uuid AS item_id,
      p.amount_cents, p.phase AS detail, p.updated_at AS since
    FROM payment_session p
    WHERE p.tenant_id = $1 AND p.status = 'pending' AND p.updated_at < $4
  UNION ALL
    SELECT 'conflict', p.site_id, p.ticket_id, p.id, NULL, NULL, NULL, p.paid_cents - p.refunded_cents, p.conflict, p.updated_at
    FROM payment_session p
    WHERE p.tenant_id = $1 AND p.site_id = ANY($2::uuid[]) AND p.business_day >= $3 AND p.conflict IS NOT NULL AND p.paid_cents > p.refunded_cents
  UNION ALL
    SELECT 'paid_ticket_ended', p.site_id, p.ticket_id, p.id, NULL, NULL, NULL, p.paid_cents - p.refunded_cents, t.state, t.updated_at
    FROM payment_session p JOIN ticket t ON t.tenant_id = p.tenant_id AND t.id = p.ticket_id
    WHERE p.tenant_id = $1 AND p.site_id = ANY($2::uuid[]) AND p.business_day >= $3 AND p.status = 'paid' AND p.conflict IS NULL
      AND t.state IN ('canceled', 'expired')
  UNION ALL
    SELECT 'not_told', c.site_id, c.ticket_id, c.id, NULL, NULL, NULL, c.amount_cents, coalesce(p.status, 'absent'), c.updated_at
    FROM charge c LEFT JOIN payment_session p ON p.tenant_id = c.tenant_id AND p.id = c.id
    WHERE c.tenant_id = $1 AND c.created_at >= $3 AND c.state = 'paid' AND c.updated_at < $4
      AND (p.id IS NULL OR p.status NOT IN ('paid', 'refunded'))
  UNION ALL
    SELECT CASE r.state WHEN 'open' THEN 'refund_open' ELSE 'refund_awaiting_approval' END, r.site_id, NULL,
      r.payment_session_id, r.id, NULL, NULL, r.amount_cents, r.reason, r.created_at
    FROM refund_order r
    WHERE r.tenant_id = $1 AND (r.state = 'awaiting_approval' OR (r.state = 'open' AND r.created_at < $4))
  UNION ALL
    SELECT 'served_unpaid', t.site_id, t.id, NULL, NULL, NULL, NULL, t.price_cents, t.state, t.updated_at
    FROM ticket t
    WHERE t.tenant_id = $1 AND t.site_id = ANY($2::uuid[]) AND t.business_day >= $3 AND t.state = 'finished' AND t.price_cents > 0 AND NOT EXISTS (
      SELECT FROM payment_session p WHERE p.tenant_id = t.tenant_id AND p.ticket_id = t.id
        AND p.status IN ('paid', 'refunded'))
  UNION ALL
    SELECT 'books_differ', a.site_id, NULL, i.charge_id, NULL, n.id, i.id, i.amount_cents, i.kind, i.created_at
    FROM reconciliation_item i JOIN reconciliation n ON n.tenant_id = i.tenant_id AND n.id = i.reconciliation_id
      JOIN psp_account a ON a.tenant_id = n.tenant_id AND a.id = n.psp_account_id
    WHERE i.tenant_id = $1 AND i.resolved_at IS NULL
  UNION ALL
    SELECT 'cash_owed', p.site_id, p.ticket_id, p.id, NULL, NULL, NULL, greatest(x.owed_cents - x.returned_cents, 0), p.status,
      p.updated_at
    FROM (
      SELECT DISTINCT payment_session_id AS id FROM payment_transaction
      WHERE tenant_id = $1 AND site_id = ANY($2::uuid[]) AND ${SAYS_OWED}
    ) told JOIN payment_session p ON p.tenant_id = $1 AND p.id = told.id CROSS JOIN LATERAL (${OWED}) x
    WHERE p.method = 'cash' AND p.status <> 'pending' AND (x.owed_cents > x.returned_cents OR x.is_uncounted)
  OFFSET 0) found WHERE site_id = ANY($2::uuid[]) OR ($5::bool AND site_id IS NULL)
  ORDER BY since DESC, kind, payment_id LIMIT ${EXCEPTIONS_MAX}`,
};

export async function exceptionsOf(
  tx: ReadHandle,
  env: Env,
  principal: Principal,
  { siteId, days }: QueryOf<Routes['listPaymentExceptions']>,
): Promise<Exceptions> {
  const sites = await sitesAsked(tx, principal, siteId);
  const rows = await tx.all(EXCEPTIONS, [
    tx.tenantId,
    sites,
    instantText(env.now() - days * DAY_MS).slice(0, 10),
    instantText(env.now() - OPEN_TOO_LONG_MS),
    siteId === undefined && sitesOfPrincipal(principal) === null,
  ]);
  return rows.map(exceptionOf);
}

const SITES: Statement = { name: 'sites-of-tenant', text: 'SELECT id FROM site WHERE tenant_id = $1' };

/** The sites that were asked for and may be seen: by name, because days lie behind their site in every index. */
async function sitesAsked(
  tx: ReadHandle,
  principal: Principal,
  siteId: SiteId | undefined,
): Promise<readonly string[]> {
  if (siteId !== undefined) return mayAt(principal, siteId) ? [siteId] : [];
  return sitesOfPrincipal(principal) ?? (await tx.all(SITES, [tx.tenantId])).map(({ id }) => String(id));
}

function exceptionOf(row: SqlRow): Exceptions[number] {
  return {
    kind: row.kind,
    siteId: row.site_id,
    ticketId: row.ticket_id,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    reconciliationId: row.reconciliation_id,
    itemId: row.item_id,
    amountCents: Number(row.amount_cents),
    detail: row.detail,
    since: instantText(epochMsOf(String(row.since))),
  } as Exceptions[number];
}
