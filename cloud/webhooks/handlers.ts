/** Webhooks, as resources. A secret is made here, shown once, and sealed; while it is being replaced there are two. */
import type { Routes } from '@totem/api';
import { instantText, ProblemError } from '@totem/domain';
import { configWebhook } from '../db/schema/configuration.ts';
import type { Outbound } from '../outbound/post.ts';
import { actsEverywhere, configuredHandlers } from '../rest/configured.ts';
import { type Handler, write } from '../rest/mount.ts';
import { getRow, type ResourceSpec, updateRow } from '../rest/resource.ts';
import { CHANGE_OVER_MS, newSecret, openSecrets, sealSecrets } from './secrets.ts';

/** Webhooks of one tenant. */
const WEBHOOKS_MAX = 50;

type WebhookRow = typeof configWebhook.$inferSelect;

const WEBHOOKS: ResourceSpec<typeof configWebhook, ReturnType<typeof view>> = {
  entity: 'config_webhook',
  table: configWebhook,
  view,
  mayWrite: actsEverywhere,
  max: WEBHOOKS_MAX,
  hidden: ['secrets'],
};

/** Whoever uses a webhook again takes it out of whatever it was left in. */
const USED_AGAIN = { disabledAt: null, disabledReason: null, pausedUntil: null } as const;

export function webhookHandlers({ outbound }: { readonly outbound: Pick<Outbound, 'mayCall'> }) {
  const requireAddress = (url: string | undefined): void => {
    if (url !== undefined && !outbound.mayCall(url)) throw new ProblemError('webhook_address_refused');
  };
  return {
    ...configuredHandlers('Webhook', 'Webhooks', WEBHOOKS, {
      checkNew: async (_tx, { body }) => requireAddress(body.url),
      newValues: async ({ body, env, vault }, { tenantId }) => ({
        ...body,
        secrets: sealSecrets(vault, tenantId, [newSecret(env)]),
      }),
      checkChange: async (_tx, { body }) => requireAddress(body.url),
      changes: async ({ body }) => (body.active === true ? { ...body, ...USED_AGAIN } : body),
    }),
    renewWebhookSecret: write(async (tx, asked) => {
      const { env, vault, principal, params } = asked;
      const before = await getRow(tx, WEBHOOKS, principal, params.id);
      const secret = newSecret(env);
      const known = openSecrets(vault, tx.tenantId, before.secrets);
      const { version } = await updateRow(tx, WEBHOOKS, asked, params.id, {
        secrets: sealSecrets(vault, tx.tenantId, [secret, ...known]),
        formerSecretUntil: instantText(env.now() + CHANGE_OVER_MS),
      });
      return { body: { secret, version }, version };
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

function view({ tenantId: _, secrets: __, pausedUntil: ___, formerSecretUntil: ____, ...row }: WebhookRow) {
  return row;
}
