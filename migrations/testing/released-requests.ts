/**
 * What a program of the first release asks of the database, over and over, while a newer schema is brought in under it: its
 * rows, and its reads and writes as it prepares them. They are frozen: a program that was released does not change either.
 */

export interface Query {
  /** Prepared under this name, once for a connection. */
  readonly name: string;
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** One transaction, as one tenant. */
export type ReleasedRequest = readonly Query[];

/** Where the rows are. */
export interface Place {
  readonly tenant: string;
  readonly site: string;
  readonly service: string;
  readonly user: string;
  readonly counter: string;
  readonly equipment: string;
  readonly origin: string;
}

const DAY = '2026-11-23';
const TICKETS = 200;

/** Rows of one tenant, by the owner within its fence. */
export function releasedRows(place: Place): readonly Query[] {
  const { tenant, site, service, user, counter, equipment, origin } = place;
  const query = (sql: string, ...values: unknown[]): Query => ({ name: '', sql, values });
  return [
    query(`INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'A', 'a', now())`, tenant),
    query(
      `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
       VALUES ($1, $2, now(), 'A', 'a', 'UTC', 0, 'BRL', 'pt-BR', '{}')`,
      ...[tenant, site],
    ),
    // Offered at one site: what the newer schema says in another column.
    query(
      `INSERT INTO service (tenant_id, id, created_at, site_id, name, prefix, price_cents, duration_minutes, active, sort_order,
         payment_policy) VALUES ($1, $2, now(), $3, '{}', 'A', 0, 5, true, 1, 'free')`,
      ...[tenant, service, site],
    ),
    query(
      `INSERT INTO priority_class (tenant_id, id, created_at, name, tier, weight, sort_order, active)
       VALUES ($1, gen_random_uuid(), now(), '{}', 0, 1, 1, true)`,
      tenant,
    ),
    query(
      `INSERT INTO counter (tenant_id, id, created_at, site_id, name, number, active) VALUES ($1, $2, now(), $3, '1', 1, true)`,
      ...[tenant, counter, site],
    ),
    query(
      `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
       VALUES ($1, $2, now(), 'ana', 'Ana', '', 'operator')`,
      ...[tenant, user],
    ),
    query('INSERT INTO user_site (tenant_id, user_id, site_id) VALUES ($1, $2, $3)', tenant, user, site),
    query(
      `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane)
       VALUES ($1, $2, now(), $3, 'totem', 't', '1')`,
      ...[tenant, equipment, site],
    ),
    query(
      `INSERT INTO operator_session (tenant_id, id, created_at, site_id, user_id, counter_id, since, folded)
       VALUES ($1, gen_random_uuid(), now(), $2, $3, $4, now(), '{}')`,
      ...[tenant, site, user, counter],
    ),
    query(
      `INSERT INTO origin (tenant_id, id, equipment_id, site_id, reason, opened_at) VALUES ($1, $2, $3, $4, 'enrolled', now())`,
      ...[tenant, origin, equipment, site],
    ),
    query(
      `INSERT INTO ledger_cursor (tenant_id, origin, seq, hash, updated_at) VALUES ($1, $2, 1, '', now())`,
      ...[tenant, origin],
    ),
    query(
      `INSERT INTO ticket (tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number, priority_class_id,
         priority, party_size, state, channel, issued_at, waiting_since, stage_since, calls, updated_at, price_cents, folded)
       SELECT $1, gen_random_uuid(), now(), $2, $3, 'A' || n, '${DAY}', '1', n, $3, n % 3, 1, 'waiting', 'totem', now(), now(),
         now(), 0, now(), 0, '{}' FROM generate_series(1, ${TICKETS}) AS g(n)`,
      ...[tenant, site, service],
    ),
  ];
}

const TICKET = `tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number, priority_class_id, priority,
  party_size, state, reason, held_reason, channel, operator_id, counter_id, issued_at, waiting_since, stage_since, called_at,
  calls, started_at, ended_at, updated_at, price_cents, conflict, folded`;

/** What is asked in turn. @param round makes codes unique. */
export function releasedRequests(place: Place, round: number): readonly ReleasedRequest[] {
  return [...queueRequests(place, round), ...configurationRequests(place), ...ledgerRequests(place, round)];
}

function queueRequests({ tenant, site, service, user, counter }: Place, round: number): ReleasedRequest[] {
  return [
    [
      {
        name: 'issue',
        sql: `INSERT INTO ticket (tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number,
            priority_class_id, priority, party_size, state, channel, issued_at, waiting_since, stage_since, calls, updated_at,
            price_cents, folded)
          VALUES ($1, gen_random_uuid(), now(), $2, $3, $4, '${DAY}', 'W', $5, $3, 0, 1, 'waiting', 'reception', now(), now(),
            now(), 0, now(), 0, '{}')`,
        values: [tenant, site, service, `W${round}`, round],
      },
    ],
    [
      {
        name: 'next',
        sql: `SELECT ${TICKET} FROM ticket WHERE tenant_id = $1 AND site_id = $2 AND state = 'waiting'
            AND held_reason IS NULL ORDER BY priority DESC, waiting_since, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
        values: [tenant, site],
      },
      {
        name: 'end',
        sql: `UPDATE ticket SET state = 'finished', ended_at = now(), updated_at = now() WHERE tenant_id = $1 AND id =
            (SELECT id FROM ticket WHERE tenant_id = $1 AND state = 'waiting' LIMIT 1 FOR UPDATE SKIP LOCKED)`,
        values: [tenant],
      },
      {
        name: 'call',
        sql: `INSERT INTO call (tenant_id, id, created_at, site_id, ticket_id, code, business_day, counter_id, counter_number,
            operator_id, number, priority, called_at, why, folded)
          VALUES ($1, gen_random_uuid(), now(), $2, gen_random_uuid(), 'A1', '${DAY}', $3, 1, $4, $5, 0, now(), '{}', '{}')`,
        values: [tenant, site, counter, user, round],
      },
    ],
    ...['ticket', 'call', 'operator_session', 'site', 'service', 'counter', 'priority_class'].map((table) => [
      {
        name: `snapshot-${table}`,
        sql: `SELECT text_of_${table}(t) AS row FROM ${table} t WHERE t.tenant_id = $1 LIMIT 20`,
        values: [tenant],
      },
    ]),
  ];
}

function configurationRequests({ tenant, site, service, user, equipment }: Place): ReleasedRequest[] {
  return [
    [
      { name: 'login', sql: 'SELECT tenant_id, user_id FROM lookup_login($1)', values: ['ana'] },
      {
        name: 'person',
        sql: 'SELECT id, username, role, active, hashed_password FROM app_user WHERE tenant_id = $1 AND id = $2',
        values: [tenant, user],
      },
      {
        name: 'seen',
        sql: 'UPDATE app_user SET last_login = now() WHERE tenant_id = $1 AND id = $2',
        values: [tenant, user],
      },
    ],
    [
      { name: 'device', sql: 'SELECT tenant_id, equipment_id FROM lookup_device($1)', values: [equipment] },
      {
        name: 'heard',
        sql: 'UPDATE equipment SET last_seen = now() WHERE tenant_id = $1 AND id = $2',
        values: [tenant, equipment],
      },
    ],
    [
      {
        name: 'service',
        sql: 'SELECT id, site_id, name, prefix, active FROM service WHERE tenant_id = $1 AND id = $2',
        values: [tenant, service],
      },
      {
        name: 'sort',
        sql: 'UPDATE service SET sort_order = sort_order + 1 WHERE tenant_id = $1 AND id = $2',
        values: [tenant, service],
      },
    ],
    [
      {
        name: 'rename',
        sql: `UPDATE site SET name = name || '' WHERE tenant_id = $1 AND id = $2`,
        values: [tenant, site],
      },
      { name: 'tenant', sql: 'UPDATE tenant SET name = name WHERE id = $1', values: [tenant] },
    ],
  ];
}

function ledgerRequests({ tenant, site, user, origin }: Place, round: number): ReleasedRequest[] {
  return [
    [
      {
        name: 'cursor',
        sql: 'UPDATE ledger_cursor SET seq = seq + 1, updated_at = now() WHERE tenant_id = $1 AND origin = $2',
        values: [tenant, origin],
      },
      {
        name: 'entry',
        sql: `INSERT INTO audit_log (tenant_id, id, site_id, origin, seq, tx, user_id, action, entity, entity_id, data, occurred_at,
            clock_suspect, prev_hash, hash, position, received_at)
          VALUES ($1, gen_random_uuid(), $2, $3, $5, gen_random_uuid(), $4, 'TICKET_CALL', 'ticket', gen_random_uuid(), '{}',
            now(), false, '', '', $5, now())`,
        values: [tenant, site, origin, user, round],
      },
    ],
    [
      {
        name: 'conflict',
        sql: `INSERT INTO conflict (tenant_id, id, kind, site_id, entity, entity_id, entry_id, detail, found_at)
          VALUES ($1, gen_random_uuid(), 'called_twice', $2, 'ticket', $2, $2, '{}', now())`,
        values: [tenant, site],
      },
      {
        name: 'command',
        sql: `INSERT INTO command (tenant_id, id, fingerprint, user_id, type, status, created_at)
          VALUES ($1, gen_random_uuid(), '', $2, 'ticket.call_next', 'running', now())`,
        values: [tenant, user],
      },
    ],
  ];
}
