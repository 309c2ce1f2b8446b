/** A screen's key is one that every server knows how to check. */
import { createPublicKey, verify } from 'node:crypto';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { forgetScreen, keepScreen, keptKey, keptScreen } from './kept-screen.ts';
import { assertionOf, newScreenKey, screenKeyOf } from './screen-key.ts';

function storageOf() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const isSigned = (text: string, signature: string, x: string) =>
  verify(
    null,
    Buffer.from(text),
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );

describe('the key of a screen', () => {
  it('signs as RFC 8032 has it, and its assertion is the one that servers take', () => {
    const { env } = virtualWorld();
    const key = newScreenKey(env);
    expect(key.publicKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(isSigned('çã', key.sign('çã'), key.publicKey)).toBe(true);
    const [head = '', body = '', signature = ''] = assertionOf(key, 'a-device', env, env.now()).split('.');
    expect(isSigned(`${head}.${body}`, signature, key.publicKey)).toBe(true);
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const seconds = Math.floor(env.now() / 1_000);
    expect(read(head)).toEqual({ alg: 'EdDSA', typ: 'JWT' });
    expect(read(body)).toEqual({
      iss: 'a-device',
      sub: 'a-device',
      aud: 'totem-cloud',
      iat: seconds,
      exp: seconds + 120,
      jti: expect.any(String),
    });
  });

  it('is kept, is another after it was forgotten, and what is no key is replaced', () => {
    const { env } = virtualWorld();
    const storage = storageOf();
    const key = keptKey(storage, env);
    expect(keptKey(storage, env).publicKey).toBe(key.publicKey);
    expect(screenKeyOf(key.secret).publicKey).toBe(key.publicKey);
    const ids = {
      tenantId: crypto.randomUUID(),
      siteId: crypto.randomUUID(),
      equipmentId: crypto.randomUUID(),
    };
    keepScreen(storage, ids as never);
    expect(keptScreen(storage)).toEqual(ids);
    forgetScreen(storage);
    expect([keptScreen(storage), storage.kept.size]).toEqual([undefined, 0]);
    expect(keptKey(storage, env).publicKey).not.toBe(key.publicKey);
    for (const damaged of ['', 'short', '!!!']) {
      storage.setItem('totem.display.key', damaged);
      storage.setItem('totem.display.device', damaged);
      expect(keptKey(storage, env).publicKey).toMatch(/^[\w-]{43}$/);
      expect(keptScreen(storage)).toBeUndefined();
    }
  });
});
