/**
 * What must hold, whatever happened: some of it after every step, the rest when a healthy core has had time to converge. A
 * broken promise is an error that names itself, the first one found.
 */
import {
  callTable,
  canonicalJson,
  columnNames,
  counterTable,
  instantText,
  operatorSessionTable,
  priorityClassTable,
  rowFromSql,
  serviceTable,
  siteTable,
  type Table,
  ticketTable,
} from '@totem/domain';
import type { Onlooker, WorldTenant } from './tenant.ts';
import type { TotemNode } from './totem-node.ts';

export class BrokenPromise extends Error {
  readonly promise: string;
  constructor(promise: string, detail: string) {
    super(`${promise}: ${detail}`);
    this.promise = promise;
  }
}

/** A ticket that a customer was told of. */
export interface Told {
  readonly id: string;
  readonly code: string;
  readonly serviceId: string;
  readonly totem: string;
  readonly number: number;
  readonly businessDay: string;
  readonly priceCents: number;
}

/** Of a totem: whose disk has always been its own keeps every promise; another's keeps those about what is there now. */
export type Standing = 'healthy' | 'tainted' | 'gone';

/** Rows of a totem's disk, by id. */
function rowsOn(totem: TotemNode, sql: string, ...values: unknown[]): Record<string, unknown>[] {
  return totem.look((all) => all(sql, ...values)) ?? [];
}

/**
 * After every step, at one totem: what was told is there, and the numbers of a lane only rise.
 * @param hasForgotten whether the cloud was restored: until the totem has given it again what it lost, a new reading has less
 * than the totem's ledger.
 */
export function checkTold(totem: TotemNode, told: readonly Told[], hasForgotten: boolean): void {
  const rows = new Map(
    rowsOn(totem, 'SELECT id, code, service_id, business_day, price_cents FROM ticket').map((row) => [
      String(row.id),
      row,
    ]),
  );
  const highest = new Map<string, number>();
  for (const one of told) {
    if (one.totem !== totem.name) continue;
    const row = rows.get(one.id);
    if (row === undefined && hasForgotten && hasEntry(totem, one.id)) continue;
    if (row === undefined)
      throw new BrokenPromise('I-01', `${totem.name} has lost ${one.code}, which it told somebody`);
    const isSame =
      row.code === one.code &&
      row.business_day === one.businessDay &&
      Number(row.price_cents) === one.priceCents;
    if (!isSame) throw new BrokenPromise('I-01', `${totem.name} has another ${one.code} than it told`);
    const series = `${one.code.replace(/[0-9-].*$/, '')} ${one.businessDay}`;
    if (one.number <= (highest.get(series) ?? 0))
      throw new BrokenPromise('I-21', `${totem.name} gave ${one.code} after ${highest.get(series)}`);
    highest.set(series, one.number);
  }
}

function hasEntry(totem: TotemNode, ticketId: string): boolean {
  return (
    rowsOn(totem, "SELECT 1 FROM audit_log WHERE entity = 'ticket' AND entity_id = ?", ticketId).length > 0
  );
}

/** After every step: codes are told once. */
export function checkCodesTold(told: readonly Told[]): void {
  const seen = new Set<string>();
  for (const { code, businessDay, id } of told) {
    const key = `${code} ${businessDay}`;
    if (seen.has(key)) throw new BrokenPromise('I-20', `${code} of ${businessDay} was told twice (${id})`);
    seen.add(key);
  }
}

/** How far the cloud has come with each origin. */
export type CursorsAtCloud = ReadonlyMap<string, number>;

/** After every step, at the cloud: each origin is one chain without a hole, and as long as its cursor says. */
export async function checkChainsAtCloud(look: Onlooker, { tenantId }: WorldTenant): Promise<CursorsAtCloud> {
  const rows = await look.rows(
    `SELECT c.origin, c.seq AS cursor, count(DISTINCT s.seq) AS kinds, count(s.seq) AS entries, min(s.seq) AS first, max(s.seq) AS last
     FROM ledger_cursor c LEFT JOIN LATERAL (
       SELECT seq FROM audit_log a WHERE a.tenant_id = c.tenant_id AND a.origin = c.origin
       UNION ALL SELECT seq FROM ledger_quarantine q WHERE q.tenant_id = c.tenant_id AND q.origin = c.origin AND q.seq IS NOT NULL
         AND q.reason NOT LIKE 'batch%'
     ) s ON true WHERE c.tenant_id = $1 GROUP BY c.origin, c.seq`,
    [tenantId],
  );
  for (const { origin, cursor, kinds, entries, first, last } of rows) {
    const isWhole =
      entries === cursor && kinds === cursor && (cursor === '0' || (first === '1' && last === cursor));
    if (!isWhole)
      throw new BrokenPromise(
        'I-03',
        `${origin} is at ${cursor} with ${entries} entries from ${first} to ${last}`,
      );
  }
  return new Map(rows.map(({ origin, cursor }) => [String(origin), Number(cursor)]));
}

