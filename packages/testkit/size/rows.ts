/**
 * The rows of one tenant as PostgreSQL makes them itself, so that a million take minutes: everything follows from a seed, the
 * tenant's number and the row's. `seeding` is a row with what the tenant has; `seed_ticket` is its tickets in order of time,
 * from which all that hangs on them is made. Chains are not: whoever verifies this ledger finds it broken.
 */

/** Days of history; the newest ticket is of the last. */
export const HISTORY_DAYS = 180;
/** Days of which operators' sessions and figures are kept. */
const RECENT_DAYS = 30;
/** People who wait at each site, at most. */
const WAITING_PER_SITE = 20;

/** Ids as they are made in life: by time first (RFC 9562, 5.7), and the rest from a name. */
const ID_FUNCTION = `CREATE OR REPLACE FUNCTION pg_temp.uid(at timestamptz, name text) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::int8), 12, '0') || '7' || left(md5(name), 3) || '8'
    || substr(md5(name), 4, 15))::uuid $$`;

/** Once for a connection. */
export const PREPARE: readonly string[] = [
  ID_FUNCTION,
  `CREATE TEMP TABLE seeding (tenant_id uuid, name text, born timestamptz, tickets int4, ends timestamptz, sites uuid[],
     services uuid[], counters uuid[], users uuid[], classes uuid[], totems uuid[], origins uuid[])`,
  `CREATE TEMP VIEW seed_ticket AS
   SELECT s.*, i, t.at, pg_temp.uid(t.at, s.name || ' ticket ' || i) AS id, p.place, s.sites[p.place] AS site_id,
     s.services[(p.place - 1) * 4 + i % 4 + 1] AS service_id, s.counters[(p.place - 1) * 3 + i % 3 + 1] AS counter_id,
     i % 3 + 1 AS counter_number, s.users[(p.place - 1) * 4 + i % 4 + 2] AS user_id, i % 4 AS nth,
     (i / cardinality(s.sites)) % 9999 + 1 AS number,
     CASE WHEN i > s.tickets - least(${WAITING_PER_SITE} * cardinality(s.sites), s.tickets / ${HISTORY_DAYS} + 1) THEN 'waiting'
       WHEN i % 50 = 0 THEN 'expired' WHEN i % 17 = 0 THEN 'canceled' ELSE 'finished' END AS state
   FROM seeding s, generate_series(1, s.tickets) AS g(i),
     LATERAL (SELECT s.ends - (s.tickets - i) * (interval '${HISTORY_DAYS} days' / s.tickets) AS at) AS t,
     LATERAL (SELECT (i % cardinality(s.sites)) + 1 AS place) AS p`,
];

/** What the tenant has. Values: its name, its tickets, its sites, and when the history ends. */
export const SEEDING = `INSERT INTO seeding
  SELECT pg_temp.uid(born, $1), $1, born, $2, $4::timestamptz, ${idsOf('site', '$3')}, ${idsOf('service', '4 * $3')},
    ${idsOf('counter', '3 * $3')}, ${idsOf('user', '1 + 4 * $3')}, ${idsOf('class', '5')}, ${idsOf('totem', '2 * $3')},
    ${idsOf('origin', '2 * $3')}
  FROM (SELECT $4::timestamptz - interval '${HISTORY_DAYS + 1} days' AS born) AS b`;

function idsOf(kind: string, count: string): string {
  return `(SELECT array_agg(pg_temp.uid(born, $1 || ' ${kind} ' || n) ORDER BY n) FROM generate_series(1, ${count}::int4) AS g(n))`;
}

const each = (ids: string) => `seeding s, unnest(s.${ids}) WITH ORDINALITY AS u(id, n)`;

