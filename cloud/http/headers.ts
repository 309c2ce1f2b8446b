/** Headers of every answer: what browsers may do with it, who may frame it, and a name for the request. */
import { type Env, newId } from '@totem/domain';
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
  const ancestors = parts.frameAncestors.length === 0 ? `'none'` : parts.frameAncestors.join(' ');
  const policy = [
    `default-src 'self'`,
    `script-src 'self'`,
    // The component library writes the sizes of its parts into style attributes.
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self' data:`,
    `media-src 'self' data: blob:`,
    `connect-src ${[`'self'`, ...parts.allowedOrigins].join(' ')}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors ${ancestors}`,
  ].join('; ');
  return async (c, next) => {
    await next();
    c.res.headers.set('x-request-id', newId<'request'>(parts.env));
    c.res.headers.set('x-content-type-options', 'nosniff');
    c.res.headers.set('referrer-policy', 'no-referrer');
    // A page that needs less says so itself.
    if (!c.res.headers.has('content-security-policy')) c.res.headers.set('content-security-policy', policy);
    if (parts.isSecure) c.res.headers.set('strict-transport-security', HSTS);
    // What no route has said otherwise about is somebody's data.
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}

/** Lets the pages of known origins call the API. */
export function crossOrigin(allowedOrigins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: (origin) => (allowedOrigins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    allowHeaders: [...shapeAllowedHeaders, 'accept-language', 'content-encoding'],
    exposeHeaders: [...shapeExposedHeaders, 'x-request-id', 'content-language'],
    maxAge: CORS_MAX_AGE_SECONDS,
  });
}
