/**
 * The OpenAPI 3.1 document: what each route of the contract takes, answers and refuses, and beside them the routes of the
 * protocols, whose rules are in packages/sync.
 */
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { ROUTES, type Route, TAGS } from '@totem/api';
import { type ErrorCode, LOCALES, PERMISSIONS, type PermissionSpec } from '@totem/domain';
import { z } from 'zod';
import { EVENT_WEBHOOKS } from './event-webhooks.ts';
import { problemsOf } from './problem-answers.ts';
import { PROTOCOL_PATHS } from './protocol-paths.ts';

const VERSION = '1.0.0';

const ALWAYS: readonly ErrorCode[] = [
  'internal_error',
  'unreachable',
  'request_timeout',
  'too_many_requests',
];
const WITH_TOKEN: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'device_suspended'];
const WITH_BODY: readonly ErrorCode[] = [
  'invalid_request',
  'body_too_large',
  'body_too_deep',
  'media_type_unsupported',
];

/** The codes that a route may refuse with. */
export function errorsOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([...ALWAYS, ...(route.errors ?? [])]);
  const add = (condition: boolean, more: readonly ErrorCode[]) => {
    if (condition) for (const code of more) codes.add(code);
  };
  add(route.access !== 'anyone', WITH_TOKEN);
  add(route.access !== 'anyone' && route.beforeSecondFactor !== true, ['second_factor_enrolment_required']);
  add(route.params !== undefined, ['not_found', 'invalid_request']);
  add(route.query !== undefined, ['invalid_request']);
  add(isList(route), ['cursor_invalid']);
  // A body that nobody asked for is looked at all the same.
  add(route.method !== 'GET', WITH_BODY);
  add(route.once === true, ['idempotency_key_missing', 'idempotency_key_reused']);
  add(isVersionedWrite(route), ['version_missing', 'version_conflict']);
  return [...codes].sort();
}

function isList({ query }: Route): boolean {
  return query instanceof z.ZodObject && 'cursor' in query.shape;
}

function isVersionedWrite({ versioned, method }: Route): boolean {
  return versioned === true && method !== 'GET' && method !== 'POST';
}

/** What `createRoute` takes to mount a route: what is parsed, and nothing that only readers need. */
export function mountConfigOf(route: Route): RouteConfig {
  const { params, query, body } = route;
  return {
    method: route.method.toLowerCase() as 'get',
    path: route.path,
    request: {
      ...(params === undefined ? {} : { params: params as never }),
      ...(query === undefined ? {} : { query: query as never }),
      ...bodyOf(body),
    },
    responses: {},
  };
}

function bodyOf(body: z.ZodType | undefined) {
  return body === undefined
    ? {}
    : { body: { required: true, content: { 'application/json': { schema: body } } } };
}

function uploadOf({ types }: NonNullable<Route['upload']>) {
  const schema = z.string().meta({ format: 'binary' });
  return { body: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) } };
}

const IDEMPOTENCY_KEY = z
  .string()
  .regex(/^[\x21-\x7e]{8,100}$/)
  .describe('New for each act, the same for its repetitions.');
const IF_MATCH = z.string().describe('The `ETag` of what is to be changed.').meta({ example: '"1"' });
const IF_NONE_MATCH = z
  .string()
  .optional()
  .describe('The `ETag` of what the caller has; answered with 304 where nothing changed.');

function documentedConfigOf(name: string, route: Route): RouteConfig {
  const { access, params, query, body, upload, answer, once, versioned } = route;
  const headers = {
    ...(once ? { 'Idempotency-Key': IDEMPOTENCY_KEY } : {}),
    ...(isVersionedWrite(route) ? { 'If-Match': IF_MATCH } : {}),
    ...(versioned && route.method === 'GET' ? { 'If-None-Match': IF_NONE_MATCH } : {}),
  };
  return {
    operationId: name,
    method: route.method.toLowerCase() as 'get',
    path: route.path,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, accessText(access)].filter((text) => text !== undefined).join('\n\n'),
    security: access === 'anyone' ? [] : [{ bearer: [] }],
    request: {
      ...(params === undefined ? {} : { params: params as never }),
      ...(query === undefined ? {} : { query: withFlags(query) as never }),
      ...(Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) }),
      ...(upload === undefined ? bodyOf(body) : uploadOf(upload)),
    },
    responses: {
      [answer.status]: answerOf(route),
      ...(versioned && route.method === 'GET' ? { 304: { description: 'Nothing changed' } } : {}),
      ...problemsOf(errorsOf(route)),
    },
  };
}

const ETAG = z.string().optional().describe('The version of what is answered.');
const REPLAYED = z
  .literal('true')
  .optional()
  .describe('Present when this is the answer to an earlier request.');

function answerOf({ answer, versioned, once }: Route) {
  const headers = {
    ...(versioned && answer.status !== 204 ? { ETag: ETAG } : {}),
    ...(once ? { 'Idempotent-Replayed': REPLAYED } : {}),
  };
  return {
    description: 'Done',
    ...(Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) }),
    ...(answer.schema === undefined
      ? {}
      : { content: { [answer.contentType ?? 'application/json']: { schema: answer.schema } } }),
  };
}

/** Yes or no in a query is text to the parser, and yes or no to a reader. */
function withFlags(query: z.ZodType): z.ZodType {
  if (!(query instanceof z.ZodObject)) return query;
  const shape = Object.entries(query.shape as Record<string, z.ZodType>).map(([name, schema]) => [
    name,
    isFlag(schema) ? schema.meta({ ...schema.meta(), type: 'boolean' }) : schema,
  ]);
  return z.object(Object.fromEntries(shape) as Record<string, z.ZodType>);
}

function isFlag(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return isFlag(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodCodec && schema.def.out instanceof z.ZodBoolean;
}

function accessText(access: Route['access']): string | undefined {
  if (access === 'anyone') return undefined;
  if (access === 'signed_in') return 'For anyone who is signed in.';
  const { actors, scope }: PermissionSpec = PERMISSIONS[access];
  const keys = scope === undefined ? '' : `, and keys with the scope \`${scope}\``;
  return `Needs the permission \`${access}\`: ${actors.join(', ')}${keys}.`;
}

/** The whole document, as JSON. */
export function openApiDocument(): Record<string, unknown> {
  const app = new OpenAPIHono();
  for (const [name, route] of Object.entries(ROUTES) as [string, Route][])
    app.openAPIRegistry.registerPath(createRoute(documentedConfigOf(name, route)));
  for (const path of PROTOCOL_PATHS) app.openAPIRegistry.registerPath(createRoute(path));
  for (const webhook of EVENT_WEBHOOKS) app.openAPIRegistry.registerWebhook(webhook);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of ten minutes, or a key of an integrator.',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Totem',
      version: VERSION,
      description:
        'Self-service branches: tickets, calls, payments, and what tenants configure. ' +
        `Errors are problem documents (RFC 9457) with stable codes, in ${LOCALES.join(', ')}. ` +
        'Every answer names its request in `X-Request-Id`.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document comes from.' }],
    tags: TAGS.map((tag) => ({ name: tag })),
  }) as unknown as Record<string, unknown>;
}
