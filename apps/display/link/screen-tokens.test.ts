/** Tokens of a paired display: at the cloud, at the hub while the cloud is away, and never lost for a word of somebody else's. */
import { virtualWorld } from '@totem/testkit/virtual';
import type { LinkSource } from '@totem/ui';
import { describe, expect, it } from 'vitest';
import { newScreenKey } from '../pairing/screen-key.ts';
import { createScreenTokens, LOOK_EVERY_MS } from './screen-tokens.ts';

const CLOUD = 'https://totem.example';
const HUB = 'https://192.0.2.7:4443';
const LIFE_SECONDS = 600;

type Answering = 'well' | 'away' | 'refusing' | 'a portal' | 'suspending';

/** Cloud, hub and a clock; the servers' clock is `aheadMs` before the screen's. */
function stage(aheadMs = 0) {
  const world = virtualWorld();
  const places: Record<string, Answering> = { [CLOUD]: 'well', [HUB]: 'well' };
  const given: string[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const base = String(input).replace('/v1/token', '');
    const serverMs = world.env.now() + aheadMs;
    const refusal = (code: string, status: number) =>
      Response.json({ code, serverTime: new Date(serverMs).toISOString() }, { status });
    const assertion = new URLSearchParams(String(init?.body)).get('assertion') ?? '';
    const { iat } = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString());
    switch (places[base] ?? 'away') {
      case 'away':
        throw new TypeError('no link');
      case 'a portal':
        return new Response('<h1>Sign in to the network</h1>', { status: 401 });
      case 'suspending':
        return refusal('device_suspended', 403);
      case 'refusing':
        return refusal('unauthorized', 401);
      case 'well':
        if (Math.abs(iat * 1_000 - serverMs) > 60_000) return refusal('unauthorized', 401);
        given.push(base);
        return Response.json({ access_token: `${base} ${given.length}`, expires_in: LIFE_SECONDS });
      default:
        throw new Error('nobody');
    }
  };
  let source: LinkSource = 'cloud';
  let gone = 0;
  const tokens = createScreenTokens({
    world: { ...world, fetch },
    key: newScreenKey(world.env),
    equipmentId: 'a-device',
    homeUrl: CLOUD,
    home: 'cloud',
    hubUrl: () => HUB,
    source: () => source,
    onGone: () => {
      gone += 1;
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left >= 0; left -= LOOK_EVERY_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      world.advance(Math.min(left, LOOK_EVERY_MS));
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    tokens,
    places,
    given,
    pass,
    gone: () => gone,
    turnTo: (to: LinkSource) => {
      source = to;
    },
  };
}

describe('the tokens of a paired display', () => {
  it('are at hand, replaced ahead of their end, and good at the hub too', async () => {
    const { tokens, given, pass } = stage();
    tokens.start();
    expect(tokens.token('cloud')).toBeNull();
    await pass(0);
    expect([tokens.token('cloud'), tokens.token('hub')]).toEqual([`${CLOUD} 1`, `${CLOUD} 1`]);
    await pass(3 * LIFE_SECONDS * 1_000);
    expect(given.length).toBeGreaterThan(2);
    expect(new Set(given)).toEqual(new Set([CLOUD]));
    expect(tokens.token('cloud')).not.toBeNull();
  });

  it('come from the hub while the cloud is away', async () => {
    const { tokens, places, pass } = stage();
    places[CLOUD] = 'away';
    tokens.start();
    await pass(LOOK_EVERY_MS);
    expect([tokens.token('cloud'), tokens.token('hub')]).toEqual([null, `${HUB} 1`]);
    await pass(2 * LIFE_SECONDS * 1_000);
    expect(tokens.token('hub')).toContain(HUB);
    places[CLOUD] = 'well';
    await pass(2 * LOOK_EVERY_MS);
    expect(tokens.token('cloud')).toContain(CLOUD);
  });

  it('are had in spite of a clock that is years off', async () => {
    const { tokens, pass, gone } = stage(5 * 365 * 86_400_000);
    tokens.start();
    await pass(LOOK_EVERY_MS);
    expect([tokens.token('cloud'), gone()]).toEqual([`${CLOUD} 1`, 0]);
  });

  it('end when the cloud knows the screen no more, and only then', async () => {
    const { tokens, places, pass, gone } = stage();
    const far = 2 * LIFE_SECONDS * 1_000;
    tokens.start();
    for (const answering of ['a portal', 'suspending', 'away'] as const) {
      places[CLOUD] = answering;
      await pass(far);
      expect([answering, gone()]).toEqual([answering, 0]);
    }
    places[HUB] = 'refusing';
    await pass(far);
    expect(gone()).toBe(0);
    places[CLOUD] = 'refusing';
    await pass(LOOK_EVERY_MS);
    expect(gone()).toBeGreaterThan(0);
  });

  it('a token that a server does not take is replaced, or there is one already; a hub’s refusal asks the cloud', async () => {
    const { tokens, places, pass, gone, turnTo } = stage();
    tokens.start();
    await pass(0);
    const first = tokens.token('cloud');
    expect(await tokens.renew('an older one')).toBe(true);
    expect(tokens.token('cloud')).toBe(first);
    expect(await tokens.renew(first)).toBe(true);
    expect(tokens.token('cloud')).not.toBe(first);
    turnTo('hub');
    places[HUB] = 'refusing';
    expect(await tokens.renew(tokens.token('hub'))).toBe(false);
    expect(gone()).toBe(0);
    places[CLOUD] = 'refusing';
    expect(await tokens.renew(tokens.token('hub'))).toBe(false);
    expect(gone()).toBe(1);
  });
});
