/**
 * Deliveries in the database: who has some that are due, taking a few of a tenant's, and writing down what became of them. What is
 * taken is due again after its lease, so that a node that ends in the middle has delayed a message and lost none.
 */
import type { Env, InstantText, JsonObject, TenantId } from '@totem/domain';
import { epochMsOf, instantText } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import {
  asFault,
  type ReadHandle,
  type SqlRow,
  type Statement,
  type WriteHandle,
} from '../db/with-tenant.ts';
import { pauseAfter, type ReceiverKind } from './schedule.ts';

/** Longer than any attempt takes. */
const LEASE_MS = 60_000;

/** An event on its way to one receiver. */
export interface Message {
  readonly deliveryId: string;
  readonly kind: ReceiverKind;
  readonly receiverId: string;
  readonly eventId: string;
  readonly type: string;
  readonly siteId: string | null;
  readonly subject: string;
  readonly number: string;
  readonly data: JsonObject;
  readonly occurredAt: InstantText;
  readonly createdAt: InstantText;
  /** Which attempt this is, of all that were ever made. */
  readonly attempt: number;
  /** Attempts of the present schedule before this one. */
  readonly step: number;
}

/** What a receiver made of a message. */
export type Sent =
  | { readonly kind: 'accepted'; readonly status: number | null }
  | {
      readonly kind: 'refused';
      readonly status: number | null;
      readonly fault: string;
      /** What the receiver has asked for. */
      readonly retryAfterMs?: number | undefined;
      /** Whether it wants to be left alone for a while with everything. */
      readonly isOverloaded: boolean;
    }
  /** It says that it is there no more. */
  | { readonly kind: 'gone'; readonly status: number }
  /** Nobody wants this message any more. */
  | { readonly kind: 'unwanted'; readonly fault: string }
  /** Not now, and that is no failure. */
  | { readonly kind: 'later'; readonly atMs: number };

/** A message with what became of it. */
export interface Carried {
  readonly message: Message;
  readonly sent: Sent;
  readonly startedAt: number;
  readonly durationMs: number;
}

const DUE_TENANTS: Statement = {
  name: 'delivery-due-tenants',
  text: 'SELECT tenant_id FROM lookup_due_deliveries($1, $2)',
};
/** Of one subject only the first that waits; of a receiver that asked for a pause none. */
export const CLAIM: Statement = {
  name: 'delivery-claim',
  text: `UPDATE delivery d SET next_at = $3, attempts = d.attempts + 1
    FROM event e, (
      SELECT w.id FROM delivery w
      WHERE w.tenant_id = $1 AND w.state = 'waiting' AND w.next_at <= $2
        AND NOT EXISTS (SELECT FROM delivery b WHERE b.tenant_id = $1 AND b.receiver_id = w.receiver_id
          AND b.subject = w.subject AND b.state = 'waiting' AND b.number < w.number)
        AND NOT EXISTS (SELECT FROM config_webhook c WHERE c.tenant_id = $1 AND c.id = w.receiver_id AND c.paused_until > $2)
      ORDER BY w.next_at, w.number LIMIT $4 FOR UPDATE OF w SKIP LOCKED) AS due
    WHERE d.tenant_id = $1 AND d.id = due.id AND e.tenant_id = $1 AND e.id = d.event_id
    RETURNING d.id, d.kind, d.receiver_id, d.event_id, d.subject, d.number, d.attempts, d.step, d.created_at,
      e.type, e.site_id, e.data, e.occurred_at`,
};
/** What was put off was not tried. A message that was accepted late, when another node had it already, is accepted all the same. */
const SETTLE: Statement = {
  name: 'delivery-settle',
  text: `WITH r AS (
      SELECT * FROM jsonb_to_recordset($2::jsonb) AS r(id uuid, attempt int4, state text, step int4, next_at timestamptz,
        at timestamptz, duration_ms int4, status int4, fault text)
    ), moved AS (
      UPDATE delivery d SET state = r.state, step = r.step, next_at = r.next_at, last_status = r.status, last_fault = r.fault,
        ended_at = CASE WHEN r.state <> 'waiting' THEN $3::timestamptz END
      FROM r WHERE d.tenant_id = $1 AND d.id = r.id AND d.state = 'waiting' AND (d.attempts = r.attempt OR r.state = 'delivered')
    )
    INSERT INTO delivery_attempt (tenant_id, delivery_id, attempt, at, duration_ms, status, fault)
    SELECT $1, r.id, r.attempt, r.at, r.duration_ms, r.status, r.fault FROM r
    WHERE r.state <> 'waiting' OR r.fault IS NOT NULL ON CONFLICT DO NOTHING`,
};
/** What comes after a message that has to wait waits with it, and is not looked at until then. */
export const MOVE_BEHIND: Statement = {
  name: 'delivery-move-behind',
  text: `UPDATE delivery SET next_at = $5
    WHERE tenant_id = $1 AND receiver_id = $2 AND subject = $3 AND state = 'waiting' AND number > $4 AND next_at <> $5`,
};
export const SUCCEEDED_SINCE: Statement = {
  name: 'delivery-succeeded-since',
  text: `SELECT EXISTS (SELECT FROM delivery WHERE tenant_id = $1 AND receiver_id = $2 AND state = 'delivered'
    AND ended_at >= $3 AND created_at >= $3::timestamptz - interval '7 days') AS succeeded`,
};
const GIVE_UP_ALL: Statement = {
  name: 'delivery-give-up-all',
  text: `UPDATE delivery SET state = 'failed', last_fault = 'receiver_disabled', ended_at = $3
    WHERE tenant_id = $1 AND receiver_id = $2 AND state = 'waiting'`,
};

