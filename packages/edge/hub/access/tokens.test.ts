/** Who is asking at a hub: tokens of the cloud's that hold, of people and devices that it still names, and nothing else. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { newId } from '@totem/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDeviceKey } from '../../identity/device-key.ts';
import { keepDirectory } from '../directory.ts';
import { operatorAt, type TestHub, testHub } from '../testing/hub-world.ts';
import { createHubTokens, type HubTokens } from './tokens.ts';

let hub: TestHub;
let tokens: HubTokens;
let cloudKey: KeyObject;
let otavio: ReturnType<typeof operatorAt>;
beforeEach(() => {
  hub = testHub();
  const { parts, place } = hub;
  const pair = generateKeyPairSync('ed25519');
  cloudKey = pair.privateKey;
  otavio = operatorAt(parts.device, place);
  parts.store.write((db) =>
    keepDirectory(db, {
      serverTime: '2026-11-23T15:00:00.000Z',
      hub: null,
      tokenKey: String(pair.publicKey.export({ format: 'jwk' }).x),
      people: [{ ...otavio, siteIds: [...otavio.siteIds], fullName: 'Otávio Reis', username: 'otavio' }],
      devices: [],
    }),
  );
  tokens = createHubTokens({ ...parts, key: openDeviceKey(place.dataDir), env: place.world.env });
});
afterEach(() => hub.close());

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(claims: object = {}, header: object = {}): string {
  const { env } = hub.place.world;
  const seconds = Math.floor(env.now() / 1_000);
  const { tenantId: tenant, userId: sub, sessionId: sid, role, siteIds, serviceIds } = otavio;
  const said = { kind: 'user', sub, tenant, sid, role, sites: siteIds, services: serviceIds };
  const times = { iss: 'totem-cloud', aud: 'totem', iat: seconds, exp: seconds + 600, jti: newId(env) };
  const text = [
    encoded({ alg: 'EdDSA', typ: 'at+jwt', ...header }),
    encoded({ ...said, ...times, ...claims }),
  ].join('.');
  return `${text}.${sign(null, Buffer.from(text), cloudKey).toString('base64url')}`;
}

describe('a token at the hub', () => {
  it('of the cloud is known without asking it', async () => {
    expect(await tokens.verify(signed())).toEqual(otavio);
  });

  it.each([
    ['that names a key', () => signed({}, { kid: 'other' })],
    ['that brings a key', () => signed({}, { jwk: { kty: 'OKP' } })],
    ['from the future', () => signed({ iat: Math.floor(hub.place.world.env.now() / 1_000) + 120 })],
    ['of another type', () => signed({}, { typ: 'hub-grant+jwt' })],
    ['for another audience', () => signed({ aud: 'totem-hub' })],
    ['that says it is the hub’s own', () => signed({ iss: 'totem-hub' })],
    ['of the platform', () => signed({ kind: 'owner' })],
    ['of somebody whom the cloud does not name', () => signed({ sub: newId(hub.place.world.env) })],
    ['of another company', () => signed({ tenant: newId(hub.place.world.env) })],
  ])('%s is refused', async (_, make) => {
    await expect(tokens.verify(make())).rejects.toThrow(expect.objectContaining({ code: 'unauthorized' }));
  });
});
