/** Answers in the encoding that a client prefers, and what caches need to know of it. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createBodyEncoder, plainTags, preferredEncoding } from './content-encoding.ts';

const long = JSON.stringify(
  Array.from({ length: 200 }, (_, index) => ({ code: `A${index}`, state: 'waiting' })),
);
const etag = '"handle:-1:0_0"';
const answer = (body: string | null, status = 200) => ({
  status,
  headers: { etag, vary: 'authorization', 'content-type': 'application/json' },
  body,
});

describe('the encoding that a client prefers', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, gzip;q=0', 'identity'],
    ['identity, gzip;q=0.5', 'identity'],
    ['*', 'br'],
    ['*;q=0.1, br;q=0', 'gzip'],
    ['GZIP', 'gzip'],
    ['deflate', 'identity'],
    ['gzip;q=nonsense', 'identity'],
  ])('of "%s" is %s', (accepted, encoding) => {
    expect(preferredEncoding(accepted)).toBe(encoding);
  });
});

describe('an answer', () => {
  const { encode } = createBodyEncoder();
  const asked = (acceptEncoding: string, ifNoneMatch?: string) => ({ acceptEncoding, ifNoneMatch });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)(
    'in %s has the same content, a tag of its own, and says that it varies',
    async (name, decoded) => {
      const { headers, body } = await encode(answer(long), asked(name));
      expect(decoded(body as Uint8Array).toString()).toBe(long);
      expect(body?.length).toBeLessThan(long.length / 4);
      expect(headers).toEqual({
        'content-type': 'application/json',
        'content-encoding': name,
        etag: `"handle:-1:0_0-${name}"`,
        vary: 'authorization, accept-encoding',
      });
    },
  );

  it('for a client that takes no encoding, or that is short, is as it was, and varies all the same', async () => {
    for (const [body, accepted] of [
      [long, ''],
      ['[]', 'gzip'],
      [null, 'gzip'],
    ] as const) {
      const encoded = await encode(answer(body), asked(accepted));
      expect(encoded.body).toBe(body);
      expect(encoded.headers).toMatchObject({ etag, vary: 'authorization, accept-encoding' });
      expect(encoded.headers).not.toHaveProperty('content-encoding');
    }
  });

  it('that did not change carries the tag under which the client has it', async () => {
    const sent = '"handle:-1:0_0-gzip"';
    expect(plainTags(`W/${sent}, "other"`)).toBe(`W/${etag}, "other"`);
    const unchanged = await encode(answer(null, 304), asked('br', `"other", ${sent}`));
    expect(unchanged).toMatchObject({ status: 304, body: null, headers: { etag: sent } });
    expect((await encode(answer(null, 304), asked('br', etag))).headers.etag).toBe(etag);
  });

  it('for many clients is compressed once, and forgotten when there are others', async () => {
    const small = createBodyEncoder(long.length);
    const first = await small.encode(answer(long), asked('gzip'));
    expect((await small.encode(answer(long), asked('gzip'))).body).toBe(first.body);
    await small.encode(answer(`${long} `), asked('gzip'));
    expect((await small.encode(answer(long), asked('gzip'))).body).not.toBe(first.body);
  });
});
