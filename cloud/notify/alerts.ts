/**
 * Alerts: what is wrong is told of once when it begins and once when it is over, whichever node notices, however often they look.
 * An alert is a row that is open or not, and only who opens or clears it tells of it.
 */
import type { EventName } from '@totem/api';
import { type Env, epochMsOf, type InstantText, instantText, type JsonObject, newId } from '@totem/domain';
import type { SqlRow, Statement, WriteHandle } from '../db/with-tenant.ts';
import { type Happening, type Told, tell } from '../events/event.ts';

export type AlertKind = 'device' | 'printer' | 'terminal' | 'ledger' | 'clock' | 'chain' | 'backup';

/** What is told when it begins, and when it is over; a ledger that was altered does not mend. */
export const ALERT_EVENTS: Readonly<
  Record<AlertKind, { readonly raised: EventName; readonly cleared: EventName | undefined }>
> = {
  device: { raised: 'device.offline', cleared: 'device.online' },
  printer: { raised: 'printer.troubled', cleared: 'printer.ready' },
  ledger: { raised: 'ledger.behind', cleared: 'ledger.caught_up' },
  clock: { raised: 'clock.suspect', cleared: 'clock.trusted' },
  terminal: { raised: 'terminal.down', cleared: 'terminal.ready' },
  backup: { raised: 'backup.overdue', cleared: 'backup.verified' },
  chain: { raised: 'chain.broken', cleared: undefined },
};

/** Something that is wrong now. */
export interface Trouble {
  readonly kind: AlertKind;
  readonly siteId: string | null;
  readonly entityId: string;
  readonly since: InstantText;
  /** What is told of it, beside `since`. */
  readonly data: JsonObject;
}

const RAISE: Statement = {
  name: 'alert-raise',
  text: `INSERT INTO alert (tenant_id, id, kind, site_id, entity_id, since, raised_at)
    SELECT $1, r.id, r.kind, r.site_id, r.entity_id, r.since, $3
    FROM jsonb_to_recordset($2::jsonb) AS r(id uuid, kind text, site_id uuid, entity_id uuid, since timestamptz)
    ON CONFLICT (tenant_id, kind, entity_id) WHERE cleared_at IS NULL DO NOTHING
    RETURNING kind, entity_id`,
};
const CLEAR: Statement = {
  name: 'alert-clear',
  text: `UPDATE alert a SET cleared_at = $3 FROM jsonb_to_recordset($2::jsonb) AS r(kind text, entity_id uuid)
    WHERE a.tenant_id = $1 AND a.kind = r.kind AND a.entity_id = r.entity_id AND a.cleared_at IS NULL
    RETURNING a.kind, a.site_id, a.entity_id, a.since`,
};

/** Opens alerts for what is wrong and not known yet, and tells of these. */
export async function raise(
  tx: WriteHandle,
  env: Env,
  told: Told,
  troubles: readonly Trouble[],
): Promise<void> {
  if (troubles.length === 0) return;
  const now = instantText(env.now());
  const records = troubles.map(({ kind, siteId, entityId, since }) => ({
    id: newId<'alert'>(env),
    kind,
    site_id: siteId,
    entity_id: entityId,
    since,
  }));
  const raised = new Set((await tx.all(RAISE, [tx.tenantId, JSON.stringify(records), now])).map(keyOfRow));
  tell(
    tx,
    env,
    told,
    troubles
      .filter((trouble) => raised.has(keyOf(trouble)))
      .map(({ kind, siteId, entityId, since, data }) => ({
        type: ALERT_EVENTS[kind].raised,
        siteId,
        subject: entityId,
        occurredAt: now,
        data: { ...data, since },
      })),
  );
}

/** What is open, by kind and what it is about. */
export interface OpenAlert {
  readonly kind: AlertKind;
  readonly entityId: string;
  /** What is told of its end. */
  readonly data: JsonObject;
}

/** Clears alerts, and tells that what they were about is over. */
export async function clear(
  tx: WriteHandle,
  env: Env,
  told: Told,
  alerts: readonly OpenAlert[],
): Promise<void> {
  if (alerts.length === 0) return;
  const now = instantText(env.now());
  const data = new Map(alerts.map((one) => [keyOf(one), one.data]));
  const records = alerts.map(({ kind, entityId }) => ({ kind, entity_id: entityId }));
  const cleared = await tx.all(CLEAR, [tx.tenantId, JSON.stringify(records), now]);
  const happenings = cleared.flatMap((row): Happening[] => {
    const type = ALERT_EVENTS[row.kind as AlertKind].cleared;
    if (type === undefined) return [];
    return [
      {
        type,
        siteId: row.site_id ?? null,
        subject: String(row.entity_id),
        occurredAt: now,
        data: { ...data.get(keyOfRow(row)), since: instantText(epochMsOf(String(row.since))) },
      },
    ];
  });
  tell(tx, env, told, happenings);
}

export function keyOf({ kind, entityId }: Pick<Trouble, 'kind' | 'entityId'>): string {
  return `${kind} ${entityId}`;
}

function keyOfRow({ kind, entity_id: entityId }: SqlRow): string {
  return `${kind} ${entityId}`;
}
