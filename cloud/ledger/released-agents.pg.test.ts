/**
 * Totems of releases before, as they were recorded, against the cloud of this one: what they send is taken, and what they are
 * answered has everything in it that they were answered then. A recording is of a release and is not changed any more.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL_FLOOR, PROTOCOL_VERSION } from '@totem/sync/push';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pushRaw } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'packages', 'sync', 'released');
type Fields = Readonly<Record<string, unknown>>;

interface Recording {
  readonly release: string;
  readonly protocol: number;
  readonly device: {
    readonly equipmentId: string;
    readonly siteId: string;
    readonly lane: string;
    readonly publicKey: string;
  };
  readonly tickets: readonly { readonly id: string; readonly state: string }[];
  readonly requests: {
    readonly push: Fields;
    readonly cursor: Record<string, string>;
    readonly status: Fields;
  };
  readonly answers: { readonly push: Fields; readonly cursor: Fields; readonly status: null };
}

const recordings = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): Recording => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));

let cloud: TestCloud;
let look: Onlooker;
beforeEach(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
});
afterEach(async () => {
  await look.close();
  await cloud.close();
});

/** The recorded device, in the demo's branch. @returns its token. */
async function enrolled({ equipmentId, siteId, lane, publicKey }: Recording['device']): Promise<string> {
  const { tenantId } = cloud.seed;
  await look.rows(
    `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane, public_key)
     VALUES ($1, $2, now(), $3, 'totem', 'recorded', $4, $5)`,
    [tenantId, equipmentId, siteId, lane, publicKey],
  );
  return cloud.cloud.mintDeviceToken(tenantId, equipmentId as never, 3_600);
}

/** What differs with every cloud: when and where it was received. */
const ofTheMoment = { serverTime: expect.any(String), position: expect.any(String) };

describe.each(recordings)(
  'a totem of release $release',
  ({ protocol, device, tickets, requests, answers }) => {
    test('is still understood', () => {
      expect(protocol).toBeGreaterThanOrEqual(PROTOCOL_FLOOR);
      expect(protocol).toBeLessThanOrEqual(PROTOCOL_VERSION);
    });

    test('hands over what it holds, once however often it is sent, and nobody has to look at it', async () => {
      const token = await enrolled(device);
      const body = JSON.stringify(requests.push);
      for (let time = 0; time < 2; time += 1)
        expect(await pushRaw(cloud, token, body)).toMatchObject({
          status: 200,
          body: { ...answers.push, ...ofTheMoment },
        });
      for (const { id, state } of tickets)
        expect(await look.rows('SELECT state FROM ticket WHERE id = $1', [id])).toEqual([{ state }]);
      expect(await look.rows('SELECT reason FROM ledger_quarantine')).toEqual([]);
      const ask = { headers: { authorization: `Bearer ${token}` } };
      const cursor = await fetch(
        `${cloud.url}/v1/ledger/cursor?${new URLSearchParams(requests.cursor)}`,
        ask,
      );
      const { position: _, ...known } = { ...answers.cursor, ...ofTheMoment };
      expect(await cursor.json()).toMatchObject(known);
    });

    test('says how it is, and is asked nothing that it would not understand', async () => {
      const token = await enrolled(device);
      const answer = await fetch(`${cloud.url}/v1/device/status`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(requests.status),
      });
      expect([answer.status, await answer.json()]).toEqual([200, { settingsVersion: 0, commands: [] }]);
    });

    test('is told to update, with what is understood here, once it is out of bounds', async () => {
      const token = await enrolled(device);
      for (const outside of [PROTOCOL_FLOOR - 1, PROTOCOL_VERSION + 1]) {
        const reply = await pushRaw(cloud, token, JSON.stringify({ ...requests.push, protocol: outside }));
        expect(reply).toMatchObject({
          status: 426,
          body: { code: 'protocol_unsupported', floor: PROTOCOL_FLOOR, version: PROTOCOL_VERSION },
        });
      }
      expect(
        await look.rows('SELECT id FROM ticket WHERE id = ANY($1)', [tickets.map(({ id }) => id)]),
      ).toEqual([]);
    });
  },
);
