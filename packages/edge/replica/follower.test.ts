/** Following over real sockets with the official client: going on, starting over, and coming back from whatever ends it. */
import { serviceTable, siteTable } from '@totem/domain';
import { createLog } from '@totem/host';
import { buildService } from '@totem/testkit/builders';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDeviceKey } from '../identity/device-key.ts';
import type { Parts } from '../parts.ts';
import { rowByKey } from '../store/rows.ts';
import { type FakeCloud, startFakeCloud } from '../testing/fake-cloud.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace, until } from '../testing/totem.ts';
import { FOLLOWED } from './apply.ts';
import { createFollower } from './follower.ts';

let place: TestPlace;
let cloud: FakeCloud;
const opened: Parts[] = [];

beforeEach(async () => {
  place = testPlace();
  const { env, timers } = place.world;
  const { publicJwk } = openDeviceKey(place.dataDir);
  cloud = await startFakeCloud({ env, timers, device: place.device, publicJwk });
  cloud.put(siteTable, place.catalogue.site);
  cloud.put(serviceTable, place.catalogue.service);
});
afterEach(async () => {
  for (const parts of opened.splice(0)) await close(parts);
  await cloud.close();
  place.remove();
});

function open(): Parts {
  const parts = openTotem(place, { cloudUrl: cloud.url });
  opened.push(parts);
  parts.replica.start();
  return parts;
}

async function close(parts: Parts): Promise<void> {
  parts.replica.stop();
  await parts.outbox.stop();
  parts.store.close();
}

const synced = (parts: Parts) => until(() => parts.replica.behind().length === 0, parts.replica.onChange);
const starts = () => cloud.requests().filter((request) => request === 'GET /v1/shape offset=-1').length;
const services = (parts: Parts) =>
  parts.store.read((db) => db.all('SELECT id FROM service ORDER BY id').map(({ id }) => id));
const newService = () => buildService(place.world.env, { tenantId: place.device.tenantId });

describe('following', () => {
  it('I-EDG-4: after a restart it goes on from what is stored, and reads nothing twice', async () => {
    const first = open();
    await synced(first);
    expect(starts()).toBe(FOLLOWED.length);
    await close(first);
    opened.length = 0;
    const added = newService();
    cloud.put(serviceTable, added);
    const second = open();
    await synced(second);
    expect(starts()).toBe(FOLLOWED.length);
    expect(services(second)).toContain(added.id);
  });

  it('what changes while it follows is here at once', async () => {
    const parts = open();
    await synced(parts);
    const added = newService();
    cloud.put(serviceTable, added);
    await until(() => services(parts).includes(added.id), parts.store.onCommit);
  });

  it('told to start over, it replaces what is here when the new reading is complete', async () => {
    const parts = open();
    await synced(parts);
    stockUp(parts, place.catalogue);
    const stray = newService();
    parts.store.write(
      (db) => void db.run('UPDATE service SET id = ? WHERE id = ?', stray.id, place.catalogue.service.id),
    );
    expect(services(parts)).toEqual([stray.id]);
    await parts.replica.refetch('service');
    expect(services(parts)).toEqual([place.catalogue.service.id]);
    expect(rowOf(parts)).toEqual(place.catalogue.service);
  });

  it('I-HUB-4: nothing of a stream is under way after it was closed, also what the client asked for ahead', async () => {
    const parts = openTotem(place, { cloudUrl: cloud.url });
    opened.push(parts);
    const signals: AbortSignal[] = [];
    const asked = new Set<() => void>();
    const follower = createFollower('service', {
      ...parts,
      timers: place.world.timers,
      log: createLog('test', { level: 'silent' }),
      onProgress: () => {},
      link: {
        cloudUrl: 'http://upstream.test',
        fetch: (input, init) => {
          const isFirst = new URL(String(input)).searchParams.get('offset') === '-1';
          if (isFirst) return Promise.resolve(halfOfReading());
          const { promise, reject } = Promise.withResolvers<Response>();
          const { signal } = init ?? {};
          if (signal) {
            signals.push(signal);
            signal.addEventListener('abort', () => reject(signal.reason));
          }
          for (const told of asked) told();
          return promise;
        },
      },
    });
    follower.start();
    await until(
      () => signals.length > 0,
      (told) => {
        asked.add(told);
        return () => void asked.delete(told);
      },
    );
    // The client takes in the first half, and waits for the other one.
    await new Promise((resolve) => setImmediate(resolve));
    follower.stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual(signals.map(() => true));
  });

  it('own tickets that the cloud does not know survive a refetch', async () => {
    const parts = open();
    await synced(parts);
    stockUp(parts, place.catalogue);
    const { id } = issueOne(parts, place);
    await parts.replica.refetch('ticket');
    const found = parts.store.read((db) => db.all('SELECT id FROM ticket'));
    expect(found).toEqual([{ id }]);
  });

  it('a network that answers with a page of its own ends nothing for good', async () => {
    cloud.standInTheWay(FOLLOWED.length);
    const parts = openTotem(place, { cloudUrl: cloud.url });
    opened.push(parts);
    parts.replica.start();
    await until(
      () => {
        if (parts.replica.behind().length === 0) return true;
        place.world.advance(30_000);
        return false;
      },
      parts.replica.onChange,
      cloud.onRequest,
    );
    expect(services(parts)).toEqual([place.catalogue.service.id]);
  });
});

const rowOf = (parts: Parts) =>
  parts.store.read((db) => rowByKey(db, serviceTable, place.device.tenantId, place.catalogue.service.id));

/** The client asks for the other half by itself. */
function halfOfReading(): Response {
  return new Response('[]', {
    headers: {
      'content-type': 'application/json',
      'electric-handle': 'handle',
      'electric-offset': '0_0',
      'electric-schema': '{}',
    },
  });
}