/** After every step: no totem believes the cloud to have what it has not. */
export function checkAcknowledged(cursors: CursorsAtCloud, totems: readonly TotemNode[]): void {
  for (const totem of totems)
    for (const { origin, acked } of rowsOn(totem, 'SELECT origin, acked FROM origin_state WHERE closed = 0'))
      if (Number(acked) > (cursors.get(String(origin)) ?? 0))
        throw new BrokenPromise('I-02', `${totem.name} believes ${acked} acknowledged of ${origin}`);
}

const PLAIN: readonly [Table, string][] = [
  [siteTable, 'id = $2'],
  [serviceTable, '$2::uuid IS NOT NULL'],
  [priorityClassTable, '$2::uuid IS NOT NULL'],
  [counterTable, 'site_id = $2'],
  [operatorSessionTable, 'site_id = $2'],
  [ticketTable, 'site_id = $2'],
  [callTable, 'site_id = $2'],
];

/**
 * Origins of devices that the cloud has suspended, of which a hub holds what the cloud does not take: people have that paper,
 * so the hub goes on showing it until somebody has decided about the device.
 */
export async function originsRefused(look: Onlooker, totem: TotemNode): Promise<readonly string[]> {
  const held = rowsOn(
    totem,
    'SELECT origin, equipment_id FROM relay_origin WHERE origin IN (SELECT origin FROM relay_batch)',
  );
  const suspended = await look.rows(
    'SELECT id FROM equipment WHERE suspended_at IS NOT NULL AND id = ANY ($1)',
    [held.map((row) => row.equipment_id)],
  );
  const ids = new Set(suspended.map(({ id }) => id));
  return held.filter((row) => ids.has(String(row.equipment_id))).map(({ origin }) => String(origin));
}

/** All lives of a totem's database; none when it has none any more. */
export function ownOrigins(totem: TotemNode): readonly string[] {
  return rowsOn(totem, 'SELECT origin FROM origin_state').map(({ origin }) => String(origin));
}

/**
 * What still differs between a totem and the cloud, or is still to be sent; undefined when they are one.
 * @param refused origins whose rows only the branch has: see `originsRefused`.
 */
export async function differenceOf(
  look: Onlooker,
  { tenantId, siteId }: WorldTenant,
  totem: TotemNode,
  today: string,
  refused: readonly string[],
): Promise<string | undefined> {
  const [pending] = rowsOn(totem, 'SELECT sum(seq - acked) AS n FROM origin_state WHERE acked < seq');
  if (pending === undefined) return 'no database';
  if (Number(pending.n ?? 0) > 0) return `${pending.n} entries are still to be sent`;
  for (const [table, where] of PLAIN) {
    const columns = columnNames(table);
    const isOfDay = columns.includes('business_day');
    const cloud = await look.rows(
      `SELECT ${columns.join(', ')} FROM ${table.name} WHERE tenant_id = $1 AND ${where}
         ${isOfDay ? 'AND business_day >= $3' : 'AND $3::date IS NOT NULL'} ORDER BY id`,
      [tenantId, siteId, today],
    );
    const own = rowsOn(
      totem,
      `SELECT * FROM ${table.name} ${isOfDay ? `WHERE business_day >= '${today}'` : ''} ORDER BY id`,
    );
    const apart = new Set(
      own.filter((row) => refused.some((origin) => String(row.folded).includes(origin))).map(({ id }) => id),
    );
    const texts = (rows: readonly Record<string, unknown>[]) =>
      rows.filter(({ id }) => !apart.has(id)).map((row) => canonicalJson(rowFromSql(table, row) as never));
    const [should, has] = [texts(cloud), texts(own)];
    for (let at = 0; at < Math.max(should.length, has.length); at += 1)
      if (should[at] !== has[at])
        return `${table.name} is ${has[at] ?? 'not there'}, and at the cloud ${should[at] ?? 'not there'}`;
  }
  return undefined;
}

/**
 * At the end, at the cloud: codes are once, told tickets are there as they were told, operators hold one ticket.
 * @param unsound lanes of totems that no longer knew what they had given: they may give a code again, and that is shown.
 */
