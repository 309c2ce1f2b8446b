/**
 * Routes that are no part of the contract, because a protocol of its own says how they work: tokens for devices, the ledger's
 * push, and shapes.
 */
import type { RouteConfig } from '@hono/zod-openapi';
import { idSchema, NAMED_SHAPES, SHAPE_NAMES } from '@totem/domain';
import { deviceAnswerSchema, deviceStatusSchema, keyRotationSchema } from '@totem/sync/device';
import { hubAnnouncementSchema, hubDirectorySchema, siteDeskSchema } from '@totem/sync/hub';
import { cursorAnswerSchema, ledgerBatchSchema, pushAnswerSchema } from '@totem/sync/push';
import { z } from 'zod';
import { OAUTH_ERROR_NAMES, tokenAnswerSchema, tokenRequestSchema } from '../access/device-token.ts';
import { problemSchema, problemsOf } from './problem-answers.ts';

const security = [{ bearer: [] }];
const uuid = <K extends string>() => idSchema<K>().meta({ type: 'string', format: 'uuid' });

const oauthProblem = problemSchema
  .extend({
    error: z.enum(OAUTH_ERROR_NAMES).optional().describe('RFC 6749 section 5.2, where it has a name for it.'),
  })
  .meta({ id: 'OAuthProblem' });

const exchangeToken: RouteConfig = {
  operationId: 'exchangeToken',
  method: 'post',
  path: '/v1/token',
  tags: ['Devices'],
  summary: 'A short access token for what a device has signed',
  description:
    'For devices with a key of their own: the JWT bearer grant of OAuth 2.0 (RFC 7523). Refusals are problem documents that ' +
    'also carry `error`, as OAuth names them, and `serverTime` where the clock of the device may be what is wrong.',
  security: [],
  request: {
    body: {
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema: tokenRequestSchema } },
    },
  },
  responses: {
    200: {
      description: 'The token',
      content: { 'application/json': { schema: tokenAnswerSchema } },
    },
    ...problemsOf(
      [
        'invalid_request',
        'unauthorized',
        'forbidden',
        'device_suspended',
        'body_too_large',
        'media_type_unsupported',
        'too_many_requests',
        'internal_error',
        'request_timeout',
        'unreachable',
      ],
      oauthProblem,
    ),
  },
};

const pushLedger: RouteConfig = {
  operationId: 'pushLedger',
  method: 'post',
  path: '/v1/ledger',
  tags: ['Devices'],
  summary: 'Push a sealed batch of entries',
  description:
    'For totems. A batch may be sent any number of times: overlap is compared by hash, a gap is named in `expected` and ' +
    '`hash`, and a fork suspends the device. `acknowledged` is how far the sender may forget.',
  security,
  request: {
    headers: z.object({
      'Content-Encoding': z.enum(['gzip']).optional().describe('At most 8 MiB, before and after.'),
    }),
    body: { required: true, content: { 'application/json': { schema: ledgerBatchSchema } } },
  },
  responses: {
    200: {
      description: 'The batch is kept',
      content: { 'application/json': { schema: pushAnswerSchema } },
    },
    ...problemsOf([
      'invalid_request',
      'unauthorized',
      'forbidden',
      'device_suspended',
      'ledger_gap',
      'ledger_fork',
      'body_too_large',
      'media_type_unsupported',
      'ledger_unattributed',
      'protocol_unsupported',
      'too_many_requests',
      'internal_error',
      'request_timeout',
      'unreachable',
    ]),
  },
};

const ledgerCursor: RouteConfig = {
  operationId: 'ledgerCursor',
  method: 'get',
  path: '/v1/ledger/cursor',
  tags: ['Devices'],
  summary: 'Where the cloud’s knowledge of an origin ends',
  description: 'For totems. An origin that was never heard of is at its beginning.',
  security,
  request: {
    query: z.object({
      origin: uuid<'origin'>(),
      seq: z.coerce.number().int().min(0).optional().describe('Asks for the hash at this place too.'),
    }),
  },
  responses: {
    200: {
      description: 'The end of the origin',
      content: { 'application/json': { schema: cursorAnswerSchema } },
    },
    ...problemsOf([
      'invalid_request',
      'unauthorized',
      'forbidden',
      'device_suspended',
      'too_many_requests',
      'internal_error',
      'request_timeout',
      'unreachable',
    ]),
  },
};

const SERVED_SHAPES = SHAPE_NAMES.filter((name) => NAMED_SHAPES[name].place === 'everywhere');
const text = z.string();

/** Electric's messages: rows that changed, and controls. */
const shapeMessages = z
  .array(
    z.looseObject({
      key: text.optional(),
      value: z.record(text, text.nullable()).optional().describe('Columns as PostgreSQL prints them.'),
      headers: z.looseObject({
        operation: z.enum(['insert', 'update', 'delete']).optional(),
        control: z.enum(['up-to-date', 'must-refetch', 'snapshot-end']).optional(),
      }),
    }),
  )
  .meta({ id: 'ShapeMessages' });
const shapeRefusal = z
  .looseObject({ message: text.optional(), code: text.optional() })
  .meta({ id: 'ShapeRefusal' });
const refused = (description: string) => ({
  description,
  content: { 'application/json': { schema: shapeRefusal } },
});

