/** Signing in at a hub without its link: a grant of the cloud's, a PIN, five tries, and nothing for who has left. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { newId } from '@totem/domain';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDeviceKey } from '../../identity/device-key.ts';
import { keepDirectory } from '../directory.ts';
import { operatorAt, type TestHub, testHub } from '../testing/hub-world.ts';
import { createHubPins, type HubPins, PIN_TRIES_MAX } from './pins.ts';
import { createHubTokens, type HubTokens } from './tokens.ts';

const PIN = '482913';
const DAY_MS = 86_400_000;
let hub: TestHub;
let pins: HubPins;
let tokens: HubTokens;
let cloudKey: KeyObject;
let otavio: ReturnType<typeof operatorAt>;
let keep: (isThere: boolean) => void;
beforeEach(() => {
  hub = testHub();
  const { parts, place } = hub;
  const pair = generateKeyPairSync('ed25519');
  cloudKey = pair.privateKey;
  otavio = operatorAt(parts.device, place);
  keep = (isThere) =>
    parts.store.write((db) =>
      keepDirectory(db, {
        serverTime: '2026-11-23T15:00:00.000Z',
        hub: null,
        tokenKey: String(pair.publicKey.export({ format: 'jwk' }).x),
        people: isThere
          ? [{ ...otavio, siteIds: [...otavio.siteIds], fullName: 'Otávio Reis', username: 'otavio' }]
          : [],
        devices: [],
      }),
    );
  keep(true);
  tokens = createHubTokens({ ...parts, key: openDeviceKey(place.dataDir), env: place.world.env });
  pins = createHubPins({ ...parts, tokens });
});
afterEach(() => hub.close());

function grant(over: object = {}, key: KeyObject = cloudKey, typ = 'hub-grant+jwt'): Promise<string> {
  const { env } = hub.place.world;
  const { tenantId: tenant, siteId: site } = hub.parts.device;
  const seconds = Math.floor(env.now() / 1_000);
  return new SignJWT({ sub: otavio.userId, tenant, site, ...over })
    .setProtectedHeader({ alg: 'EdDSA', typ })
    .setIssuer('totem-cloud')
    .setAudience('totem-hub')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 14 * 86_400)
    .setJti(newId(env))
    .sign(key);
}
const recorded = () =>
  hub.parts.store
    .read((db) => db.all(`SELECT action FROM audit_log WHERE entity = 'user' ORDER BY seq`))
    .map(({ action }) => action);
const refused = (code: string) => expect.objectContaining({ code });

describe('a PIN', () => {
  it('I-HUB-5: with a grant lets its person in for a shift, and each step is in the ledger', async () => {
    await pins.choose(otavio, await grant(), PIN);
    const session = await pins.signIn(' Otavio ', PIN);
    expect(session).toMatchObject({ user: { id: otavio.userId, fullName: 'Otávio Reis', role: 'operator' } });
    expect(await tokens.verify(session.accessToken)).toMatchObject({ kind: 'user', userId: otavio.userId });
    hub.place.world.advance(8 * 3_600_000 + 1_000);
    await expect(tokens.verify(session.accessToken)).rejects.toThrow(refused('unauthorized'));
    expect(recorded()).toEqual(['HUB_PIN_SET', 'HUB_LOGIN']);
    const [kept] = hub.parts.store.read((db) => db.all('SELECT pin_hash FROM hub_grant'));
    expect(kept?.pin_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('I-HUB-5: is locked after five wrong tries, at once or one by one, and stays locked for the right one', async () => {
    await pins.choose(otavio, await grant(), PIN);
    const said = await Promise.all(
      Array.from({ length: 8 }, () =>
        pins.signIn('otavio', '111222').catch((error: { code: string }) => error.code),
      ),
    );
    expect(said.filter((code) => code === 'hub_pin_wrong')).toHaveLength(PIN_TRIES_MAX);
    expect(said.filter((code) => code === 'hub_pin_locked')).toHaveLength(3);
    await expect(pins.signIn('otavio', PIN)).rejects.toThrow(refused('hub_pin_locked'));
    // Only the cloud's word opens it again.
    await pins.choose(otavio, await grant(), PIN);
    expect((await pins.signIn('otavio', PIN)).user.id).toBe(otavio.userId);
  });

  it('is forgiven four wrong tries by a right one', async () => {
    await pins.choose(otavio, await grant(), PIN);
    for (let round = 0; round < 2; round += 1) {
      for (let turn = 0; turn < 4; turn += 1)
        await expect(pins.signIn('otavio', '111222')).rejects.toThrow(refused('hub_pin_wrong'));
      await pins.signIn('otavio', PIN);
    }
  });

  it('is worth nothing when its grant has ended, or its person has left', async () => {
    await pins.choose(otavio, await grant(), PIN);
    keep(false);
    keep(true);
    await expect(pins.signIn('otavio', PIN)).rejects.toThrow(refused('hub_pin_wrong'));
    await pins.choose(otavio, await grant(), PIN);
    hub.place.world.advance(14 * DAY_MS + 1_000);
    await expect(pins.signIn('otavio', PIN)).rejects.toThrow(refused('unauthorized'));
    await expect(pins.signIn('ninguem', PIN)).rejects.toThrow(refused('hub_pin_wrong'));
  });

  it('goes on for two weeks more with a new grant, without being typed', async () => {
    await expect(pins.choose(otavio, await grant())).rejects.toThrow(refused('not_found'));
    expect(await pins.until(otavio)).toBeNull();
    await pins.choose(otavio, await grant(), PIN);
    const first = await pins.until(otavio);
    hub.place.world.advance(10 * DAY_MS);
    await pins.choose(otavio, await grant());
    expect(Date.parse((await pins.until(otavio)) ?? '') - Date.parse(first ?? '')).toBe(10 * DAY_MS);
    hub.place.world.advance(10 * DAY_MS);
    expect((await pins.signIn('otavio', PIN)).user.id).toBe(otavio.userId);
    hub.place.world.advance(5 * DAY_MS);
    expect(await pins.until(otavio)).toBeNull();
  });

  it('is not chosen with another’s grant, another site’s, a forged one, or a token in its place', async () => {
    const { env } = hub.place.world;
    const wrong = [
      grant({ sub: newId(env) }),
      grant({ site: newId(env) }),
      grant({ tenant: newId(env) }),
      grant({}, generateKeyPairSync('ed25519').privateKey),
      grant({}, cloudKey, 'at+jwt'),
    ];
    for (const one of wrong)
      await expect(pins.choose(otavio, await one, PIN)).rejects.toThrow(refused('unauthorized'));
    for (const guessed of ['000000', '123456', '987654'])
      await expect(pins.choose(otavio, await grant(), guessed)).rejects.toThrow(refused('password_common'));
    expect(recorded()).toEqual([]);
  });
});
