/** A screen that waits to be paired: one code after the other, whatever the link does, until somebody has entered one. */
import { PAIRING_CODE_MS } from '@totem/domain';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { ASK_AGAIN_MS, createPairing, LOOK_EVERY_MS } from './pairing.ts';
import { newScreenKey } from './screen-key.ts';

const DEVICE = {
  tenantId: '0199a0e0-0000-7000-8000-000000000001',
  siteId: '0199a0e0-0000-7000-8000-000000000002',
  equipmentId: '0199a0e0-0000-7000-8000-000000000003',
};

/** A server whose answers a test decides, and a clock. */
function stage() {
  const world = virtualWorld();
  const server = { isAway: false, codes: 0, outcome: { state: 'waiting', device: null } as object, asked: 0 };
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    if (server.isAway) throw new TypeError('no link');
    if (String(input).endsWith('/outcome')) {
      server.asked += 1;
      return Response.json(server.outcome);
    }
    server.codes += 1;
    return Response.json({ pairingId: `p${server.codes}`, code: `CODE-000${server.codes}` }, { status: 201 });
  };
  const paired: object[] = [];
  const pairing = createPairing({
    world: { ...world, fetch },
    homeUrl: 'https://totem.example',
    key: newScreenKey(world.env),
    onPaired: (screen) => paired.push(screen),
  });
  /** Lets answers come in, then moves the clock. */
  const pass = async (ms: number, steps = 1): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      world.advance(ms);
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { world, server, pairing, paired, pass };
}

describe('a screen that waits to be paired', () => {
  it('shows a code until somebody has entered it, and then is that device', async () => {
    const { server, pairing, paired, pass } = stage();
    pairing.start();
    await pass(0);
    expect(pairing.current()).toMatchObject({ step: 'showing', code: 'CODE-0001', isReached: true });
    await pass(LOOK_EVERY_MS, 3);
    expect([server.asked > 1, paired]).toEqual([true, []]);
    server.outcome = { state: 'paired', device: { ...DEVICE, siteName: 'Centro' } };
    await pass(LOOK_EVERY_MS, 2);
    expect(paired).toEqual([DEVICE]);
    const { asked } = server;
    await pass(LOOK_EVERY_MS, 5);
    expect([server.asked, paired.length]).toEqual([asked, 1]);
  });

  it('shows the next code when one has run out, on its own clock or by the server’s word', async () => {
    const { server, pairing, pass } = stage();
    pairing.start();
    await pass(LOOK_EVERY_MS);
    server.outcome = { state: 'expired', device: null };
    await pass(LOOK_EVERY_MS);
    await pass(0);
    expect(pairing.current()).toMatchObject({ code: 'CODE-0002' });
    server.outcome = { state: 'waiting', device: null };
    await pass(LOOK_EVERY_MS, PAIRING_CODE_MS / LOOK_EVERY_MS + 2);
    expect(pairing.current()).toMatchObject({ code: 'CODE-0003' });
  });

  it('keeps its code while nothing answers, and asks again when it has none', async () => {
    const { server, pairing, pass } = stage();
    server.isAway = true;
    pairing.start();
    await pass(0);
    expect(pairing.current()).toMatchObject({ step: 'asking', problem: { code: 'unreachable' } });
    server.isAway = false;
    await pass(ASK_AGAIN_MS);
    expect(pairing.current()).toMatchObject({ step: 'showing', code: 'CODE-0001' });
    server.isAway = true;
    await pass(LOOK_EVERY_MS, 2);
    expect(pairing.current()).toMatchObject({ code: 'CODE-0001', isReached: false });
    server.isAway = false;
    await pass(LOOK_EVERY_MS, 2);
    expect(pairing.current()).toMatchObject({ code: 'CODE-0001', isReached: true });
  });

  it('asks once where it is begun twice at once', async () => {
    const { server, pairing, pass } = stage();
    pairing.start()();
    pairing.start();
    await pass(0);
    expect([server.codes, pairing.current()]).toMatchObject([1, { code: 'CODE-0001' }]);
  });

  it('says nothing any more once it was left', async () => {
    const { server, pairing, paired, pass } = stage();
    const stop = pairing.start();
    await pass(0);
    server.outcome = { state: 'paired', device: DEVICE };
    stop();
    await pass(LOOK_EVERY_MS, 3);
    expect(paired).toEqual([]);
  });
});