const followShape: RouteConfig = {
  operationId: 'followShape',
  method: 'get',
  path: '/v1/shape',
  tags: ['Queue'],
  summary: 'Follow rows as they change',
  description:
    'The read door, in the HTTP protocol of Electric: `@electric-sql/client` follows it. First rows are asked for with ' +
    '`offset=-1`, changes with the handle and offset of the answer before; `live=true` waits for one.',
  security,
  request: {
    query: z.object({
      shape: z.enum(SERVED_SHAPES as [string, ...string[]]),
      tenant: uuid<'tenant'>().describe('The caller’s own.'),
      site: uuid<'site'>(),
      offset: text.describe('`-1` at first, then `electric-offset`.').meta({ example: '-1' }),
      handle: text.optional().describe('`electric-handle`, with any offset but the first.'),
      live: z.enum(['true', 'false']).optional(),
      cursor: text.optional().describe('`electric-cursor`.'),
      replica: z.enum(['default', 'full']).optional(),
    }),
  },
  responses: {
    200: {
      description: 'A part of the log',
      headers: z.object({
        'electric-handle': text,
        'electric-offset': text,
        'electric-schema': text.optional(),
        'electric-cursor': text.optional(),
        'electric-up-to-date': text.optional(),
      }),
      content: { 'application/json': { schema: shapeMessages } },
    },
    304: { description: 'Nothing changed' },
    409: {
      description: 'The copy must be dropped and read anew, with the handle that is answered',
      content: { 'application/json': { schema: shapeMessages } },
    },
    400: refused('Not a request of the protocol, or of a part that is not served'),
    404: refused('No such shape, tenant or site'),
    ...problemsOf([
      'unauthorized',
      'forbidden',
      'device_suspended',
      'second_factor_enrolment_required',
      'internal_error',
      'unreachable',
    ]),
  },
};

const deviceRefusals = problemsOf([
  'invalid_request',
  'unauthorized',
  'forbidden',
  'second_factor_enrolment_required',
  'device_suspended',
  'not_found',
  'not_the_hub',
  'body_too_large',
  'media_type_unsupported',
  'too_many_requests',
  'internal_error',
  'request_timeout',
  'unreachable',
]);

const hubDirectory: RouteConfig = {
  operationId: 'hubDirectory',
  method: 'get',
  path: '/v1/hub',
  tags: ['Devices'],
  summary: 'What a totem needs to be, or to find, the hub of its site',
  description:
    'For totems: who may act and speak at the site, the key of access tokens, and where the hub is. Kept on disk, so that a ' +
    'branch can begin its day without a link.',
  security,
  responses: {
    200: {
      description: 'The directory of the caller’s own site',
      content: { 'application/json': { schema: hubDirectorySchema } },
    },
    ...deviceRefusals,
  },
};

const siteDesk: RouteConfig = {
  operationId: 'siteDesk',
  method: 'get',
  path: '/v1/desk',
  tags: ['Devices'],
  summary: 'Which server commands the queue of a site, and to whom a ticket can be sent on',
  description:
    'For panels and displays. The hub of the site answers the same, so that a screen finds its way back.',
  security,
  request: { query: z.object({ site: uuid<'site'>() }) },
  responses: {
    200: {
      description: 'The hub of the site, if it has one, and the people who serve there',
      content: { 'application/json': { schema: siteDeskSchema } },
    },
    ...deviceRefusals,
  },
};

const announceHub: RouteConfig = {
  operationId: 'announceHub',
  method: 'post',
  path: '/v1/hub',
  tags: ['Devices'],
  summary: 'Say where the hub serves on the branch’s network',
  description: 'For the totem that is the hub of its site now.',
  security,
  request: {
    body: { required: true, content: { 'application/json': { schema: hubAnnouncementSchema } } },
  },
  responses: { 204: { description: 'Kept' }, ...deviceRefusals },
};

const deviceStatus: RouteConfig = {
  operationId: 'deviceStatus',
  method: 'post',
  path: '/v1/device/status',
  tags: ['Devices'],
  summary: 'Say how this device is',
  description:
    'For totems and displays, again and again: a device that does not say how it is counts as offline. The answer says what the ' +
    'office has decided of it and asked of it.',
  security,
  request: { body: { required: true, content: { 'application/json': { schema: deviceStatusSchema } } } },
  responses: {
    200: {
      description: 'Kept; what this device has to do',
      content: { 'application/json': { schema: deviceAnswerSchema } },
    },
    ...deviceRefusals,
  },
};

const deviceKey: RouteConfig = {
  operationId: 'deviceKey',
  method: 'post',
  path: '/v1/device/key',
  tags: ['Devices'],
  summary: 'Replace the key of this device by one of its own making',
  description:
    'For totems. Both keys sign `totem key rotation v1\\n<tenantId>\\n<equipmentId>\\n<from>\\n<to>`. The former key counts for thirty ' +
    'days more, and the same may be asked again.',
  security,
  request: { body: { required: true, content: { 'application/json': { schema: keyRotationSchema } } } },
  responses: { 204: { description: 'The new key is the device’s' }, ...deviceRefusals },
};

export const PROTOCOL_PATHS: readonly RouteConfig[] = [
  exchangeToken,
  pushLedger,
  ledgerCursor,
  hubDirectory,
  siteDesk,
  announceHub,
  deviceStatus,
  deviceKey,
  followShape,
];
