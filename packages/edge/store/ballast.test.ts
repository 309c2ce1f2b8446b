/** A full disk and one that cannot be written, for real: a small file system of its own, where this machine lets one be mounted. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proof, recordProof } from '@totem/testkit/proof';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { createAgent } from '../agent.ts';
import { issueTicket } from '../issue/issue.ts';
import type { Parts } from '../parts.ts';
import {
  agentOptions,
  createTicket,
  failDisk,
  issueOne,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
} from '../testing/totem.ts';
import { BALLAST_FILE } from './ballast.ts';

const MIB = 1024 * 1024;
const BALLAST = 2 * MIB;
const DISK_MIB = 12;

const FULL_DISKS = 'edge/a disk filled and freed';
const FILLS = proof(FULL_DISKS, { share: 1, full: 20, unit: 'fills' });

let place: TestPlace;
let isMounted = false;
beforeEach(() => {
  place = testPlace();
  mkdirSync(place.dataDir, { recursive: true });
  isMounted = mount('-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'totem', place.dataDir);
});
afterEach(() => {
  if (isMounted) spawnSync('umount', ['-l', place.dataDir]);
  place.remove();
});

function mount(...options: readonly string[]): boolean {
  return spawnSync('mount', options).status === 0;
}

/** A totem on a disk of its own. */
function open({ skip }: TestContext): Parts {
  if (!isMounted) skip('a file system can be mounted by root only');
  const parts = openTotem(place, { ballastBytes: BALLAST });
  stockUp(parts, place.catalogue);
  return parts;
}

/** What somebody else writes on the disk, until no more goes in or so much is left. */
function fillUp(leftBytes: number): void {
  const { bavail, bsize } = statfsSync(place.dataDir);
  writeFileSync(join(place.dataDir, 'others'), Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
}
const refused = (parts: Parts) =>
  expect(() => issueTicket(parts, createTicket(place))).toThrow(
    expect.objectContaining({ code: 'storage_fault' }),
  );
const printed = (parts: Parts) =>
  parts.store.write((db) => db.run("UPDATE print_job SET cause = 'x' WHERE state = 'queued'"));
const codes = (parts: Parts) =>
  parts.store.read((db) => db.all('SELECT code FROM ticket ORDER BY code')).map(({ code }) => code);

describe('a disk', () => {
  it('I-EDG-18: that is nearly full sells nothing new, lets what has begun end, and sells again when there is room', (context) => {
    const parts = open(context);
    const first = issueOne(parts, place).code;
    fillUp(BALLAST / 4);
    parts.ballast.look();
    expect(existsSync(join(place.dataDir, BALLAST_FILE))).toBe(false);
    refused(parts);
    expect(parts.store.fault()).toBeUndefined();
    expect(printed(parts)).toBe(1);
    rmSync(join(place.dataDir, 'others'));
    parts.ballast.look();
    expect(codes(parts)).toEqual([first]);
    expect(issueOne(parts, place).code).toBe('A002');
    parts.store.close();
  });

  it('I-EDG-18: that is full to the last byte loses nothing that was answered, and goes on by itself', (context) => {
    const parts = open(context);
    const answered: string[] = [];
    for (let round = 0; round < FILLS; round += 1) {
      const before = answered.length;
      fillUp(0);
      for (let ticket = 0; ticket < 2_000 && parts.store.fault() === undefined; ticket += 1)
        try {
          answered.push(issueOne(parts, place).code);
        } catch {
          expect(parts.store.fault()).toBe('SQLITE_FULL');
        }
      expect(parts.store.fault()).toBe('SQLITE_FULL');
      expect(codes(parts)).toEqual(answered);
      // The ballast gives room to end what has begun.
      expect(parts.salvage.recover()).toBe(true);
      refused(parts);
      expect(printed(parts)).toBe(answered.length);
      rmSync(join(place.dataDir, 'others'));
      parts.ballast.look();
      answered.push(issueOne(parts, place).code);
      expect(codes(parts)).toEqual(answered);
      expect(answered.length).toBeGreaterThan(before);
    }
    parts.store.close();
    recordProof(FULL_DISKS, { tickets_count: answered.length, lost_count: 0 });
  });

  it('I-EDG-18: that cannot be written sells nothing, and sells again when it can', (context) => {
    const parts = open(context);
    const { code } = issueOne(parts, place);
    failDisk(parts);
    expect(mount('-o', 'remount,ro', place.dataDir)).toBe(true);
    expect(parts.salvage.recover()).toBe(false);
    refused(parts);
    expect(parts.store.fault()).toMatch(/^SQLITE_(READONLY|CANTOPEN)/);
    mount('-o', 'remount,rw', place.dataDir);
    expect(parts.salvage.recover()).toBe(true);
    expect(codes(parts)).toEqual([code]);
    expect(issueOne(parts, place).code).toBe('A002');
    parts.store.close();
  });

  it('I-EDG-18: that cannot be opened at the start is said by the screen, and the totem serves when it can be', async (context) => {
    const parts = open(context);
    parts.store.close();
    expect(mount('-o', 'remount,ro', place.dataDir)).toBe(true);
    const agent = createAgent(agentOptions(place));
    try {
      const { url, token } = await agent.start();
      const ask = (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect(await (await ask('/v1/me')).json()).toMatchObject({ code: 'storage_fault' });
      expect(await (await ask('/health')).json()).toMatchObject({ status: 'fault' });
      mount('-o', 'remount,rw', place.dataDir);
      place.world.advance(5_000);
      expect(await (await ask('/v1/me')).json()).toMatchObject({ kind: 'device' });
    } finally {
      await agent.stop();
    }
  });
});
