/**
 * One totem of the world: the real agent over a real file. Its process can end at any moment, before or after any commit; the
 * file stays, and the next process opens it. The file can also be copied, put back, filled up or taken away.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, createAgent, type Device, ensureDeviceKey } from '@totem/edge';
import { createLog, type TotemFaultPoint } from '@totem/host';
import Database from 'better-sqlite3';
import type { Asked, WireRequest } from './cloud-node.ts';
import { type CommitGate, setCommitGate } from './commits.ts';
import type { FaultPoints } from './fault-points.ts';
import { realFetch } from './globals.ts';
import { type AskNeighbour, createLanDoor, type LanDoor } from './lan.ts';
import { type ProcessLife, within } from './life.ts';
import { tracked } from './rest.ts';
import { type ActorClock, type Schedule, timersOf } from './schedule.ts';

export interface TotemNode {
  readonly name: string;
  readonly device: Device;
  readonly clock: ActorClock;
  readonly databasePath: string;
  readonly publicKey: string;
  start(): Promise<void>;
  /** What befalls the database before each start; for planted defects. */
  beforeStart(work: (db: Database.Database) => void): void;
  /** Ends this process as a power cut does. */
  die(): void;
  dieAtCommit(when: { readonly countdown: number; readonly isAfter: boolean }): void;
  /** Ends this process when it comes by this place next. */
  dieAtPoint(point: TotemFaultPoint): void;
  /** Nothing that was prepared befalls it any more. */
  spare(): void;
  isUp(): boolean;
  /** A command at the kiosk. Undefined when no answer came. */
  command(body: object): Promise<{ readonly status: number; readonly body: unknown } | undefined>;
  /** A request on the network of the branch, which a hub answers. */
  ask(request: WireRequest): Asked;
  fillDisk(isFull: boolean): void;
  /** Keeps a copy of the disk. */
  keepImage(name: string): void;
  hasImage(name: string): boolean;
  imageDir(name: string): string;
  /** Puts a copy back in place of the disk; the process must be down. */
  restoreImage(name: string): void;
  /** Removes the database and keeps the key. */
  wipe(): void;
  /** What is committed on its disk; undefined when there is no database. */
  look<T>(read: (all: ReadAll) => T): T | undefined;
  /** Looks no more. */
  leave(): void;
}

/** Rows of one statement. */
export type ReadAll = (sql: string, ...values: readonly unknown[]) => Record<string, unknown>[];

type Reader = ReadAll & { readonly close: () => void };

function openReader(path: string): Reader {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  const statements = new Map<string, Database.Statement<unknown[]>>();
  const all: ReadAll = (sql, ...values) => {
    const statement = statements.get(sql) ?? db.prepare<unknown[]>(sql);
    statements.set(sql, statement);
    return statement.all(...values) as Record<string, unknown>[];
  };
  return Object.assign(all, { close: () => void db.close() });
}

interface Life {
  isDead: boolean;
  readonly door: LanDoor;
  readonly agent: Agent;
  address: { readonly url: string; readonly token: string } | undefined;
}

const silentLog = createLog('world-totem', { level: 'silent' });
const DISK = 'disk';
/** What the name of a totem ends in on the network of its branch. */
export const LAN_END = '.lan';

