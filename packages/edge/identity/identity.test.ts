/** The device's key, its tokens and what it signs. */

import { verify } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, ProblemError } from '@totem/domain';
import { jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestPlace, testPlace } from '../testing/totem.ts';
import { capabilityText, ticketCapability, ticketUrl } from './capability.ts';
import { ensureDeviceKey, openDeviceKey, publicKeyOf, type RenewableKey } from './device-key.ts';
import { ASSERTION_AUDIENCE, createTokens } from './tokens.ts';

let place: TestPlace;
let key: RenewableKey;
beforeEach(() => {
  place = testPlace();
  key = openDeviceKey(place.dataDir);
});
afterEach(() => place.remove());

function tokensWith(post: (form: URLSearchParams) => Promise<unknown>) {
  const { env, timers } = place.world;
  return createTokens({ device: place.device, key, env, timers, post });
}

describe('the device key', () => {
  it('is made once, and only its owner may read it', () => {
    expect(ensureDeviceKey(place.dataDir)).toEqual(key.publicJwk);
    expect(statSync(join(place.dataDir, 'device-key.json')).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(key.publicJwk)).not.toContain('"d"');
  });

  it('signs what its public half verifies', () => {
    const signature = key.sign('text');
    expect(signature.length).toBe(64);
    expect(verify(null, Buffer.from('text'), publicKeyOf(key.publicJwk), signature)).toBe(true);
  });
});

describe('a key that is replaced', () => {
  it('is followed by its successor under whoever holds it, and after a new start', () => {
    const next = key.begin();
    expect(key.begin()).toBe(next);
    expect(key.publicJwk).not.toEqual(next.publicJwk);
    expect(openDeviceKey(place.dataDir).successor()?.publicJwk).toEqual(next.publicJwk);
    key.promote();
    expect(key.publicJwk).toEqual(next.publicJwk);
    expect(key.successor()).toBeUndefined();
    expect(verify(null, Buffer.from('text'), publicKeyOf(next.publicJwk), key.sign('text'))).toBe(true);
    const again = openDeviceKey(place.dataDir);
    expect([again.publicJwk, again.successor()]).toEqual([next.publicJwk, undefined]);
    expect(statSync(join(place.dataDir, 'device-key.json')).mode & 0o777).toBe(0o600);
  });

  it('forgets a successor that was half written, and one that nobody wants', () => {
    writeFileSync(join(place.dataDir, 'device-key.next.json'), '{"kty":"OK');
    const opened = openDeviceKey(place.dataDir);
    expect(opened.successor()).toBeUndefined();
    opened.begin();
    opened.drop();
    expect(openDeviceKey(place.dataDir).successor()).toBeUndefined();
    expect(opened.publicJwk).toEqual(key.publicJwk);
  });
});

describe('the link on the paper', () => {
  it('names tenant and ticket, and is signed by the device', () => {
    const { tenantId } = place.device;
    const ticketId = newId<'ticket'>(place.world.env);
    const capability = ticketCapability(key, tenantId, ticketId);
    expect(capability).toMatch(/^[A-Za-z0-9_-]{128}$/);
    const bytes = Buffer.from(capability, 'base64url');
    expect(bytes.subarray(0, 16).toString('hex')).toBe(tenantId.replaceAll('-', ''));
    expect(bytes.subarray(16, 32).toString('hex')).toBe(ticketId.replaceAll('-', ''));
    const text = Buffer.from(capabilityText(tenantId, ticketId));
    expect(verify(null, text, publicKeyOf(key.publicJwk), bytes.subarray(32))).toBe(true);
    expect(ticketUrl('https://totem.example/', capability)).toBe(`https://totem.example/t/${capability}`);
  });
});

describe('access tokens', () => {
  it('are asked for with an assertion of this device, once for all who want one', async () => {
    const asked: URLSearchParams[] = [];
    const tokens = tokensWith(async (form) => {
      asked.push(form);
      return { access_token: `t${asked.length}`, token_type: 'Bearer', expires_in: 600 };
    });
    expect(await Promise.all([tokens.current(), tokens.current()])).toEqual(['t1', 't1']);
    const assertion = asked[0]?.get('assertion') ?? '';
    const { payload } = await jwtVerify(assertion, publicKeyOf(key.publicJwk), {
      audience: ASSERTION_AUDIENCE,
      currentDate: new Date(place.world.env.now()),
    });
    expect(payload).toMatchObject({ iss: place.device.equipmentId, sub: place.device.equipmentId });
    expect(asked.length).toBe(1);
  });

  it('are replaced ahead of their end, and at once when one was refused', async () => {
    let asked = 0;
    const tokens = tokensWith(async () => {
      asked += 1;
      return { access_token: `t${asked}`, token_type: 'Bearer', expires_in: 600 };
    });
    await tokens.current();
    place.world.advance(539_000);
    expect(await tokens.current()).toBe('t1');
    place.world.advance(2_000);
    expect(await tokens.current()).toBe('t2');
    tokens.forget();
    expect(await tokens.current()).toBe('t3');
  });

  it('a failure is told to all who wait, and the next one asks again', async () => {
    let isUp = false;
    const tokens = tokensWith(async () => {
      if (!isUp) throw new ProblemError('unreachable');
      return { access_token: 't', token_type: 'Bearer', expires_in: 600 };
    });
    await expect(tokens.current()).rejects.toMatchObject({ code: 'unreachable' });
    isUp = true;
    expect(await tokens.current()).toBe('t');
    // The network's failures are no refusals: nothing waits for their end.
    const broken = tokensWith(async () => ({ page: 'please sign in to this network' }));
    await expect(broken.current()).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('a device that is refused does not knock for each of its followers, and is let in when it may', async () => {
    let asked = 0;
    let isSuspended = true;
    const tokens = tokensWith(async () => {
      asked += 1;
      if (isSuspended) throw new ProblemError('device_suspended');
      return { access_token: 't', token_type: 'Bearer', expires_in: 600 };
    });
    for (let quarter = 0; quarter < 4 * 600; quarter += 1) {
      await expect(tokens.current()).rejects.toMatchObject({ code: 'device_suspended' });
      place.world.advance(250);
    }
    expect(asked).toBeLessThan(40);
    isSuspended = false;
    place.world.advance(30_000);
    expect(await tokens.current()).toBe('t');
  });
});
