/**
 * Bodies in the encoding that a client prefers (RFC 9110, section 12.5.3). A body that many clients are sent at once, such
 * as one change that wakes a thousand screens or the first rows of a shape, is compressed once.
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export const CONTENT_ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type ContentEncoding = (typeof CONTENT_ENCODINGS)[number];

/** Smaller bodies fit one packet as they are. */
const ENCODED_BYTES_MIN = 1_024;
/** Compressed bodies remembered, in bytes of both forms; the oldest make room. */
const REMEMBERED_BYTES_MAX = 32 * 1024 * 1024;
/** Close to the best ratio for JSON of this kind, at a tenth of its time. */
const BROTLI_QUALITY = 5;
const GZIP_LEVEL = 6;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** An answer before or after its body was encoded. */
export interface EncodableAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface EncodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** What of a request decides about the form of its answer. */
export interface EncodingRequest {
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export interface BodyEncoder {
  /** The answer as the request wants it, with the `vary`, `content-encoding` and tag that belong to it. */
  encode(answer: EncodableAnswer, request: EncodingRequest): Promise<EncodedAnswer>;
}

export function createBodyEncoder(rememberedBytesMax: number = REMEMBERED_BYTES_MAX): BodyEncoder {
  const compressed = createMemory(rememberedBytesMax);
  return {
    encode: async ({ status, headers, body }, { acceptEncoding, ifNoneMatch }) => {
      const varied = { ...headers, vary: withVary(headers.vary) };
      const { etag } = headers;
      if (status === 304 && etag !== undefined) {
        return { status, headers: { ...varied, etag: sentTag(etag, ifNoneMatch) }, body: null };
      }
      const encoding = preferredEncoding(acceptEncoding);
      if (body === null || body.length < ENCODED_BYTES_MIN || encoding === 'identity') {
        return { status, headers: varied, body };
      }
      return {
        status,
        headers: {
          ...varied,
          ...(etag === undefined ? {} : { etag: tagOf(etag, encoding) }),
          'content-encoding': encoding,
        },
        body: await compressed(body, encoding),
      };
    },
  };
}

/**
 * The tags of an `If-None-Match` as the answer had them before it was encoded: each encoding of a representation has a tag
 * of its own (RFC 9110, section 8.8.3.3).
 */
export function plainTags(ifNoneMatch: string | undefined): string | undefined {
  return ifNoneMatch?.replace(/-(?:br|gzip)"/g, '"');
}

/** What we can send that the client likes best; among equals the shortest. */
export function preferredEncoding(acceptEncoding: string | undefined): ContentEncoding {
  const weights = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1';
    if (name !== '') weights.set(name, Number(quality));
  }
  const weightOf = (encoding: ContentEncoding): number =>
    weights.get(encoding) ?? (encoding === 'identity' ? 0 : (weights.get('*') ?? 0));
  const wanted = CONTENT_ENCODINGS.filter((encoding) => weightOf(encoding) > 0);
  return wanted.toSorted((left, right) => weightOf(right) - weightOf(left))[0] ?? 'identity';
}

function tagOf(etag: string, encoding: ContentEncoding): string {
  return etag.replace(/"$/, `-${encoding}"`);
}

/** The tag under which the client has what did not change. */
function sentTag(etag: string, ifNoneMatch: string | undefined): string {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.find((tag) => plainTags(tag) === etag) ?? etag;
}

function withVary(vary: string | undefined): string {
  return vary === undefined ? 'accept-encoding' : `${vary}, accept-encoding`;
}

/** Compresses, and remembers what it has compressed. A map by text costs nothing here: a string's hash is kept with it. */
function createMemory(bytesMax: number) {
  type Known = Map<string, Promise<Uint8Array<ArrayBuffer>>>;
  const known: Readonly<Record<'br' | 'gzip', Known>> = { br: new Map(), gzip: new Map() };
  let kept = 0;
  const forget = (encoding: 'br' | 'gzip', body: string): void => {
    if (known[encoding].delete(body)) kept -= body.length;
  };
  const makeRoom = (): void => {
    for (const encoding of ['br', 'gzip'] as const) {
      for (const body of known[encoding].keys()) {
        if (kept <= bytesMax) return;
        forget(encoding, body);
      }
    }
  };
  return (body: string, encoding: 'br' | 'gzip'): Promise<Uint8Array<ArrayBuffer>> => {
    const found = known[encoding].get(body);
    if (found !== undefined) return found;
    const bytes = compress(body, encoding);
    bytes.catch(() => forget(encoding, body));
    known[encoding].set(body, bytes);
    kept += body.length;
    makeRoom();
    return bytes;
  };
}

async function compress(body: string, encoding: 'br' | 'gzip'): Promise<Uint8Array<ArrayBuffer>> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  const bytes =
    encoding === 'br' ? await brotli(body, { params }) : await gzipped(body, { level: GZIP_LEVEL });
  return new Uint8Array(bytes);
}
