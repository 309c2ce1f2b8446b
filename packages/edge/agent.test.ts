import { afterEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from './agent.ts';
import { openDeviceKey } from './identity/device-key.ts';
import { type FakeCloud, startFakeCloud } from './testing/fake-cloud.ts';
import { agentOptions, issueOne, openTotem, type TestPlace, testPlace, until } from './testing/totem.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

function newPlace(): TestPlace {
  const place = testPlace();
  cleanup.push(place.remove);
  return place;
}

async function cloudFor(place: TestPlace): Promise<FakeCloud> {
  const { env, timers } = place.world;
  const { publicJwk } = openDeviceKey(place.dataDir);
  const cloud = await startFakeCloud({ env, timers, device: place.device, publicJwk });
  cleanup.push(() => cloud.close());
  return cloud;
}

describe('an agent', () => {
  it('I-EDG-2: starts with no network at all and serves its screen door', async () => {
    const place = newPlace();
    const agent: Agent = createAgent(agentOptions(place));
    cleanup.push(() => agent.stop());
    const { url, token } = await agent.start();
    const answer = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ kind: 'device', type: 'totem', ...place.device });
    expect(agent.status().ledger).toMatchObject({ seq: 1, acked: 0, pending: 1 });
  });

  it('gets its catalogue from the cloud, issues, and the cloud has the ticket', async () => {
    const place = newPlace();
    const { site, service, priorityClass } = place.catalogue;
    const cloud = await cloudFor(place);
    const { siteTable, serviceTable, priorityClassTable } = await import('@totem/domain');
    cloud.put(siteTable, site);
    cloud.put(serviceTable, service);
    cloud.put(priorityClassTable, priorityClass);
    const parts = openTotem(place, { cloudUrl: cloud.url });
    cleanup.push(() => parts.store.close());
    parts.replica.start();
    cleanup.push(() => parts.replica.stop());
    await until(() => parts.replica.behind().length === 0, parts.replica.onChange);
    const ticket = issueOne(parts, place);
    parts.outbox.start();
    cleanup.push(() => parts.outbox.stop());
    await until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);
    expect(cloud.tickets().get(ticket.id)).toMatchObject({ code: 'A001', state: 'waiting' });
  });
});
