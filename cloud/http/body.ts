/** Bodies of requests: never larger than their route says, whether they say so themselves or not. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ProblemError } from '@totem/domain';
import type { Context } from 'hono';

const unzip = promisify(gunzip);

/** For `bodyLimit`. @throws ProblemError `body_too_large` */
export function onBodyTooLarge(): never {
  throw new ProblemError('body_too_large');
}

/**
 * The body's bytes, uncompressed if it came with `content-encoding: gzip`.
 * @throws ProblemError `body_too_large` beyond `bytesMax` uncompressed bytes; `invalid_request` for another encoding or for bytes that are none.
 */
export async function bodyBytes(c: Context, bytesMax: number): Promise<Uint8Array> {
  const encoding = c.req.header('content-encoding') ?? 'identity';
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (encoding === 'identity') return bytes;
  if (encoding !== 'gzip') throw new ProblemError('invalid_request', { extra: { encoding } });
  try {
    return await unzip(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    throw new ProblemError(isTooLarge ? 'body_too_large' : 'invalid_request', { cause });
  }
}
