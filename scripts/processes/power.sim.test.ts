/**
 * The power of a totem is cut while it issues, on a real file system of its own: what the disk had not been told to keep is
 * gone, as it is when a plug is pulled. Whatever was acknowledged is there afterwards, and it issues again.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openTotem, type TestPlace, testPlace } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import { proof, recordProof } from '@totem/testkit/proof';
import { seededRandom } from '@totem/testkit/virtual';
import { afterAll, beforeEach, expect, test } from 'vitest';

const NAME = 'edge/power cuts of a totem that issues';
const CUTS = proof(NAME, { share: 3, full: 200, unit: 'cuts' });
const SEED = 1;
const TIMEOUT_MS = 120_000 + CUTS * 20_000;
/** Tickets after which the power goes, at most. */
const TICKETS_MAX = 60;
const IMAGE_MIB = 128;
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: nothing that is only in memory reaches the disk, the journal neither. */
const PULL_THE_PLUG =
  'open(F, "<", $ARGV[0]) or die $!; my $how = pack("L", 2); ioctl(F, 0x8004587D, $how) or die $!';

const missing = [
  process.platform === 'linux' ? [] : ['Linux'],
  process.getuid?.() === 0 ? [] : ['root, who mounts'],
  existsSync('/sbin/mkfs.ext4') || existsSync('/usr/sbin/mkfs.ext4') ? [] : ['mkfs.ext4'],
  existsSync('/usr/bin/perl') ? [] : ['perl, which asks the kernel to cut the power'],
].flat();

const folder = mkdtempSync(join(tmpdir(), 'totem-power-'));
const image = join(folder, 'disk.img');
const disk = join(folder, 'disk');
const run = (program: string, ...words: string[]) => execFileSync(program, words, { stdio: 'pipe' });
const mount = () => run('mount', '-o', 'loop', image, disk);
const unmount = () => run('umount', disk);

beforeEach((context) => {
  if (missing.length > 0) context.skip(`not here: ${missing.join(', ')}`);
  try {
    mkdirSync(disk, { recursive: true });
    run('truncate', '-s', `${IMAGE_MIB}M`, image);
    run('mkfs.ext4', '-q', '-F', image);
    mount();
  } catch (error) {
    context.skip(`no file system can be mounted here: ${String(error)}`);
  }
});
afterAll(() => {
  try {
    run('umount', '-l', disk);
  } catch {
    // It was not mounted: then there is nothing to take away but the folder.
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Life {
  readonly process: ChildProcess;
  /** Tickets that it has said are on disk. */
  readonly acknowledged: string[];
  hasIssued(count: number): Promise<void>;
}

function startTotem({ device, catalogue, dataDir }: TestPlace): Life {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'power-totem.ts')], {
    env: { ...process.env, TOTEM_PLACE: JSON.stringify({ device, catalogue, dataDir }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    acknowledged.push(line);
    for (const { count, resolve } of waiting) if (acknowledged.length >= count) resolve();
  });
  return {
    process: child,
    acknowledged,
    hasIssued: (count) =>
      Promise.race([
        new Promise<void>((resolve) => void waiting.push({ count, resolve })),
        once(child, 'exit').then(() => {
          throw new Error('the totem has ended by itself');
        }),
      ]),
  };
}

/** What is on the disk once the power is back. */
function found(place: TestPlace): { readonly tickets: ReadonlySet<string>; readonly isWell: boolean } {
  const parts = openTotem(place);
  try {
    const rows = parts.store.read((db) => db.all('SELECT id FROM ticket'));
    const entries = parts.store.read((db) =>
      db.all("SELECT entity_id AS id FROM audit_log WHERE entity = 'ticket'"),
    );
    const tickets = new Set(rows.map(({ id }) => String(id)));
    const isLedgerWhole = entries.every(({ id }) => tickets.has(String(id)));
    return { tickets, isWell: isLedgerWhole && parts.store.inspect() };
  } finally {
    parts.store.close();
  }
}

test(
  'no ticket that was acknowledged is lost by a power cut',
  async () => {
    const made = testPlace();
    const place = {
      ...made,
      dataDir: join(disk, 'totem'),
      world: { ...made.world, env: systemEnv, timers: systemTimers, advance: () => {} },
    };
    const random = seededRandom(SEED);
    const all: string[] = [];
    let inFlight = 0;
    for (let cut = 1; cut <= CUTS; cut += 1) {
      const life = startTotem(place);
      await life.hasIssued(1 + Math.floor(random() * TICKETS_MAX));
      const saidBefore = life.acknowledged.length;
      run('perl', '-e', PULL_THE_PLUG, disk);
      life.process.kill('SIGKILL');
      // With all that it said before: the pipe is empty when it is closed.
      await once(life.process, 'close');
      unmount();
      mount();
      const { tickets, isWell } = found(place);
      // A sync that is under way while the kernel ends the file system may return well, and the totem then says one ticket more. In a
      // cut nobody lives to say it: what was said before must be there, and of the rest all but the one that was in flight.
      const last = life.acknowledged.at(-1) ?? '';
      const isInFlight = life.acknowledged.length > saidBefore && !tickets.has(last);
      if (isInFlight) inFlight += 1;
      all.push(...life.acknowledged.slice(0, isInFlight ? -1 : undefined));
      expect([cut, all.filter((id) => !tickets.has(id)), isWell]).toEqual([cut, [], true]);
    }
    made.remove();
    recordProof(NAME, { tickets_count: all.length, lost_count: 0, in_flight_count: inFlight });
  },
  TIMEOUT_MS,
);
