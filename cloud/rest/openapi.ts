/** The OpenAPI 3.1 document of the contract: what each route takes, answers and refuses. */
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { ROUTES, type Route, TAGS } from '@totem/api';
import {
  ERROR_CODES,
  ERRORS,
  type ErrorCode,
  LOCALES,
  PERMISSIONS,
  type PermissionSpec,
} from '@totem/domain';
import { z } from 'zod';

const VERSION = '1.0.0';

const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:totem:error:not_found' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().describe('In the language of Accept-Language.'),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

const ALWAYS: readonly ErrorCode[] = [
  'internal_error',
  'unreachable',
  'request_timeout',
  'too_many_requests',
];
const WITH_TOKEN: readonly ErrorCode[] = ['unauthorized', 'forbidden'];

/** The codes that a route may refuse with. */
export function errorsOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([...ALWAYS, ...(route.errors ?? [])]);
  if (route.access !== 'anyone') for (const code of WITH_TOKEN) codes.add(code);
  if (route.params !== undefined) codes.add('not_found');
  if (route.params !== undefined || route.query !== undefined || route.body !== undefined)
    codes.add('invalid_request');
  if (isList(route)) codes.add('cursor_invalid');
  if (route.body !== undefined)
    for (const code of ['body_too_large', 'body_too_deep', 'media_type_unsupported'] as const)
      codes.add(code);
  if (route.once)
    for (const code of ['idempotency_key_missing', 'idempotency_key_reused'] as const) codes.add(code);
  if (isVersionedWrite(route))
    for (const code of ['version_missing', 'version_conflict'] as const) codes.add(code);
  if (route.query !== undefined && 'shape' in route.query && 'cursor' in (route.query.shape as object))
    codes.add('cursor_invalid');
  return [...codes].sort();
}

function isList({ query }: Route): boolean {
  return query instanceof z.ZodObject && 'cursor' in query.shape;
}

function isVersionedWrite({ versioned, method }: Route): boolean {
  return versioned === true && method !== 'GET' && method !== 'POST';
}

const idempotencyKey = z.string().min(8).max(100).describe('New for each act, the same for its repetitions.');
const ifMatch = z.string().describe('The ETag of what is to be changed.');

/** What `createRoute` takes for a route of the contract. */
export function openApiConfigOf(name: string, route: Route): RouteConfig {
  const { access, params, query, body, answer } = route;
  const headers = {
    ...(route.once ? { 'idempotency-key': idempotencyKey.optional() } : {}),
    ...(isVersionedWrite(route) ? { 'if-match': ifMatch.optional() } : {}),
  };
  const content =
    answer.schema === undefined
      ? undefined
      : { [answer.contentType ?? 'application/json']: { schema: answer.schema } };
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
      ...(query === undefined ? {} : { query: query as never }),
      ...(Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) }),
      ...(body === undefined
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      [answer.status]: {
        description: 'Done',
        ...(route.versioned && answer.status !== 204
          ? { headers: z.object({ ETag: z.string().describe('The version of what is answered.') }) }
          : {}),
        ...(content === undefined ? {} : { content }),
      },
      ...problemsOf(errorsOf(route)),
    },
  };
}

function problemsOf(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, some]) => [
        status,
        {
          description: some.map((code) => `\`${code}\`: ${ERRORS[code].text.en}`).join('\n\n'),
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      ]),
  );
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
    app.openAPIRegistry.registerPath(createRoute(openApiConfigOf(name, route)));
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
        `Errors are problem documents (RFC 9457) with stable codes, in ${LOCALES.join(', ')}.`,
    },
    tags: TAGS.map((tag) => ({ name: tag })),
  }) as unknown as Record<string, unknown>;
}