const CONFIGURED: readonly string[] = [
  `INSERT INTO tenant (id, name, slug, created_at) SELECT tenant_id, 'Empresa ' || name, name, born FROM seeding`,
  `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
   SELECT s.tenant_id, u.id, born, 'Unidade ' || n, 'unidade-' || n, 'America/Sao_Paulo', 0, 'BRL', 'pt-BR', '{}'
   FROM ${each('sites')}`,
  `INSERT INTO service (tenant_id, id, created_at, site_ids, name, prefix, price_cents, duration_minutes, active, sort_order,
     payment_policy)
   SELECT s.tenant_id, u.id, born, jsonb_build_array(s.sites[(n - 1) / 4 + 1]),
     jsonb_build_object('pt-BR', 'Serviço ' || n, 'en', 'Service ' || n, 'es', 'Servicio ' || n), chr(65 + (n % 4)::int4),
     CASE WHEN n % 4 = 0 THEN 4990 ELSE 0 END, 10, true, n, CASE WHEN n % 4 = 0 THEN 'after_service' ELSE 'free' END
   FROM ${each('services')}`,
  `INSERT INTO priority_class (tenant_id, id, created_at, name, tier, weight, sort_order, active)
   SELECT s.tenant_id, u.id, born, jsonb_build_object('pt-BR', 'Classe ' || n, 'en', 'Class ' || n, 'es', 'Clase ' || n), n - 1,
     1, n, true FROM ${each('classes')}`,
  `INSERT INTO counter (tenant_id, id, created_at, site_id, name, number, active)
   SELECT s.tenant_id, u.id, born, s.sites[(n - 1) / 3 + 1], 'Guichê ' || (n - 1) % 3 + 1, (n - 1) % 3 + 1, true
   FROM ${each('counters')}`,
  `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
   SELECT s.tenant_id, u.id, born, lower(name) || '-' || n, 'Pessoa ' || n, '', CASE WHEN n = 1 THEN 'admin' ELSE 'operator' END
   FROM ${each('users')}`,
  `INSERT INTO user_site (tenant_id, user_id, site_id)
   SELECT s.tenant_id, u.id, s.sites[(n - 2) / 4 + 1] FROM ${each('users')} WHERE n > 1`,
  `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane, last_seen)
   SELECT s.tenant_id, u.id, born, s.sites[(n - 1) / 2 + 1], 'totem', 'totem-' || n, ((n - 1) % 2 + 1)::text, s.ends
   FROM ${each('totems')}`,
  `INSERT INTO origin (tenant_id, id, equipment_id, site_id, reason, opened_at)
   SELECT s.tenant_id, u.id, s.totems[n], s.sites[(n - 1) / 2 + 1], 'enrolled', born FROM ${each('origins')}`,
  `INSERT INTO ledger_cursor (tenant_id, origin, seq, hash, updated_at)
   SELECT s.tenant_id, u.id, s.tickets, '', s.ends FROM ${each('origins')}`,
];

const SERVED = `state IN ('finished', 'canceled')`;

const QUEUED: readonly string[] = [
  `INSERT INTO ticket (tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number, priority_class_id,
     priority, party_size, state, reason, channel, operator_id, counter_id, issued_at, waiting_since, stage_since, called_at,
     calls, started_at, ended_at, updated_at, price_cents, conflict, folded)
   SELECT tenant_id, id, at, site_id, service_id, chr(65 + nth) || lpad(number::text, 4, '0'),
     (at AT TIME ZONE 'America/Sao_Paulo')::date, '1', number, classes[i % 5 + 1], CASE WHEN i % 7 = 0 THEN i % 5 ELSE 0 END, 1,
     state, CASE WHEN state = 'canceled' THEN 'no_show' END, 'totem', CASE WHEN ${SERVED} THEN user_id END,
     CASE WHEN ${SERVED} THEN counter_id END, at, at, at, CASE WHEN ${SERVED} THEN at + interval '9 minutes' END,
     CASE WHEN ${SERVED} THEN 1 ELSE 0 END, CASE WHEN state = 'finished' THEN at + interval '10 minutes' END,
     CASE WHEN state <> 'waiting' THEN at + interval '19 minutes' END, at, CASE WHEN nth = 3 THEN 4990 ELSE 0 END,
     CASE WHEN i % 1000 = 1 AND state = 'finished' THEN 'called_twice' END, '{}' FROM seed_ticket`,
  `INSERT INTO call (tenant_id, id, created_at, site_id, ticket_id, code, business_day, counter_id, counter_number, operator_id,
     number, priority, called_at, why, folded)
   SELECT tenant_id, pg_temp.uid(at, name || ' call ' || i), at, site_id, id, chr(65 + nth) || lpad(number::text, 4, '0'),
     (at AT TIME ZONE 'America/Sao_Paulo')::date, counter_id, counter_number, user_id, number, 0, at + interval '9 minutes',
     '{}', '{}' FROM seed_ticket WHERE ${SERVED}`,
  `INSERT INTO operator_session (tenant_id, id, created_at, site_id, user_id, counter_id, since, until, folded)
   SELECT s.tenant_id, pg_temp.uid(d.at, s.name || ' session ' || n || ' ' || day), d.at, s.sites[(n - 1) / 3 + 1],
     s.users[((n - 1) / 3) * 4 + (n - 1) % 3 + 2], u.id, d.at, CASE WHEN day > 0 THEN d.at + interval '8 hours' END, '{}'
   FROM ${each('counters')}, generate_series(0, ${RECENT_DAYS}) AS g(day),
     LATERAL (SELECT s.ends - interval '9 hours' - day * interval '1 day' AS at) AS d`,
];

const PAID = `nth = 3 AND state = 'finished'`;

