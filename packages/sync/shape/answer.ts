/**
 * Builds answers: status, the headers that the client requires, and bodies in the protocol's own error form, which its
 * client shows to the application's error handler (I-SHP-15).
 */
import type { ShapeDefinition } from './change-log.ts';
import { mustRefetchBody, schemaHeader } from './messages.ts';
import type { FieldErrors } from './request.ts';

export interface ShapeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Response headers that a page of another origin must be allowed to read (`access-control-expose-headers`). */
export const shapeExposedHeaders = [
  'electric-handle',
  'electric-offset',
  'electric-schema',
  'electric-cursor',
  'electric-up-to-date',
  'electric-has-data',
  'electric-snapshot',
  'etag',
  'retry-after',
] as const;

/** Request headers to allow in a preflight. */
export const shapeAllowedHeaders = ['authorization', 'content-type', 'if-none-match'] as const;

/** What caches between server and client may do. */
export type Caching =
  /** For tenants' data: nothing is stored. */
  | { readonly kind: 'private' }
  /** Only right without authorisation. Ages are of answers that are not live; first rows have Electric's own. */
  | { readonly kind: 'shared'; readonly maxAgeSeconds: number; readonly staleSeconds: number };

export const privateCaching: Caching = { kind: 'private' };
/** Electric's public values. */
export const sharedCaching = {
  kind: 'shared',
  maxAgeSeconds: 60,
  staleSeconds: 300,
} as const satisfies Caching;

/** What an answer is, as far as caches are concerned. */
export type AnswerKind = 'initial' | 'catch_up' | 'live' | 'refetch';

function cacheControl(caching: Caching, kind: AnswerKind): string {
  if (caching.kind === 'private') return kind === 'refetch' ? 'no-store' : 'private, no-store';
  switch (kind) {
    case 'initial':
      return 'public, max-age=604800, s-maxage=3600, stale-while-revalidate=2629746';
    case 'catch_up':
      return `public, max-age=${caching.maxAgeSeconds}, stale-while-revalidate=${caching.staleSeconds}`;
    case 'live':
      return 'public, max-age=5, stale-while-revalidate=5';
    case 'refetch':
      return 'public, max-age=60, must-revalidate';
    default:
      return kind satisfies never;
  }
}

const json = { 'content-type': 'application/json' } as const;
const notStored = { ...json, 'cache-control': 'no-store' } as const;

/** A part of the log or of the initial rows. */
export interface LogAnswer {
  readonly kind: Exclude<AnswerKind, 'refetch'>;
  readonly shape: ShapeDefinition;
  readonly handle: string;
  /** The offset as the request gave it, for the etag. */
  readonly requested: string;
  readonly offset: string;
  readonly body: string;
  readonly hasData: boolean;
  readonly upToDate: boolean;
  /** Of a live answer. */
  readonly cursor: string | null;
}

/** Status 200 with everything the client needs to go on. */
export function logAnswer(caching: Caching, answer: LogAnswer): ShapeAnswer {
  return {
    status: 200,
    headers: {
      ...json,
      'cache-control': cacheControl(caching, answer.kind),
      ...(caching.kind === 'private' ? { vary: 'authorization' } : {}),
      'electric-handle': answer.handle,
      'electric-offset': answer.offset,
      'electric-has-data': `${answer.hasData}`,
      ...(answer.upToDate ? { 'electric-up-to-date': '' } : {}),
      // A live answer may say "nothing new" many times at one offset, so it has no tag to be revalidated by.
      ...(answer.cursor === null
        ? {
            'electric-schema': schemaHeader(answer.shape),
            etag: `"${answer.handle}:${answer.requested}:${answer.offset}"`,
          }
        : { 'electric-cursor': answer.cursor }),
    },
    body: answer.body,
  };
}

/** 409: the client drops its copy and starts over. `handle` must never have been issued before (I-SHP-8). */
export function refetchAnswer(caching: Caching, handle: string): ShapeAnswer {
  return {
    status: 409,
    headers: { ...json, 'cache-control': cacheControl(caching, 'refetch'), 'electric-handle': handle },
    body: mustRefetchBody,
  };
}

/** 400 with the fields at fault. */
export function invalidAnswer(errors: FieldErrors): ShapeAnswer {
  return { status: 400, headers: notStored, body: JSON.stringify({ message: 'Invalid request', errors }) };
}

/** A refusal other than 400: `code` is for programs, `message` for a log. */
export function refusedAnswer(status: number, code: string, message: string): ShapeAnswer {
  return { status, headers: notStored, body: JSON.stringify({ code, message }) };
}

/** 503: nothing is wrong with the request, and the client repeats it by itself after at least `retryAfterSeconds`. */
export function unavailableAnswer(code: string, message: string, retryAfterSeconds: number): ShapeAnswer {
  const refused = refusedAnswer(503, code, message);
  return { ...refused, headers: { ...refused.headers, 'retry-after': `${retryAfterSeconds}` } };
}

/** 405 with what is allowed. */
export function methodAnswer(): ShapeAnswer {
  const refused = refusedAnswer(405, 'method_not_allowed', 'Only GET and HEAD are served');
  return { ...refused, headers: { ...refused.headers, allow: 'GET, HEAD' } };
}

/** The answer as the method and condition of the request want it: a HEAD has no body, a known etag gets 304. */
export function asRequested(answer: ShapeAnswer, method: string, ifNoneMatch: string | null): ShapeAnswer {
  const etag = answer.headers.etag;
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (answer.status === 200 && etag !== undefined && known.includes(etag)) {
    return { status: 304, headers: answer.headers, body: null };
  }
  return method === 'HEAD' ? { ...answer, body: null } : answer;
}
