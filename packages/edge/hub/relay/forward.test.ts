/** Carrying to the cloud: in the order in which batches came, past what is refused, and before what the hub did about them. */
import { type InstantText, newId, type OriginId, ProblemError } from '@totem/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CloudRequest } from '../../link/cloud-link.ts';
import { silentLog } from '../../testing/totem.ts';
import { type TestHub, testHub } from '../testing/hub-world.ts';
import { keepRelayFork, relayForks } from './forks.ts';
import { createRelay, type Relay } from './forward.ts';
import { insertRelayBatch, relayOrigin, saveRelayOrigin } from './origins.ts';

const HASH = 'a'.repeat(64);
const AT = '2026-11-23T15:00:00.000Z' as InstantText;
let hub: TestHub;
let relay: Relay;
let asked: string[];
/** What the cloud says to a body. */
let cloud: (body: string) => Response | Promise<Response>;
beforeEach(() => {
  hub = testHub();
  const { parts, place } = hub;
  asked = [];
  cloud = (body) => acknowledged(body);
  relay = createRelay({
    ...parts,
    timers: place.world.timers,
    log: silentLog,
    link: {
      ...parts.link,
      request: async ({ body }: CloudRequest) => {
        const text = Buffer.from(body as Uint8Array).toString();
        asked.push(text);
        return cloud(text);
      },
    },
  });
});
afterEach(async () => {
  await relay.stop();
  hub.close();
});

/** A batch whose bytes say whose it is: `origin:seq`. */
function hold(origin: OriginId, seq: number): void {
  hub.parts.store.write((db) => {
    const equipmentId = newId<'equipment'>(hub.place.world.env);
    saveRelayOrigin(db, { origin, equipmentId, fromSeq: 1, seq, hash: HASH });
    const body = Buffer.from(`${origin}:${seq}`);
    insertRelayBatch(db, { origin, fromSeq: seq, toSeq: seq, body }, AT);
  });
}
function acknowledged(body: string): Response {
  const [origin, seq] = body.split(':');
  return Response.json({ origin, acknowledged: Number(seq), hash: HASH, position: '1', serverTime: AT });
}
const refusal = (code: string, status: number) =>
  new Response(JSON.stringify({ code }), { status, headers: { 'content-type': 'application/problem+json' } });
const origins = () => [newId<'origin'>(hub.place.world.env), newId<'origin'>(hub.place.world.env)] as const;

describe('the relay', () => {
  it('carries in the order of arrival, writes down what is acknowledged, and keeps nothing longer', async () => {
    const [one, two] = origins();
    hold(one, 1);
    hold(two, 1);
    hold(one, 2);
    await relay.carried();
    expect(asked).toEqual([`${one}:1`, `${two}:1`, `${one}:2`]);
    expect(relay.waiting()).toBe(0);
    expect(hub.parts.store.read((db) => relayOrigin(db, one))).toMatchObject({ acked: 2, ackedHash: HASH });
  });

  it('goes past an origin that is refused, or over which the cloud stumbles, and tries it again later', async () => {
    const [bad, good] = origins();
    for (const [code, status] of [
      ['ledger_unattributed', 422],
      ['internal_error', 500],
    ] as const) {
      cloud = (body) => (body.startsWith(bad) ? refusal(code, status) : acknowledged(body));
      hold(bad, 1);
      hold(bad, 2);
      hold(good, 1);
      asked = [];
      await relay.carried();
      expect(asked).toEqual([`${bad}:1`, `${good}:1`]);
      cloud = acknowledged;
      hub.place.world.advance(60_000);
      await relay.carried();
      expect(relay.waiting()).toBe(0);
    }
  });

  it('lets a totem hand over anew where the cloud lacks what came before', async () => {
    const [one] = origins();
    hold(one, 7);
    cloud = () => refusal('ledger_gap', 409);
    await relay.carried();
    expect(hub.parts.store.read((db) => relayOrigin(db, one))).toBeUndefined();
    expect(relay.waiting()).toBe(0);
  });

  it('carries a second history after the batches, until the cloud has judged it', async () => {
    const [one] = origins();
    const fork = Buffer.from(`${one}:fork`);
    hub.parts.store.write((db) => keepRelayFork(db, { origin: one, body: fork }, AT));
    const waiting = () => hub.parts.store.read(relayForks).length;
    for (const [seq, code, left] of [
      [1, 'ledger_gap', 1],
      [2, 'internal_error', 1],
      [3, 'ledger_fork', 0],
    ] as const) {
      hold(one, seq);
      cloud = (body) => (body.endsWith('fork') ? refusal(code, 409) : acknowledged(body));
      asked = [];
      await relay.carried();
      expect([asked, waiting()]).toEqual([[`${one}:${seq}`, `${one}:fork`], left]);
    }
  });

  it('I-HUB-2: does not let the hub’s own entries past what they are about when the link fails in between', async () => {
    const [one] = origins();
    hold(one, 1);
    cloud = () => {
      throw new ProblemError('unreachable');
    };
    await expect(relay.carried()).rejects.toThrow(expect.objectContaining({ code: 'unreachable' }));
    cloud = acknowledged;
    await relay.carried();
    expect(relay.waiting()).toBe(0);
  });
});
