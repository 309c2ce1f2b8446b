/** Bodies of requests: of the kind and size that their route says, whether they say so themselves or not. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ProblemError } from '@totem/domain';
import type { Context, MiddlewareHandler } from 'hono';
import { strictJsonText } from './strict-json.ts';

/** What a route takes. */
export interface BodyRule {
  readonly type: 'application/json' | 'application/x-www-form-urlencoded' | 'file';
  /** Of a file: what it may be. */
  readonly fileTypes?: readonly string[];
  /** As it is sent: a compressed body is bounded again once it is not. */
  readonly bytesMax: number;
  /** Content encodings beside none. */
  readonly encodings?: readonly string[];
  /** Whether the route reads the bytes itself; JSON is looked at here otherwise. */
  readonly isRaw?: boolean;
  /** Whether texts may hold what a database cannot, because the route cleans them. */
  readonly anyText?: boolean;
}

/** Configuration and commands: some ids, and what fits on a screen. */
export const JSON_BODY: BodyRule = { type: 'application/json', bytesMax: 64 * 1024 };

/** The same where people's own words are cleaned rather than refused. */
export const TYPED_BODY: BodyRule = { ...JSON_BODY, anyText: true };

export const FORM_BODY: BodyRule = { type: 'application/x-www-form-urlencoded', bytesMax: 16 * 1024 };

const unzip = promisify(gunzip);

/**
 * Reads the body within its bounds before its route does. A request without one passes: whether it needs one is for the
 * route's schema to say.
 * @throws ProblemError `body_too_large`, `media_type_unsupported`, `body_too_deep`, `invalid_request`.
 */
export function boundedBody(rule: BodyRule): MiddlewareHandler {
  const { type, fileTypes, bytesMax, encodings = [], isRaw = false } = rule;
  const types = fileTypes ?? [type];
  return async (c, next) => {
    const declared = c.req.header('content-length');
    const isThere = c.req.header('transfer-encoding') !== undefined || Number(declared ?? 0) > 0;
    if (isThere) {
      const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
      if (!types.includes(mediaTypeOf(c)) || !['identity', ...encodings].includes(encoding))
        throw new ProblemError('media_type_unsupported');
      if (Number(declared ?? 0) > bytesMax) throw new ProblemError('body_too_large');
      const bytes = await readBody(c, declared === undefined ? bytesMax : undefined);
      // What was read stays with the request, where its own readers find it.
      const cache: Record<string, unknown> = c.req.bodyCache;
      if (type === 'application/json' && !isRaw) cache.text = Promise.resolve(strictJsonText(bytes, rule));
      else cache.arrayBuffer = Promise.resolve(bytes.buffer);
    }
    await next();
  };
}

/**
 * The bytes of a body that `boundedBody` has read, uncompressed if it came with `content-encoding: gzip`.
 * @throws ProblemError `body_too_large` beyond `bytesMax` uncompressed bytes; `invalid_request` for bytes that are none.
 */
export async function bodyBytes(c: Context, bytesMax: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (c.req.header('content-encoding')?.trim().toLowerCase() !== 'gzip') return bytes;
  try {
    return await unzip(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    throw new ProblemError(isTooLarge ? 'body_too_large' : 'invalid_request', { cause });
  }
}

function mediaTypeOf(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
}

/**
 * All bytes of the body. Node's parser holds a declared length to its word, so only what comes in chunks is counted here;
 * and it is counted while it comes, not once it is all in memory.
 */
async function readBody(c: Context, bytesMax: number | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  if (bytesMax === undefined || incoming === undefined) {
    const bytes = new Uint8Array(await c.req.raw.arrayBuffer());
    if (bytes.length > (bytesMax ?? bytes.length)) throw new ProblemError('body_too_large');
    return bytes;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) throw new ProblemError('body_too_large');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
