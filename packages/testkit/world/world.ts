/**
 * One run of a seed: totems, operators, the network and the cloud in a time of faults, then a time in which a healthy core
 * must converge while the rest stays broken. What happened is a list of lines, and its digest is the run's.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type DatabaseUrls } from '@totem/cloud';
import { sha256Hex } from '@totem/domain';
import { createLog } from '@totem/host';
import { draw, logUniform } from './chance.ts';
import type { CloudNode } from './cloud-node.ts';
import { removeCommitGates } from './commits.ts';
import type { Dump } from './dump.ts';
import { checkEnd, converge } from './ending.ts';
import { checkCloudNow, checkNow } from './every-step.ts';
import { createFaultPoints, type FaultPoint, type FaultPoints } from './fault-points.ts';
import { breakSomething } from './faults.ts';
import { BrokenPromise, type CursorsAtCloud, type Standing, type Told } from './invariants.ts';
import type { Kiosk } from './kiosk.ts';
import type { Network } from './network.ts';
import { openWorld } from './opening.ts';
import type { Operator } from './operators.ts';
import type { Schedule } from './schedule.ts';
import { type Onlooker, openOnlooker, type WorldTenant } from './tenant.ts';
import type { TotemNode } from './totem-node.ts';
import type { Weather } from './weather.ts';

export interface WorldRun {
  readonly seed: number;
  /** Over everything that happened: two runs of one seed have one digest. */
  readonly digest: string;
  readonly steps: number;
  readonly tickets: number;
  readonly commands: number;
  readonly requests: number;
  readonly virtualMs: number;
  readonly points: Readonly<Record<FaultPoint, number>>;
  /** The first broken promise, if any. */
  readonly violation: string | undefined;
  readonly lines: readonly string[];
}

/** A totem of the world, with the kiosk before it and what became of it. */
export interface Branch {
  readonly totem: TotemNode;
  readonly kiosk: Kiosk;
  standing: Standing;
}

/** Everything of a run, for those who break it. */
export interface World {
  readonly seed: number;
  readonly weather: Weather;
  readonly schedule: Schedule;
  readonly points: FaultPoints;
  readonly network: Network;
  readonly cloud: CloudNode;
  readonly look: Onlooker;
  readonly tenant: WorldTenant;
  readonly branches: Branch[];
  readonly operators: Operator[];
  readonly told: Told[];
  /** Where a totem asked with what is for the cloud alone, and the cloud is not. */
  readonly strays: readonly string[];
  /** Whether the cloud has forgotten something that was answered. */
  cloudForgot: boolean;
  /** Devices that may not go on, and since when. */
  readonly revoked: Map<string, number>;
  dump: Dump | undefined;
  /** What the cloud had when it had written that often. */
  seen: { readonly writes: number; readonly cursors: CursorsAtCloud } | undefined;
  note(line: string): void;
  enrol(lane: number): Promise<Branch>;
  /** Starts a second machine with a copy of a disk. */
  clone(branch: Branch): Promise<Branch>;
}

export const STEPS = 60;
/** Until then the core has converged. */
const CONVERGED_MS_MAX = 15 * 60_000;
/** Nothing here is proved about a disk's own memory: where there is one, the files live in memory. */
const MEMORY_DIR = '/dev/shm';

export interface WorldOptions {
  readonly urls: DatabaseUrls;
  readonly seed: number;
  readonly steps?: number;
  /** In place of the seed's own. */
  readonly weather?: Partial<Weather>;
  /** How long the core may take to converge, in virtual time; `CONVERGED_MS_MAX` by default. */
  readonly convergedMsMax?: number;
  /** Plants a defect before anything runs. */
  readonly plant?: (world: World) => Promise<void> | void;
}

export async function runWorld(options: WorldOptions): Promise<WorldRun> {
  const { seed, steps = STEPS } = options;
  const folder = mkdtempSync(join(existsSync(MEMORY_DIR) ? MEMORY_DIR : tmpdir(), 'totem-world-'));
  const lines: string[] = [];
  const look = await openOnlooker(options.urls.superuser);
  const log = createLog('world', { level: 'silent' });
  const db = createDatabase({ api: options.urls.api, tailer: options.urls.tailer }, log);
  let leave: () => void = () => {};
  let world: World | undefined;
  let violation: string | undefined;
  try {
    const opened = await openWorld(options, { folder, look, lines });
    world = opened.world;
    leave = opened.leave;
    await options.plant?.(world);
    for (let step = 1; step <= steps; step += 1) await takeStep(world, step);
    const core = await converge(world, options.convergedMsMax ?? CONVERGED_MS_MAX);
    await checkEnd(world, db, core);
  } catch (error) {
    violation = error instanceof BrokenPromise ? error.message : String((error as Error).stack);
  } finally {
    for (const { totem } of world?.branches ?? []) {
      totem.die();
      totem.leave();
    }
    await world?.cloud.close();
    leave();
    await db.close();
    await look.close();
    removeCommitGates();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    seed,
    digest: sha256Hex(`${lines.join('\n')}\n${violation ?? ''}`),
    steps,
    tickets: world?.told.length ?? 0,
    commands: world?.operators.reduce((sum, one) => sum + one.done().length, 0) ?? 0,
    requests: lines.length,
    virtualMs: world?.schedule.now() ?? 0,
    points: (world?.points ?? createFaultPoints()).counts(),
    violation,
    lines,
  };
}

async function takeStep(world: World, step: number): Promise<void> {
  const { seed, schedule, branches, operators } = world;
  const share = (...words: string[]) => draw(seed, 'step', step, ...words);
  await schedule.advance(logUniform(share('pause'), 100, 8_000));
  for (const { kiosk } of branches) if (share('serve', kiosk.name) < 0.45) await kiosk.serve();
  for (const operator of operators) if (share('act', operator.name) < 0.6) operator.act();
  await breakSomething(world, step);
  await schedule.advance(0);
  checkNow(world);
  await checkCloudNow(world);
}
