/** Webhooks, as resources. A secret is made here, shown once, and sealed; while it is being replaced there are two. */
import type { Routes } from '@totem/api';
import type { Env } from '@totem/domain';
import { z } from 'zod';
import { configWebhook } from '../../db/schema/configuration.ts';
import { actsEverywhere, configuredHandlers } from '../configured.ts';
import { type Handler, write } from '../mount.ts';
import { getRow, type ResourceSpec, updateRow } from '../resource.ts';

/** Webhooks of one tenant. */
const WEBHOOKS_MAX = 50;
const SECRET_BYTES = 32;
/** The newest first; what is sent is signed with each. */
const SECRETS_KEPT = 2;

type WebhookRow = typeof configWebhook.$inferSelect;

const WEBHOOKS: ResourceSpec<typeof configWebhook, ReturnType<typeof view>> = {
  entity: 'config_webhook',
  table: configWebhook,
  view,
  mayWrite: actsEverywhere,
  max: WEBHOOKS_MAX,
  hidden: ['secrets'],
};

const secretsSchema = z.array(z.string()).min(1).max(SECRETS_KEPT);

export const webhookHandlers = {
  ...configuredHandlers('Webhook', 'Webhooks', WEBHOOKS, {
    newValues: async ({ body, env, vault }, { tenantId }) => ({
      ...body,
      secrets: vault.seal(secretContext(tenantId), JSON.stringify([newSecret(env)])),
    }),
  }),
  renewWebhookSecret: write(async (tx, asked) => {
    const { env, vault, principal, params } = asked;
    const before = await getRow(tx, WEBHOOKS, principal, params.id);
    const context = secretContext(tx.tenantId);
    const known = secretsSchema.parse(JSON.parse(vault.open(context, before.secrets)));
    const secret = newSecret(env);
    const kept = [secret, ...known].slice(0, SECRETS_KEPT);
    const { version } = await updateRow(tx, WEBHOOKS, asked, params.id, {
      secrets: vault.seal(context, JSON.stringify(kept)),
    });
    return { body: { secret, version }, version };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

function newSecret(env: Env): string {
  return `whsec_${Buffer.from(env.randomBytes(SECRET_BYTES)).toString('base64')}`;
}

/** What the secrets of a tenant's webhooks are sealed for. */
function secretContext(tenantId: string): string {
  return `config_webhook ${tenantId}`;
}

function view({ tenantId: _, secrets: __, ...row }: WebhookRow) {
  return row;
}