export async function checkTicketsAtCloud(
  look: Onlooker,
  { tenantId }: WorldTenant,
  told: readonly Told[],
  unsound: ReadonlySet<string>,
): Promise<void> {
  const rows = await look.rows(
    `SELECT id, code, service_id, price_cents, business_day, site_id, lane, conflict FROM ticket WHERE tenant_id = $1`,
    [tenantId],
  );
  const codes = new Set<string>();
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { code, business_day: day, lane, conflict } of rows) {
    if (conflict === 'code_reused' && unsound.has(String(lane))) continue;
    if (codes.has(`${code} ${day}`)) throw new BrokenPromise('I-20', `${code} of ${day} is there twice`);
    codes.add(`${code} ${day}`);
  }
  for (const one of told) {
    const row = byId.get(one.id);
    if (row === undefined) throw new BrokenPromise('I-02', `${one.code} was told and is not at the cloud`);
    if (row.code !== one.code || row.business_day !== one.businessDay)
      throw new BrokenPromise(
        'I-28',
        `${one.code} of ${one.businessDay} is ${row.code} of ${row.business_day}`,
      );
    if (Number(row.price_cents) !== one.priceCents)
      throw new BrokenPromise('I-18', `${one.code} was told at ${one.priceCents} and is ${row.price_cents}`);
  }
}

/** At the end, at the cloud: a lane has given no more tickets than customers came to it. */
export async function checkNothingInvented(
  look: Onlooker,
  { tenantId }: WorldTenant,
  customers: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = await look.rows(
    `SELECT lane, count(*) AS tickets FROM ticket WHERE tenant_id = $1 AND channel = 'totem' GROUP BY lane`,
    [tenantId],
  );
  for (const { lane, tickets } of rows) {
    const came = customers.get(String(lane));
    if (came !== undefined && Number(tickets) > came)
      throw new BrokenPromise('I-08', `${came} customers got ${tickets} tickets of lane ${lane}`);
  }
}

/** At the end: every entry on a healthy disk is at the cloud once, as it was written. */
export async function checkEntries(
  look: Onlooker,
  { tenantId }: WorldTenant,
  totem: TotemNode,
): Promise<void> {
  const own = rowsOn(
    totem,
    'SELECT a.origin, a.seq, a.hash, o.closed FROM audit_log a JOIN origin_state o ON o.origin = a.origin ORDER BY a.origin, a.seq',
  );
  const received = await look.rows('SELECT origin, seq, hash FROM audit_log WHERE tenant_id = $1', [
    tenantId,
  ]);
  const there = new Map<string, string[]>();
  for (const { origin, seq, hash } of received) {
    const key = `${origin} ${seq}`;
    there.set(key, [...(there.get(key) ?? []), String(hash)]);
  }
  for (const { origin, seq, hash, closed } of own) {
    const found = there.get(`${origin} ${seq}`) ?? [];
    const isLeft = closed === 1 && found.length === 0;
    if (!isLeft && (found.length !== 1 || found[0] !== hash))
      throw new BrokenPromise(
        'I-02',
        `${totem.name}: ${origin} ${seq} is ${found.length} times at the cloud`,
      );
  }
}

/** At the end: what operators were told is done was done once. */
export async function checkCommands(
  look: Onlooker,
  { tenantId }: WorldTenant,
  done: readonly string[],
  unsound: readonly string[],
): Promise<void> {
  const rows = await look.rows(
    `SELECT a.command_id, count(DISTINCT a.tx) FILTER (WHERE o.equipment_id IS NULL OR o.equipment_id <> ALL ($2)) AS times,
       string_agg(concat_ws(' ', a.action, a.entity_id, 'by', o.equipment_id, o.reason, a.origin, a.seq), ', ' ORDER BY a.position) AS by
     FROM audit_log a LEFT JOIN origin o ON o.tenant_id = a.tenant_id AND o.id = a.origin
     WHERE a.tenant_id = $1 AND a.command_id IS NOT NULL GROUP BY a.command_id`,
    [tenantId, unsound],
  );
  const times = new Map(rows.map((row) => [String(row.command_id), Number(row.times)]));
  for (const { command_id: id, times: count, by } of rows)
    if (Number(count) > 1) throw new BrokenPromise('I-23', `command ${id} was done ${count} times: ${by}`);
  for (const id of done)
    if (!times.has(id)) throw new BrokenPromise('I-23', `command ${id} was answered as done and was not`);
}

/** Within this time whoever may not go on is heard no more. */
const REVOKED_MS_MAX = 60_000;

/** At the end: of a revoked device nothing was received a minute later. */
export async function checkRevoked(
  look: Onlooker,
  { tenantId }: WorldTenant,
  revoked: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [equipmentId, at] of revoked) {
    const late = await look.rows(
      `SELECT a.seq FROM audit_log a JOIN origin o ON o.tenant_id = a.tenant_id AND o.id = a.origin
       WHERE a.tenant_id = $1 AND o.equipment_id = $2 AND a.received_at > $3`,
      [tenantId, equipmentId, instantText(at + REVOKED_MS_MAX)],
    );
    if (late.length > 0) throw new BrokenPromise('I-34', `${late.length} entries of a revoked device`);
  }
}
