/** The whole agent over real sockets: it starts with no network, serves, sends, follows, and comes back after a cut. */
import { priorityClassTable, serviceTable, siteTable, ticketTable } from '@totem/domain';
import { buildOrigin, draft } from '@totem/testkit/builders';
import { type Cable, layCable } from '@totem/testkit/cable';
import { afterEach, describe, expect, it } from 'vitest';
import { createAgent } from './agent.ts';
import { openDeviceKey } from './identity/device-key.ts';
import type { Parts } from './parts.ts';
import { rowByKey } from './store/rows.ts';
import { type FakeCloud, startFakeCloud } from './testing/fake-cloud.ts';
import {
  agentOptions,
  issueOne,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
  until,
} from './testing/totem.ts';

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
  const { site, service, priorityClass } = place.catalogue;
  cloud.put(siteTable, site);
  cloud.put(serviceTable, service);
  cloud.put(priorityClassTable, priorityClass);
  return cloud;
}

/** A totem that follows and sends; what wakes it is wired as the agent wires it. */
function run(place: TestPlace, cloudUrl: string): Parts {
  const parts = openTotem(place, { cloudUrl });
  parts.store.onCommit(() => parts.outbox.wake());
  parts.link.onUp(() => parts.outbox.linkReturned());
  parts.outbox.start();
  parts.replica.start();
  cleanup.push(async () => {
    parts.replica.stop();
    await parts.outbox.stop();
    parts.store.close();
  });
  return parts;
}

const synced = (parts: Parts) => until(() => parts.replica.behind().length === 0, parts.replica.onChange);
const shownTicket = (parts: Parts, place: TestPlace, id: string) =>
  parts.store.read((db) => rowByKey(db, ticketTable, place.device.tenantId, id));

describe('an agent', () => {
  it('I-EDG-2: starts with no network at all, serves, and issues what it knew before', async () => {
    const place = newPlace();
    const before = openTotem(place);
    stockUp(before, place.catalogue);
    before.store.close();
    const agent = createAgent(agentOptions(place));
    cleanup.push(() => agent.stop());
    const { url, token } = await agent.start();
    const answer = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toMatchObject({ kind: 'device', type: 'totem', ...place.device });
    expect(agent.status().ledger).toMatchObject({ seq: 1, acked: 0, pending: 1 });
    expect(agent.status().parts.find(({ part }) => part === 'printer')).toMatchObject({ state: 'fault' });
  });

  it('gets its catalogue from the cloud, issues, and the cloud has the ticket', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const parts = run(place, cloud.url);
    await synced(parts);
    const ticket = issueOne(parts, place);
    await until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);
    expect(cloud.tickets().get(ticket.id)).toMatchObject({ code: 'A001', state: 'waiting' });
  });

  it('I-EDG-5: what others do with its tickets comes back down and is shown', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const parts = run(place, cloud.url);
    await synced(parts);
    const ticket = issueOne(parts, place);
    await until(() => cloud.tickets().has(ticket.id), cloud.onRequest);
    const panel = buildOrigin(place.world.env, place.device.tenantId);
    const canceled = draft(
      'TICKET_CANCEL',
      'ticket',
      ticket.id as never,
      { reason: 'customer_left' },
      {
        siteId: place.device.siteId,
      },
    );
    cloud.receive(panel.write([canceled]).map(({ entry }) => entry));
    await until(() => shownTicket(parts, place, ticket.id)?.state === 'canceled', parts.store.onCommit);
    expect(shownTicket(parts, place, ticket.id)).toEqual(cloud.tickets().get(ticket.id));
  });

  it('fifty tickets with the cable cut arrive once each when it is back, and a restart goes on from what is stored', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const { hostname, port } = new URL(cloud.url);
    const cable: Cable = await layCable({ target: { host: hostname, port: Number(port) } });
    cleanup.push(() => cable.close());
    const parts = run(place, cable.url);
    await synced(parts);
    cable.cut();
    const issued = Array.from({ length: 50 }, () => issueOne(parts, place).code);
    expect(parts.outbox.status().pending).toBeGreaterThanOrEqual(50);
    cable.restore();
    await until(
      () => {
        if (parts.outbox.status().pending === 0) return true;
        // Whatever wait an attempt has ended in is over.
        place.world.advance(5 * 60_000);
        return false;
      },
      parts.outbox.onChange,
      parts.link.onChange,
    );
    expect([...cloud.tickets().values()].map(({ code }) => code)).toEqual(issued);
    expect(new Set(cloud.entries().map(({ id }) => id)).size).toBe(cloud.entries().length);
  });
});