/** Tenants that have something due, the longest due first. */
export async function dueTenants({ api }: Database, now: number, limit: number): Promise<TenantId[]> {
  try {
    const { rows } = await api.query<SqlRow>({ ...DUE_TENANTS, values: [instantText(now), limit] });
    return rows.map(({ tenant_id: id }) => id as TenantId);
  } catch (error) {
    throw asFault(error);
  }
}

/** Takes up to `limit` messages that are due. */
export async function claim(tx: WriteHandle, now: number, limit: number): Promise<Message[]> {
  const rows = await tx.all(CLAIM, [tx.tenantId, instantText(now), instantText(now + LEASE_MS), limit]);
  return rows.map(messageOf);
}

function messageOf(row: SqlRow): Message {
  return {
    deliveryId: String(row.id),
    kind: row.kind as ReceiverKind,
    receiverId: String(row.receiver_id),
    eventId: String(row.event_id),
    type: String(row.type),
    siteId: row.site_id ?? null,
    subject: String(row.subject),
    number: String(row.number),
    data: JSON.parse(String(row.data)) as JsonObject,
    occurredAt: instantText(epochMsOf(String(row.occurred_at))),
    createdAt: instantText(epochMsOf(String(row.created_at))),
    attempt: Number(row.attempts),
    step: Number(row.step),
  };
}

/** What the row of a delivery says after an attempt. */
interface Standing {
  readonly state: 'waiting' | 'delivered' | 'failed' | 'dropped';
  readonly step: number;
  readonly nextAtMs: number;
  readonly status: number | null;
  readonly fault: string | null;
}

/** Writes down what became of messages of one tenant. @returns those that were given up. */
export async function settle(tx: WriteHandle, env: Env, carried: readonly Carried[]): Promise<Message[]> {
  const now = env.now();
  const settled = carried.map((one) => ({ ...one, standing: standingOf(one, env) }));
  const records = settled.map(({ message, startedAt, durationMs, standing }) => ({
    id: message.deliveryId,
    attempt: message.attempt,
    state: standing.state,
    step: standing.step,
    next_at: instantText(standing.nextAtMs),
    at: instantText(startedAt),
    duration_ms: Math.round(durationMs),
    status: standing.status,
    fault: standing.fault,
  }));
  await tx.run(SETTLE, [tx.tenantId, JSON.stringify(records), instantText(now)]);
  for (const { message, standing } of settled) {
    if (standing.state === 'delivered') continue;
    const { receiverId, subject, number } = message;
    await tx.run(MOVE_BEHIND, [tx.tenantId, receiverId, subject, number, instantText(standing.nextAtMs)]);
  }
  return settled.flatMap(({ message, standing }) => (standing.state === 'failed' ? [message] : []));
}

function standingOf({ message, sent }: Carried, env: Env): Standing {
  const now = env.now();
  const ended = (state: Standing['state'], status: number | null, fault: string | null): Standing => ({
    state,
    step: message.step + 1,
    nextAtMs: now,
    status,
    fault,
  });
  switch (sent.kind) {
    case 'accepted':
      return ended('delivered', sent.status, null);
    case 'gone':
      return ended('failed', sent.status, 'gone');
    case 'unwanted':
      return ended('dropped', null, sent.fault);
    case 'later':
      return { state: 'waiting', step: message.step, nextAtMs: sent.atMs, status: null, fault: null };
    case 'refused': {
      const { status, fault, retryAfterMs = 0 } = sent;
      const step = message.step + 1;
      const pause = pauseAfter(message.kind, step, env);
      if (pause === undefined) return ended('failed', status, fault);
      return { state: 'waiting', step, nextAtMs: now + Math.max(pause, retryAfterMs), status, fault };
    }
    default:
      return sent satisfies never;
  }
}

/** Whether a receiver has accepted anything since. */
export async function hasSucceededSince(
  tx: ReadHandle,
  receiverId: string,
  since: InstantText,
): Promise<boolean> {
  return (await tx.one(SUCCEEDED_SINCE, [tx.tenantId, receiverId, since]))?.succeeded === 't';
}

/** Gives up whatever waits for a receiver; people may send it again. */
export async function giveUpAll(tx: WriteHandle, receiverId: string, now: number): Promise<void> {
  await tx.run(GIVE_UP_ALL, [tx.tenantId, receiverId, instantText(now)]);
}