const KEPT: readonly string[] = [
  `INSERT INTO payment_session (tenant_id, id, created_at, site_id, ticket_id, attempt, method, adapter, external_id, currency,
     amount_cents, paid_cents, refunded_cents, status, phase, details, operator_id, business_day, paid_at, updated_at, folded)
   SELECT tenant_id, pg_temp.uid(at, name || ' payment ' || i), at, site_id, id, 1, 'pix', 'simulator', name || '-' || i, 'BRL',
     4990, CASE WHEN i % 200 = 3 THEN 0 ELSE 4990 END, 0, CASE WHEN i % 200 = 3 THEN 'pending' ELSE 'paid' END,
     CASE WHEN i % 200 = 3 THEN 'unknown' ELSE 'confirmed' END, '{}', user_id, (at AT TIME ZONE 'America/Sao_Paulo')::date,
     CASE WHEN i % 200 = 3 THEN NULL ELSE at + interval '20 minutes' END, at, '{}' FROM seed_ticket WHERE ${PAID}`,
  `INSERT INTO payment_transaction (tenant_id, id, created_at, site_id, payment_session_id, adapter, kind, external_id,
     amount_cents, outcome, raw, folded)
   SELECT tenant_id, pg_temp.uid(at, name || ' exchange ' || i), at, site_id, pg_temp.uid(at, name || ' payment ' || i),
     'simulator', 'authorize', name || '-' || i, 4990, CASE WHEN i % 200 = 3 THEN 'unknown' ELSE 'approved' END, '{}', '{}'
   FROM seed_ticket WHERE ${PAID}`,
  `INSERT INTO receipt (tenant_id, id, created_at, site_id, ticket_id, payment_session_id, kind, code, content, text, issued_at,
     reprints, folded)
   SELECT tenant_id, pg_temp.uid(at, name || ' receipt ' || i), at, site_id, id, pg_temp.uid(at, name || ' payment ' || i),
     'payment', left(md5(name || ' receipt ' || i), 16), '{}', '', at, 0, '{}' FROM seed_ticket WHERE ${PAID} AND i % 200 <> 3`,
  `INSERT INTO audit_log (tenant_id, id, site_id, origin, seq, tx, user_id, action, entity, entity_id, data, occurred_at,
     clock_suspect, prev_hash, hash, position, received_at)
   SELECT tenant_id, pg_temp.uid(at, name || ' entry ' || i), site_id, origins[(place - 1) * 2 + 1], i,
     pg_temp.uid(at, name || ' tx ' || i), CASE WHEN i % 3 > 0 THEN user_id END,
     (ARRAY['TICKET_CREATE', 'TICKET_CALL', 'TICKET_FINISH'])[i % 3 + 1], 'ticket', id, '{}', at, false, '', '', i, at
   FROM seed_ticket`,
  `UPDATE change_head SET ledger_position = s.tickets FROM seeding s WHERE change_head.tenant_id = s.tenant_id`,
  `INSERT INTO conflict (tenant_id, id, kind, site_id, entity, entity_id, entry_id, detail, found_at, resolved_at)
   SELECT tenant_id, pg_temp.uid(at, name || ' conflict ' || i), 'called_twice', site_id, 'ticket', id,
     pg_temp.uid(at, name || ' entry ' || i), '{}', at, CASE WHEN i % 2000 = 1 THEN at + interval '1 hour' END
   FROM seed_ticket WHERE i % 1000 = 1`,
  `INSERT INTO ledger_quarantine (tenant_id, id, reason, equipment_id, origin, seq, digest, bytes, received_at)
   SELECT tenant_id, pg_temp.uid(at, name || ' quarantine ' || i), 'batch_seal', totems[(place - 1) * 2 + 1],
     origins[(place - 1) * 2 + 1], i, md5(name || i), '\\x00', at FROM seed_ticket WHERE i % 500 = 7`,
  `INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
   SELECT tenant_id, pg_temp.uid(at, name || ' appointment ' || i), at, site_id, service_id, at + interval '7 days', 10,
     left(md5(name || ' appointment ' || i), 8), CASE WHEN at + interval '7 days' > ends THEN 'booked' ELSE 'checked_in' END
   FROM seed_ticket WHERE i % 100 = 0`,
  `INSERT INTO daily_metric (tenant_id, site_id, service_id, business_day, issued, served, no_show, canceled, expired,
     wait_seconds, service_seconds, paid_cents, refunded_cents, times, computed_at)
   SELECT tenant_id, s.sites[(n - 1) / 4 + 1], u.id, s.ends::date - day, 20, 18, 1, 0, 1, 9000, 9000, 0, 0, '{}', s.ends
   FROM ${each('services')}, generate_series(1, ${RECENT_DAYS}) AS g(day)`,
];

/** In order; each within the tenant. */
export const ROWS: readonly string[] = [...CONFIGURED, ...QUEUED, ...KEPT];