export function createTotemNode(parts: {
  readonly name: string;
  readonly folder: string;
  readonly device: Device;
  /** A disk to begin with, in place of an empty one. */
  readonly disk?: string;
  readonly cloudUrl: string;
  readonly clock: ActorClock;
  readonly schedule: Schedule;
  readonly points: FaultPoints;
  /** Its cable to the others of its branch. */
  readonly askNeighbour: AskNeighbour;
  /** Nobody waits for its answers any more. */
  readonly onDeath: (name: string) => void;
}): TotemNode {
  const { name, folder, device, clock, schedule, points } = parts;
  const dataDir = join(folder, name, DISK);
  const databasePath = join(dataDir, 'totem.db');
  const imageDir = (image: string) => join(folder, name, `image-${image}`);
  const images = new Set<string>();
  mkdirSync(dataDir, { recursive: true });
  if (parts.disk !== undefined) cpSync(parts.disk, dataDir, { recursive: true });
  const publicKey = ensureDeviceKey(dataDir).x;
  let life: Life | undefined;
  let armed: { countdown: number; readonly isAfter: boolean } | undefined;
  let armedPoint: TotemFaultPoint | undefined;
  let isFull = false;
  let onStart: ((db: Database.Database) => void) | undefined;
  let reader: Reader | undefined;
  const closeReader = (): void => {
    reader?.close();
    reader = undefined;
  };

  const die = (): void => {
    if (life === undefined) return;
    const dying = life;
    dying.isDead = true;
    life = undefined;
    armed = undefined;
    armedPoint = undefined;
    gate.leaveFile();
    parts.onDeath(name);
    if (dying.door.isServing()) points.reached('hub_died');
    dying.door.die();
    // It may wait for what never comes, and nobody waits for it.
    dying.agent.stop().catch(() => {});
  };
  const gate: CommitGate = setCommitGate(databasePath, (commit) => {
    if (life === undefined) throw new Error('this process has ended');
    if (isFull) {
      points.reached('disk_full');
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    }
    if (armed === undefined) return commit();
    armed.countdown -= 1;
    if (armed.countdown > 0) return commit();
    const { isAfter } = armed;
    points.reached(isAfter ? 'totem_died_after_commit' : 'totem_died_before_commit');
    if (isAfter) commit();
    die();
    throw new Error('this process has ended');
  });
  return {
    name,
    device,
    clock,
    databasePath,
    publicKey,
    async start() {
      if (life !== undefined) return;
      points.reached('totem_started');
      if (onStart !== undefined && existsSync(databasePath)) {
        const db = new Database(databasePath);
        onStart(db);
        db.close();
      }
      const timers = timersOf(schedule, name, () => !process.isDead);
      const reach: ProcessLife['reach'] = (point) => {
        if (point !== armedPoint && !process.isDead) return;
        if (!process.isDead) {
          points.reached(armedPoint ?? 'totem_died_at_rest');
          die();
        }
        throw new Error('this process has ended');
      };
      const process: ProcessLife = { isDead: false, reach };
      const lanName = `${name}${LAN_END}`;
      const door = createLanDoor(process, lanName, parts.askNeighbour);
      const begun: Life = Object.assign(process, {
        door,
        address: undefined,
        agent: createAgent({
          dataDir,
          device,
          cloudUrl: parts.cloudUrl,
          publicUrl: null,
          printer: null,
          env: clock.env,
          timers: {
            monotonicMs: timers.monotonicMs,
            after: (delayMs, run) => timers.after(delayMs, () => within(begun, run)),
          },
          log: silentLog,
          hub: { host: '0.0.0.0', port: 0, names: [lanName], network: door.network },
        }),
      });
      life = begun;
      try {
        begun.address = await within(begun, () => begun.agent.start());
      } catch (error) {
        if (!begun.isDead && !isFull) throw error;
        die();
      }
    },
    beforeStart(work) {
      onStart = work;
    },
    die,
    dieAtCommit(when) {
      armed = { ...when };
    },
    dieAtPoint(point) {
      armedPoint = point;
    },
    spare() {
      armed = undefined;
      armedPoint = undefined;
      isFull = false;
      clock.setDrift(0);
    },
    isUp: () => life !== undefined,
    async command(body) {
      const { address } = life ?? {};
      if (address === undefined) return undefined;
      const at = life;
      try {
        const answer = await tracked(
          realFetch(`${address.url}/v1/commands`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${address.token}`,
              'content-type': 'application/json',
              connection: 'close',
            },
            body: JSON.stringify(body),
          }),
        );
        const said = { status: answer.status, body: await tracked(answer.json()) };
        // A screen whose agent has ended has seen nothing.
        return at?.isDead === true ? undefined : said;
      } catch {
        return undefined;
      }
    },
    ask(request) {
      if (life === undefined) return { answer: Promise.reject(new Error('down')), leave: () => {} };
      return life.door.ask(request);
    },
    fillDisk(full) {
      isFull = full;
    },
    keepImage(image) {
      rmSync(imageDir(image), { recursive: true, force: true });
      cpSync(dataDir, imageDir(image), { recursive: true });
      images.add(image);
    },
    hasImage: (image) => images.has(image),
    imageDir,
    restoreImage(image) {
      if (life !== undefined) throw new Error('a running disk is not replaced');
      closeReader();
      rmSync(dataDir, { recursive: true, force: true });
      cpSync(imageDir(image), dataDir, { recursive: true });
    },
    wipe() {
      if (life !== undefined) throw new Error('a running disk is not wiped');
      closeReader();
      for (const end of ['', '-wal', '-shm']) rmSync(`${databasePath}${end}`, { force: true });
    },
    look(read) {
      try {
        reader ??= openReader(databasePath);
      } catch {
        return undefined;
      }
      return read(reader);
    },
    leave: closeReader,
  };
}
