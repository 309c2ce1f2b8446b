/**
 * Telling: an event is written in the transaction of what caused it, and with it a delivery to each receiver that has asked for
 * such events. One statement for all of a batch, and none where nobody has asked: what is asked for lies on the tenant's head.
 */
import type { EventName } from '@totem/api';
import type { Env, InstantText, JsonObject } from '@totem/domain';
import { instantText, newId } from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

/** Something that happened. */
export interface Happening {
  readonly type: EventName;
  readonly siteId: string | null;
  /** What it is about: what is told of one subject is told in its order. */
  readonly subject: string;
  readonly occurredAt: InstantText;
  readonly data: JsonObject;
}

/** The events that somebody in the tenant has asked for. */
export type Told = ReadonlySet<string>;

const TOLD: Statement = {
  name: 'told-events',
  text: 'SELECT told_events FROM change_head WHERE tenant_id = $1',
};

const TELL: Statement = {
  name: 'tell',
  text: `WITH made AS (
      INSERT INTO event (tenant_id, id, type, site_id, subject, data, occurred_at, created_at)
      SELECT $1, r.id, r.type, r.site_id, r.subject, r.data, r.occurred_at, $3
      FROM ROWS FROM (jsonb_to_recordset($2::jsonb)
        AS (id uuid, type text, site_id uuid, subject uuid, data jsonb, occurred_at timestamptz))
        WITH ORDINALITY AS r(id, type, site_id, subject, data, occurred_at, place)
      ORDER BY r.place
      RETURNING id, number, type, site_id, subject
    ), receiver AS (
      SELECT 'webhook' AS kind, id, events, NULL::uuid AS site_id FROM config_webhook
      WHERE tenant_id = $1 AND active AND disabled_at IS NULL AND deleted_at IS NULL
      UNION ALL
      SELECT 'notification', id, events, site_id FROM config_notification
      WHERE tenant_id = $1 AND active AND deleted_at IS NULL
    )
    INSERT INTO delivery (tenant_id, id, created_at, kind, receiver_id, event_id, number, subject, state, next_at)
    SELECT $1, gen_random_uuid(), $3, w.kind, w.id, m.id, m.number, m.subject, 'waiting', $3
    FROM made m JOIN receiver w ON w.events ? m.type AND (w.site_id IS NULL OR w.site_id = m.site_id)`,
};

/** What is asked for, where the tenant's head is not at hand. */
export async function toldEvents(tx: ReadHandle): Promise<Told> {
  return toldOf((await tx.one(TOLD, [tx.tenantId]))?.told_events);
}

/** As the head's row has it. */
export function toldOf(json: string | null | undefined): Told {
  return new Set(json === null || json === undefined || json === '[]' ? [] : (JSON.parse(json) as string[]));
}

/** Sends what is to be told to be written. What nobody has asked for leaves no trace. */
export function tell(tx: WriteHandle, env: Env, told: Told, happenings: readonly Happening[]): void {
  const wanted = happenings.filter(({ type }) => told.has(type));
  if (wanted.length === 0) return;
  const records = wanted.map(({ type, siteId, subject, data, occurredAt }) => ({
    id: newId<'event'>(env),
    type,
    site_id: siteId,
    subject,
    data,
    occurred_at: occurredAt,
  }));
  tx.send(TELL, [tx.tenantId, JSON.stringify(records), instantText(env.now())]);
}
