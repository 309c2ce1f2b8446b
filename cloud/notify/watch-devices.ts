/**
 * Looks at the devices of every tenant that has asked to be told: which are silent while their site is open, cannot print, cannot
 * take cards, have entries that they could not send, or have a clock that cannot be right.
 */
import {
  type Env,
  epochMsOf,
  instantText,
  isOpen,
  type JsonObject,
  type OpeningHours,
  type TenantId,
} from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { type SqlRow, type Statement, withTenant } from '../db/with-tenant.ts';
import { toldEvents } from '../events/event.ts';
import { ALERT_EVENTS, type AlertKind, clear, keyOf, type OpenAlert, raise, type Trouble } from './alerts.ts';

export const WATCH_EVERY_MS = 60_000;
/** A device that was not heard of for this long, while its site was open, is offline. */
export const OFFLINE_MS = 5 * 60_000;
/** Entries that wait longer than this are behind. */
export const BEHIND_MS = 15 * 60_000;
/** A card terminal that says nothing for this long while its site is open is down: one that is restarted is nobody's business. */
export const TERMINAL_MS = 5 * 60_000;

/** Totems in use, each with what was heard of it last; the last paper is that of its newest ledger. */
const DEVICES: Statement = {
  name: 'watch-devices',
  text: `SELECT e.id, e.site_id, e.identifier, e.last_seen, s.opening_hours, s.timezone,
      (e.telemetry #>> '{outbox,pending}')::int8 AS pending, e.telemetry #>> '{outbox,oldest}' AS oldest,
      CASE WHEN e.telemetry #>> '{parts,terminal,state}' = 'fault'
        THEN e.telemetry #>> '{parts,terminal,detail,since}' END AS terminal_since,
      paper.action AS paper, paper.occurred_at AS paper_at, paper.cause, suspect.found_at AS suspect_since
    FROM equipment e JOIN site s ON s.tenant_id = e.tenant_id AND s.id = e.site_id
    LEFT JOIN LATERAL (
      SELECT o.id FROM origin o WHERE o.tenant_id = $1 AND o.equipment_id = e.id ORDER BY o.opened_at DESC LIMIT 1
    ) AS newest ON true
    LEFT JOIN LATERAL (
      SELECT a.action, a.occurred_at, a.data ->> 'cause' AS cause FROM audit_log a
      WHERE a.tenant_id = $1 AND a.origin = newest.id AND a.action IN ('PRINT_CONFIRMED', 'PRINT_FAILED') AND a.received_at > $2
      ORDER BY a.seq DESC LIMIT 1
    ) AS paper ON true
    LEFT JOIN LATERAL (
      SELECT min(c.found_at) AS found_at FROM conflict c
      WHERE c.tenant_id = $1 AND c.site_id = e.site_id AND c.kind = 'clock_suspect' AND c.resolved_at IS NULL
        AND c.detail ->> 'origin' IN (SELECT o.id::text FROM origin o WHERE o.tenant_id = $1 AND o.equipment_id = e.id)
    ) AS suspect ON true
    WHERE e.tenant_id = $1 AND e.type = 'totem' AND e.last_seen IS NOT NULL AND e.deleted_at IS NULL
      AND e.suspended_at IS NULL AND e.maintenance_since IS NULL`,
};
const OPEN: Statement = {
  name: 'watch-open-alerts',
  text: `SELECT kind, entity_id FROM alert WHERE tenant_id = $1 AND cleared_at IS NULL AND kind NOT IN ('chain', 'backup')`,
};
/** Papers of before are nobody's business, and partitions of before are left alone. */
const PAPERS_MS = 2 * 24 * 3_600_000;
const OF_DEVICES: readonly AlertKind[] = ['device', 'printer', 'terminal', 'ledger', 'clock'];

/** Looks once. A tenant that fails does not keep the others waiting. */
export async function watchDevices(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}): Promise<void> {
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      await watchTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'devices could not be watched');
    }
  }
}

function watchTenant(
  { db, env }: { readonly db: Database; readonly env: Env },
  tenantId: TenantId,
): Promise<void> {
  return withTenant(db, tenantId, async (tx) => {
    const told = await toldEvents(tx);
    const isAsked = OF_DEVICES.some((kind) => {
      const { raised, cleared } = ALERT_EVENTS[kind];
      return told.has(raised) || (cleared !== undefined && told.has(cleared));
    });
    if (!isAsked) return;
    const now = env.now();
    const devices = await tx.all(DEVICES, [tenantId, instantText(now - PAPERS_MS)]);
    const troubles = devices.flatMap((row) => troublesOf(row, now));
    const wrong = new Set(troubles.map(keyOf));
    const data = new Map(devices.map((row) => [String(row.id), dataOf(row)]));
    const open = (await tx.all(OPEN, [tenantId])).map((row): OpenAlert => {
      const entityId = String(row.entity_id);
      return { kind: row.kind as AlertKind, entityId, data: data.get(entityId) ?? {} };
    });
    // Of a device that was taken out of use there is nothing to say; its alert ends without a word.
    const isGone = ({ entityId }: OpenAlert) => !data.has(entityId);
    const over = open.filter((one) => !wrong.has(keyOf(one)));
    await clear(tx, env, new Set(), over.filter(isGone));
    await clear(
      tx,
      env,
      told,
      over.filter((one) => !isGone(one)),
    );
    await raise(tx, env, told, troubles);
  });
}

function troublesOf(row: SqlRow, now: number): Trouble[] {
  const seen = epochMsOf(String(row.last_seen));
  const isSilent = now - seen > OFFLINE_MS;
  const trouble = (kind: AlertKind, sinceMs: number): Trouble => ({
    kind,
    siteId: String(row.site_id),
    entityId: String(row.id),
    since: instantText(sinceMs),
    data: kind === 'printer' ? { ...dataOf(row), detail: row.cause ?? null } : dataOf(row),
  });
  const found: Trouble[] = [];
  if (isSilent && hasBeenOpen(row, now)) found.push(trouble('device', seen));
  if (row.paper === 'PRINT_FAILED') found.push(trouble('printer', epochMsOf(String(row.paper_at))));
  const down = instantIn(row.terminal_since);
  if (down !== undefined && now - down > TERMINAL_MS && hasBeenOpen(row, now))
    found.push(trouble('terminal', down));
  const oldest = row.oldest === null || row.oldest === undefined ? undefined : epochMsOf(row.oldest);
  if (Number(row.pending ?? 0) > 0 && oldest !== undefined && now - oldest > BEHIND_MS)
    found.push(trouble('ledger', oldest));
  if (row.suspect_since !== null && row.suspect_since !== undefined)
    found.push(trouble('clock', epochMsOf(row.suspect_since)));
  return found;
}

/** What a device says may be anything. */
function instantIn(said: string | null | undefined): number | undefined {
  const at = Date.parse(said ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** Machines are switched off with the lights, and on again a while after the doors have opened. */
function hasBeenOpen(row: SqlRow, now: number): boolean {
  const hours = JSON.parse(row.opening_hours ?? 'null') as OpeningHours;
  const zone = String(row.timezone);
  return isOpen(hours, now, zone) && isOpen(hours, now - OFFLINE_MS, zone);
}

function dataOf(row: SqlRow): JsonObject {
  return {
    equipmentId: String(row.id),
    siteId: String(row.site_id),
    identifier: String(row.identifier),
    detail: null,
  };
}
