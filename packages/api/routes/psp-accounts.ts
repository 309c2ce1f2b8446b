/**
 * A tenant's accounts at payment service providers. What proves the tenant there goes in and never comes out; who may ask the
 * provider is the cloud alone.
 */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { route } from '../route.ts';
import { isLoopbackAddress, isPublicAddress } from '../schemas/addresses.ts';
import { id, idParams, instant, line, version } from '../schemas/fields.ts';

const PEM_LENGTH_MAX = 16_000;

/** Whether this machine's own addresses are let in is the server's to say. */
const address = z
  .string()
  .max(500)
  .refine(
    (text) => isPublicAddress(text) || isLoopbackAddress(text),
    'is no https address of a host on the internet',
  )
  .refine((text) => !/[?#]|\/$/.test(text), 'has a query, or a slash at its end')
  .meta({ type: 'string', format: 'uri', example: 'https://pix.example.com/api/v2' });

const secret = (max: number, description: string) =>
  z
    .string()
    .min(1)
    .max(max)
    .nullable()
    .default(null)
    .describe(`${description} Kept encrypted, never answered.`);

export const PSP_ADAPTERS = ['pix', 'pagbank'] as const;
export type PspAdapter = (typeof PSP_ADAPTERS)[number];

/** What an account of one adapter must have, and one of the other does not know. */
const ofPix = <S extends z.ZodType>(schema: S, description: string) =>
  schema.nullable().default(null).describe(`${description} Of \`pix\`, which needs it.`);
const ofPagBank = <S extends z.ZodType>(schema: S, description: string) =>
  schema.nullable().default(null).describe(`${description} Of \`pagbank\`, which needs it.`);

const changeable = {
  name: line(60),
  environment: z.enum(['production', 'sandbox']).default('production'),
  baseUrl: address.describe("The provider's API, with its path."),
  tokenUrl: ofPix(address, 'Where tokens are given out.'),
  tokenBody: z.enum(['form', 'json']).default('form'),
  clientId: ofPix(line(200), 'Who asks for tokens.'),
  clientSecret: z
    .string()
    .min(1)
    .max(1_000)
    .describe("The client's secret, or the token of PagBank. Kept encrypted, never answered."),
  certificate: secret(PEM_LENGTH_MAX, 'Of the client, with its chain, as PEM.'),
  privateKey: secret(PEM_LENGTH_MAX, 'Of the certificate, as PEM.'),
  authority: secret(
    PEM_LENGTH_MAX,
    'Authorities that the provider is believed by, besides the usual, as PEM.',
  ),
  pixKey: ofPix(line(77), "The receiver's Pix key."),
  merchantName: line(25),
  merchantCity: ofPix(line(15), 'Where the receiver is.'),
  orderTaxId: ofPagBank(
    z.string().regex(/^(\d{11}|\d{14})$/),
    "CPF or CNPJ that orders name as the customer's: the receiver's own, as a kiosk asks nobody for theirs.",
  ),
  orderEmail: ofPagBank(z.email().max(60), "The mail address that orders name as the customer's."),
  active: z.boolean().default(true),
};

export const pspAccountSchema = z
  .object({
    id: id<'psp_account'>(),
    siteId: id<'site'>().nullable(),
    adapter: z.enum(PSP_ADAPTERS),
    name: z.string(),
    environment: z.enum(['production', 'sandbox']),
    baseUrl: z.string(),
    tokenUrl: z.string().nullable(),
    tokenBody: z.enum(['form', 'json']).nullable(),
    clientId: z.string().nullable(),
    pixKey: z.string().nullable(),
    merchantName: z.string(),
    merchantCity: z.string().nullable(),
    orderTaxId: z.string().nullable(),
    orderEmail: z.string().nullable(),
    certificateUntil: instant.nullable().describe('Until when the certificate holds; null without one.'),
    active: z.boolean(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'PspAccount' });

const ofAccount = {
  tag: 'Payments',
  params: idParams<'psp_account'>(),
} as const;

export const pspAccountRoutes = {
  ...configuredRoutes('psp_account', {
    one: 'PspAccount',
    many: 'PspAccounts',
    path: '/v1/settings/psp-accounts',
    tag: 'Payments',
    reads: 'integration.read',
    writes: 'integration.write',
    create: {
      siteId: id<'site'>().nullable().default(null).describe('Null: every site that has none of its own.'),
      adapter: z.enum(PSP_ADAPTERS),
      ...changeable,
    },
    change: changeable,
    filters: { siteId: id<'site'>().optional() },
    view: pspAccountSchema,
    summaries: {
      list: 'Accounts at payment service providers, oldest first',
      create: 'Add an account at a payment service provider',
      get: 'One account at a payment service provider',
      update: 'Change what is given of an account; secrets that are left out stay',
      remove: 'Take an account out of use; what it has charged can still be asked for and given back',
    },
    createErrors: [
      'reference_not_found',
      'limit_reached',
      'already_exists',
      'psp_account_incomplete',
      'psp_address_refused',
      'psp_certificate_unfit',
    ],
    updateErrors: [
      'already_exists',
      'psp_account_incomplete',
      'psp_address_refused',
      'psp_certificate_unfit',
    ],
  }),
  checkPspAccount: route({
    ...ofAccount,
    method: 'POST',
    path: '/v1/settings/psp-accounts/{id}/check',
    summary: 'Ask the provider for a token, tell it where to call, and say what is wrong',
    description:
      'The address is told to the provider each time. Payments are found without its calls too, only later: an account whose ' +
      'provider refuses the address works.',
    access: 'integration.write',
    once: false,
    answer: { status: 200, schema: z.object({ checkedAt: instant }).meta({ id: 'PspCheck' }) },
    errors: [
      'not_found',
      'psp_address_refused',
      'psp_address_unknown',
      'psp_unreachable',
      'psp_not_believed',
      'psp_refuses_certificate',
      'psp_refuses_credentials',
      'psp_refuses_webhook',
      'psp_answers_wrong',
    ],
  }),
  getPspWebhook: route({
    ...ofAccount,
    method: 'GET',
    path: '/v1/settings/psp-accounts/{id}/webhook',
    summary: 'The address that the provider is to call when money comes in',
    description:
      'Whoever has it can make the cloud ask the provider, and nothing else: what is called is never believed.',
    access: 'integration.write',
    answer: { status: 200, schema: z.object({ url: z.string() }).meta({ id: 'PspWebhook' }) },
    errors: ['not_found'],
  }),
} as const;
