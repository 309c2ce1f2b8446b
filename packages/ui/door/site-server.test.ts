/** Whom a screen asks: the hub while it answers, the cloud when it does not, and what is kept for a day without the link. */
import type { SiteDesk } from '@totem/sync/hub';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { createDoor } from './door.ts';
import { createSiteServer, FAILURES_MAX, LOOK_EVERY_MS, type SiteServer } from './site-server.ts';

const CLOUD = 'https://cloud.example';
const HUB = 'https://192.0.2.7:4443';
const hubAt = (url: string | null) =>
  ({ hub: { equipmentId: 'e', term: 1, url }, people: [] }) as unknown as SiteDesk;

function stage() {
  const virtual = virtualWorld();
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  /** What each server answers: a desk, a status, or nothing at all. */
  const says: Record<string, SiteDesk | number | undefined> = { [CLOUD]: hubAt(null), [HUB]: undefined };
  const asked: string[] = [];
  const world = {
    env: virtual.env,
    timers: virtual.timers,
    fetch: (async (input) => {
      const { origin, pathname } = new URL(String(input));
      asked.push(`${origin}${pathname}`);
      const said = says[origin];
      if (said === undefined) throw new TypeError('failed to fetch');
      if (pathname === '/v1/commands' && typeof said !== 'number')
        return Response.json({ commandId: origin });
      return typeof said === 'number'
        ? Response.json({ code: said === 421 ? 'hub_serves_site' : 'unauthorized' }, { status: said })
        : Response.json(said);
    }) as typeof fetch,
  };
  const open = (home: 'cloud' | 'hub' = 'cloud') =>
    createSiteServer({
      homeUrl: home === 'cloud' ? CLOUD : HUB,
      home,
      siteId: 's',
      authorization: () => ({}),
      world,
      storage,
    });
  return { says, open, world, asked, virtual };
}

/** Lets a server look, as if its time had come. */
async function look(server: SiteServer): Promise<string> {
  const stop = server.start();
  await server.misdirected(server.current().baseUrl);
  stop();
  return server.current().source;
}

describe('the server of a site', () => {
  it('is the cloud without a hub, the hub while there is one that answers, and the cloud again', async () => {
    const { says, open } = stage();
    const server = open();
    expect(await look(server)).toBe('cloud');
    says[CLOUD] = hubAt(HUB);
    expect(await look(server)).toBe('cloud');
    says[HUB] = hubAt(HUB);
    expect(await look(server)).toBe('hub');
    says[CLOUD] = hubAt(null);
    expect(await look(server)).toBe('cloud');
  });

  it('stays the hub while the cloud is away, for a token that has ended too, and one missed answer moves nobody', async () => {
    const { says, open } = stage();
    const server = open();
    says[CLOUD] = hubAt(HUB);
    says[HUB] = hubAt(HUB);
    await look(server);
    says[CLOUD] = undefined;
    says[HUB] = 401;
    for (let round = 0; round < 3; round += 1) expect(await look(server)).toBe('hub');
    says[HUB] = undefined;
    for (let round = 0; round < 3; round += 1) expect(await look(server)).toBe('hub');
    says[CLOUD] = hubAt(HUB);
    says[HUB] = hubAt(HUB);
    await look(server);
    says[HUB] = undefined;
    for (let round = 1; round < FAILURES_MAX; round += 1) expect(await look(server)).toBe('hub');
    expect(await look(server)).toBe('cloud');
  });

  it('is not a hub that has not heard of this screen yet', async () => {
    const { says, open } = stage();
    const server = open();
    says[CLOUD] = hubAt(HUB);
    says[HUB] = 401;
    for (let round = 0; round < 3; round += 1) expect(await look(server)).toBe('cloud');
  });

  it('is found without the cloud by who was told of it before', async () => {
    const { says, open } = stage();
    says[CLOUD] = hubAt(HUB);
    says[HUB] = hubAt(HUB);
    await look(open());
    says[CLOUD] = undefined;
    expect(await look(open())).toBe('hub');
  });

  it('of a page that the hub has given is that hub', async () => {
    const { says, open, asked } = stage();
    says[HUB] = hubAt(HUB);
    expect(await look(open('hub'))).toBe('hub');
    expect(asked.every((url) => url.startsWith(HUB))).toBe(true);
  });

  it('is looked for again and again', async () => {
    const { open, asked, virtual } = stage();
    const stop = open().start();
    for (let round = 0; round < 3; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      virtual.advance(LOOK_EVERY_MS);
    }
    stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });
});

it('a command that is answered with 421 goes to the hub with its id, and those who read are told', async () => {
  const { says, open, world, asked } = stage();
  const server = open();
  let moves = 0;
  says[CLOUD] = hubAt(HUB);
  says[HUB] = hubAt(HUB);
  const bodies: string[] = [];
  const door = createDoor({
    baseUrl: () => server.current().baseUrl,
    token: () => 'key',
    onUnauthorized: () => {},
    onMisdirected: server.misdirected,
    onMoved: server.onMoved,
    world: {
      ...world,
      fetch: async (input, init) => {
        if (init?.method === 'POST') bodies.push(String(init.body));
        if (init?.method === 'POST' && String(input).startsWith(CLOUD))
          return Response.json({ code: 'hub_serves_site' }, { status: 421 });
        return world.fetch(input, init);
      },
    },
  });
  door.onMoved(() => {
    moves += 1;
  });
  expect(await door.command({ type: 'counter.close' })).toEqual({ commandId: HUB });
  expect([moves, new Set(bodies).size, bodies.length]).toEqual([1, 1, 2]);
  expect(asked.filter((url) => url.endsWith('/v1/commands'))).toEqual([`${HUB}/v1/commands`]);
});
