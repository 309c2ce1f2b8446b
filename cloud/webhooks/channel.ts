/**
 * Webhooks as receivers: each message is one signed POST. A receiver that says that it is gone is disabled at once, and one that
 * has accepted nothing since a message began its schedule, when that message is through with it; both are told of.
 */
import type { Env } from '@totem/domain';
import { epochMsOf, type Id, instantText } from '@totem/domain';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { configWebhook } from '../db/schema/configuration.ts';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import type { Channel, Receiver } from '../events/courier.ts';
import { type Carried, giveUpAll, hasSucceededSince, type Message, type Sent } from '../events/delivery.ts';
import { tell, toldEvents } from '../events/event.ts';
import { retryAfterMs } from '../events/schedule.ts';
import { recordEntries } from '../ledger/commit.ts';
import type { Outbound, Posted } from '../outbound/post.ts';
import type { Vault } from '../secrets/vault.ts';
import { holdingSecrets, openSecrets } from './secrets.ts';
import { signedHeaders } from './signature.ts';

type WebhookRow = typeof configWebhook.$inferSelect;
export type DisabledReason = 'gone' | 'schedule_through';

/** Too many requests, and what proxies answer for a server that is not there (Standard Webhooks: throttle). */
const OVERLOADED: readonly number[] = [429, 502, 503, 504];
const GONE = 410;
/** A pause of an overloaded receiver that did not say how long. */
const PAUSE_MS = 10_000;
const USER_AGENT = 'Totem-Webhooks/1';

const PAUSE: Statement = {
  name: 'webhook-pause',
  text: `UPDATE config_webhook SET paused_until = $3 WHERE tenant_id = $1 AND id = $2 AND (paused_until IS NULL OR paused_until < $3)`,
};
const DISABLE: Statement = {
  name: 'webhook-disable',
  text: `UPDATE config_webhook SET disabled_at = $3, disabled_reason = $4, version = version + 1
    WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NULL AND deleted_at IS NULL RETURNING name`,
};

interface WebhookParts {
  readonly env: Env;
  readonly vault: Vault;
  readonly outbound: Outbound;
}

export function createWebhookChannel(parts: WebhookParts): Channel {
  const { env, outbound } = parts;
  return {
    receivers: async (tx, ids) => {
      const rows = await tx.orm
        .select()
        .from(configWebhook)
        .where(
          and(
            eq(configWebhook.tenantId, tx.tenantId),
            inArray(configWebhook.id, [...ids] as Id<'config_webhook'>[]),
            eq(configWebhook.active, true),
            isNull(configWebhook.disabledAt),
            isNull(configWebhook.deletedAt),
          ),
        );
      return new Map(rows.map((row) => [row.id, receiverOf(parts, row)]));
    },
    settled: async (tx, carried, givenUp) => {
      for (const one of carried) await pauseAsAsked(tx, env, one);
      for (const { message, sent } of carried)
        if (sent.kind === 'gone') await disable(tx, env, message.receiverId, 'gone');
      for (const { receiverId, createdAt } of givenUp)
        if (!(await hasSucceededSince(tx, receiverId, createdAt)))
          await disable(tx, env, receiverId, 'schedule_through');
    },
    close: () => outbound.close(),
  };
}

/** What is sent: `type`, `timestamp` of the event, and its `data`. */
export function bodyOf({ type, occurredAt, data }: Pick<Message, 'type' | 'occurredAt' | 'data'>): string {
  return JSON.stringify({ type, timestamp: occurredAt, data });
}

function receiverOf({ env, vault, outbound }: WebhookParts, row: WebhookRow): Receiver {
  return {
    send: async (message) => {
      const now = env.now();
      const body = bodyOf(message);
      const secrets = holdingSecrets(
        openSecrets(vault, row.tenantId, row.secrets),
        row.formerSecretUntil,
        now,
      );
      const posted = await outbound.post({
        url: row.url,
        headers: {
          'content-type': 'application/json',
          'user-agent': USER_AGENT,
          ...signedHeaders(message.eventId, now, body, secrets),
        },
        body,
      });
      return sentOf(posted, now);
    },
  };
}

function sentOf(posted: Posted, now: number): Sent {
  if (posted.kind === 'failed')
    return posted.fault === 'interrupted'
      ? { kind: 'later', atMs: now }
      : { kind: 'refused', status: null, fault: posted.fault, isOverloaded: posted.fault === 'timed_out' };
  const { status, retryAfter } = posted;
  if (status >= 200 && status < 300) return { kind: 'accepted', status };
  if (status === GONE) return { kind: 'gone', status };
  return {
    kind: 'refused',
    status,
    fault: 'not_accepted',
    retryAfterMs: retryAfterMs(retryAfter, now),
    isOverloaded: OVERLOADED.includes(status),
  };
}

async function pauseAsAsked(tx: WriteHandle, env: Env, { message, sent }: Carried): Promise<void> {
  if (sent.kind !== 'refused' || !sent.isOverloaded) return;
  const until = instantText(env.now() + (sent.retryAfterMs ?? PAUSE_MS));
  await tx.run(PAUSE, [tx.tenantId, message.receiverId, until]);
}

async function disable(tx: WriteHandle, env: Env, receiverId: string, reason: DisabledReason): Promise<void> {
  const now = instantText(env.now());
  const disabled = await tx.one(DISABLE, [tx.tenantId, receiverId, now, reason]);
  if (disabled === undefined) return;
  await giveUpAll(tx, receiverId, epochMsOf(now));
  await recordEntries(tx, env, [
    {
      siteId: null,
      userId: null,
      action: 'CONFIG_CHANGED',
      entity: 'config_webhook',
      entityId: receiverId as Id<'config_webhook'>,
      data: {
        by: 'system',
        before: { disabledAt: null, disabledReason: null },
        after: { disabledAt: now, disabledReason: reason },
      },
    },
  ]);
  tell(tx, env, await toldEvents(tx), [
    {
      type: 'webhook.disabled',
      siteId: null,
      subject: receiverId,
      occurredAt: now,
      data: { webhookId: receiverId, name: disabled.name ?? '', reason },
    },
  ]);
}
