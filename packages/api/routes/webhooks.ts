/** Where a tenant's own systems are told of what happens: addresses, events, and the secrets that sign what is sent. */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { route } from '../route.ts';
import { isLoopbackAddress, isPublicAddress } from '../schemas/addresses.ts';
import { eventNames } from '../schemas/events.ts';
import { id, idParams, instant, line, version } from '../schemas/fields.ts';

const URL_LENGTH_MAX = 500;

/**
 * An address on the internet: `https`, without credentials, and by name, so that nothing inside a network is named. One of this
 * very machine is refused elsewhere, but for demos and tests.
 */
const webhookUrl = z
  .string()
  .max(URL_LENGTH_MAX)
  .refine(
    (text) => isPublicAddress(text) || isLoopbackAddress(text),
    'is no https address of a host on the internet',
  )
  .meta({ type: 'string', format: 'uri', example: 'https://example.com/totem' });

const changeable = { name: line(60), url: webhookUrl, events: eventNames, active: z.boolean().default(true) };

export const webhookSchema = z
  .object({
    id: id<'config_webhook'>(),
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    active: z.boolean(),
    disabledAt: instant.nullable(),
    disabledReason: z.string().nullable(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Webhook' });

const shared = {
  tag: 'Configuration',
  params: idParams<'config_webhook'>(),
  versioned: true,
  access: 'integration.write',
} as const;

export const webhookRoutes = {
  ...configuredRoutes('config_webhook', {
    one: 'Webhook',
    many: 'Webhooks',
    path: '/v1/settings/webhooks',
    tag: 'Configuration',
    reads: 'integration.read',
    writes: 'integration.write',
    create: changeable,
    change: changeable,
    filters: {},
    view: webhookSchema,
    summaries: {
      list: 'Webhooks, oldest first',
      create: 'Add a webhook; ask for its secret afterwards',
      get: 'One webhook',
      update: 'Change what is given of a webhook',
      remove: 'Take a webhook out of use',
    },
    createErrors: ['limit_reached', 'webhook_address_refused'],
    updateErrors: ['webhook_address_refused'],
  }),
  renewWebhookSecret: route({
    ...shared,
    method: 'PUT',
    path: '/v1/settings/webhooks/{id}/secret',
    summary: 'Make a new secret, and show it this once',
    description: 'For a day what is sent is signed with both, the one before included.',
    answer: { status: 200, schema: z.object({ secret: z.string(), version }).meta({ id: 'WebhookSecret' }) },
  }),
} as const;
