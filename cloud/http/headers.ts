/** Headers of every answer: what browsers may do with it, who may frame it, and a name for the request. */
import { type Env, newId } from '@totem/domain';
import { currentRequest } from '@totem/host';
import { shapeAllowedHeaders, shapeExposedHeaders } from '@totem/sync';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

export interface HeaderParts {
  readonly env: Env;
  /** Whether browsers reach us over HTTPS: then they are told to stay there. */
  readonly isSecure: boolean;
  /** Origins of pages that may call us, exactly as browsers send them. */
  readonly allowedOrigins: readonly string[];
  /** Origins of pages that may show ours in a frame. */
  readonly frameAncestors: readonly string[];
}

const CORS_MAX_AGE_SECONDS = 600;
/** A year, as HSTS preload asks for at least. */
const HSTS = 'max-age=31536000; includeSubDomains';

/** Security headers, and `x-request-id`. */
export function answerHeaders(parts: HeaderParts): MiddlewareHandler {
  const fixed = fixedHeaders(parts);
  return async (c, next) => {
    await next();
    c.res.headers.set('x-request-id', requestId(parts.env));
    // A page that needs less says so itself, and what no route has said otherwise about is somebody's data.
    for (const [name, value] of Object.entries(fixed))
      if (!SAID_BY_ROUTES.includes(name) || !c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}

const SAID_BY_ROUTES = ['content-security-policy', 'cache-control'];

/**
 * What a page of the panel or the display may do: as any page of ours, and it may speak to the hub of its site, wherever that is.
 * Without TLS a hub is on the same machine, and so is a cloud whose pages could ask it.
 */
export function screenPolicy(parts: Omit<HeaderParts, 'env'>): string {
  return policyOf(parts, parts.isSecure ? ['https:'] : ['https:', 'http://127.0.0.1:*']);
}

function policyOf(parts: Omit<HeaderParts, 'env'>, reachable: readonly string[]): string {
  const ancestors = parts.frameAncestors.length === 0 ? `'none'` : parts.frameAncestors.join(' ');
  return [
    `default-src 'self'`,
    `script-src 'self'`,
    // The component library writes the sizes of its parts into style attributes.
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self' data:`,
    `media-src 'self' data: blob:`,
    `connect-src ${[`'self'`, ...parts.allowedOrigins, ...reachable].join(' ')}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors ${ancestors}`,
  ].join('; ');
}

function fixedHeaders(parts: HeaderParts): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': policyOf(parts, []),
    ...(parts.isSecure ? { 'strict-transport-security': HSTS } : {}),
    'cache-control': 'no-store',
  };
}

/** The same for what answers without the app: the headers of one answer, for a page of this origin. */
export function plainHeaders(parts: HeaderParts): (origin: string | undefined) => Record<string, string> {
  const fixed = fixedHeaders(parts);
  const exposed = [...new Set(EXPOSED)].join(',');
  return (origin) => ({
    ...fixed,
    'x-request-id': requestId(parts.env),
    ...(origin !== undefined && parts.allowedOrigins.includes(origin)
      ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed }
      : {}),
  });
}

/** The id that the log and the problem documents of this request have; outside of a server, one that nothing else has. */
function requestId(env: Env): string {
  return currentRequest()?.id ?? newId<'request'>(env);
}

/** What a page may read of an answer beside its body. */
const EXPOSED = [
  ...shapeExposedHeaders,
  'etag',
  'idempotent-replayed',
  'x-request-id',
  'retry-after',
  'content-language',
  'content-disposition',
];
/** What a page may say beside what any form could. */
const ALLOWED = [
  ...shapeAllowedHeaders,
  'accept-language',
  'content-encoding',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'traceparent',
  'x-request-id',
];

/** Lets the pages of known origins call the API. */
export function crossOrigin(allowedOrigins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: (origin) => (allowedOrigins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    allowHeaders: [...new Set(ALLOWED)],
    exposeHeaders: [...new Set(EXPOSED)],
    maxAge: CORS_MAX_AGE_SECONDS,
  });
}
