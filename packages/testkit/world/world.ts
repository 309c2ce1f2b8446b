/**
 * One run of a seed: totems, operators, the network and the cloud in a time of faults, then a time in which a healthy core
 * must converge while the rest stays broken. What happened is a list of lines, and its digest is the run's.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Database, type DatabaseUrls, newDataKeys, replayLedgers } from '@totem/cloud';
import { type Env, instantText, newId, sha256Hex } from '@totem/domain';
import type { Device } from '@totem/edge';
import { createLog } from '@totem/host';
import { NOON_MONDAY } from '../virtual.ts';
import { draw, logUniform } from './chance.ts';
import { type CloudNode, createCloudNode } from './cloud-node.ts';
import { removeCommitGates } from './commits.ts';
import type { Dump } from './dump.ts';
import { createFaultPoints, type FaultPoint, type FaultPoints } from './fault-points.ts';
import { breakSomething } from './faults.ts';
import { enterWorld } from './globals.ts';
import {
  BrokenPromise,
  checkAcknowledged,
  checkChainsAtCloud,
  checkCodesTold,
  checkCommands,
  checkEntries,
  checkRevoked,
  checkTicketsAtCloud,
  checkTold,
  differenceOf,
  type Standing,
  type Told,
} from './invariants.ts';
import { createKiosk, type Kiosk } from './kiosk.ts';
import { createNetwork, type Network } from './network.ts';
import { createOperator, type Operator } from './operators.ts';
import { type ActorClock, createActorClock, createSchedule, type Schedule } from './schedule.ts';
import {
  addTotem,
  type Onlooker,
  openOnlooker,
  openTenant,
  operatorToken,
  type WorldTenant,
} from './tenant.ts';
import { createTotemNode, type TotemNode } from './totem-node.ts';
import { type Weather, weatherOf } from './weather.ts';

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
  /** Whether the cloud has forgotten something that was answered. */
  cloudForgot: boolean;
  /** Devices that may not go on, and since when. */
  readonly revoked: Map<string, number>;
  dump: Dump | undefined;
  note(line: string): void;
  enrol(lane: number): Promise<Branch>;
  /** Starts a second machine with a copy of a disk. */
  clone(branch: Branch): Promise<Branch>;
}

export const STEPS = 60;
/** A day that goes over midnight at the site now and then. */
const STARTS_WITHIN_MS = 11.9 * 3_600_000;
/** Until then the core has converged. */
const CONVERGED_MS_MAX = 15 * 60_000;
const LOOK_EVERY_MS = 5_000;
/** Nothing here is proved about a disk's own memory: where there is one, the files live in memory. */
const MEMORY_DIR = '/dev/shm';
let worlds = 0;

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
    await converge(world, options.convergedMsMax ?? CONVERGED_MS_MAX);
    await checkEnd(world, db);
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

async function openWorld(
  { urls, seed, weather: given }: WorldOptions,
  { folder, look, lines }: { readonly folder: string; readonly look: Onlooker; readonly lines: string[] },
): Promise<{ readonly world: World; readonly leave: () => void }> {
  worlds += 1;
  const number = worlds;
  const weather = { ...weatherOf(seed), ...given };
  const schedule = createSchedule();
  const points = createFaultPoints();
  const note = (line: string) => void lines.push(`${Math.round(schedule.now())} ${line}`);
  const startsAt = NOON_MONDAY + Math.floor(draw(seed, 'starts') * STARTS_WITHIN_MS);
  const clock = createActorClock(schedule, startsAt, seed);
  const cloud = createCloudNode({ urls, dataKeys: newDataKeys(clock.env), clock, schedule, points });
  const network = createNetwork({ seed, schedule, cloud, weather, points, note });
  const leave = enterWorld(schedule, seed, async (url, init) => {
    const { signal = null, ...rest } = init;
    // The standard object knows the type of a body that did not say it.
    const request = new Request(url, rest);
    const bytes = new Uint8Array(await request.arrayBuffer());
    const {
      status,
      headers,
      body: text,
    } = await network.send(
      url.hostname.split('.')[0] ?? '',
      {
        method: request.method,
        path: url.pathname + url.search,
        headers: Object.fromEntries(request.headers),
        body: bytes.length === 0 ? undefined : bytes,
      },
      signal ?? undefined,
    );
    return new Response(status === 204 || status === 304 ? null : text, { status, headers });
  });
  const tenant = await openTenant(
    look,
    createActorClock(schedule, startsAt, seed + 1).env,
    weather.operators,
  );
  await cloud.start();
  const world: World = {
    seed,
    weather,
    schedule,
    points,
    network,
    cloud,
    look,
    tenant,
    branches: [],
    operators: [],
    told: [],
    cloudForgot: false,
    revoked: new Map(),
    dump: undefined,
    note,
    enrol: async (lane) => {
      const { tenantId, siteId } = tenant;
      const own = createActorClock(schedule, startsAt, seed * 100 + lane);
      const device = { tenantId, siteId, equipmentId: newId<'equipment'>(own.env), lane: String(lane) };
      const branch = build(`t${lane}`, device, own, undefined);
      const { publicKey } = branch.totem;
      await addTotem(look, { ...device, publicKey, at: instantText(clock.env.now()) });
      await branch.totem.start();
      return branch;
    },
    clone: async ({ totem }) => {
      totem.keepImage('clone');
      const own = createActorClock(schedule, startsAt, seed * 100 + 50 + Number(totem.device.lane));
      const branch = build(`${totem.name}c`, totem.device, own, totem);
      branch.standing = 'tainted';
      await branch.totem.start();
      return branch;
    },
  };
  const build = (name: string, device: Device, own: ActorClock, copyOf: TotemNode | undefined): Branch => {
    const cloudUrl = `http://${name}.w${number}.world`;
    const parts = { name, folder, device, cloudUrl, clock: own, schedule, points, onDeath: network.drop };
    const totem = createTotemNode({
      ...parts,
      ...(copyOf === undefined ? {} : { disk: copyOf.imageDir('clone') }),
    });
    const kiosk = createKiosk({ seed, totem, tenant, told: world.told, note });
    const branch: Branch = { totem, kiosk, standing: 'healthy' };
    world.branches.push(branch);
    return branch;
  };
  for (let lane = 1; lane <= weather.totems; lane += 1) await world.enrol(lane);
  seatOperators(world, clock.env);
  return { world, leave };
}

function seatOperators(world: World, env: Env): void {
  const { seed, tenant, cloud, network, note } = world;
  for (const [index, who] of tenant.operators.entries())
    world.operators.push(
      createOperator({
        seed,
        name: `o${index + 1}`,
        counterId: tenant.counterIds[index] ?? '',
        serviceIds: tenant.serviceIds,
        token: operatorToken(cloud.signingKey, env, { ...tenant, ...who }),
        env: env,
        network,
        note,
      }),
    );
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
  await checkChainsAtCloud(world.look, world.tenant);
  if (!world.cloudForgot) await checkAcknowledged(world.look, world.tenant, standing(world, 'healthy'));
}

function standing(world: World, wanted: Standing): TotemNode[] {
  return world.branches.filter((branch) => branch.standing === wanted).map(({ totem }) => totem);
}

function checkNow({ branches, told }: World): void {
  const own = branches.filter((branch) => branch.standing === 'healthy');
  for (const { totem } of own) checkTold(totem, told);
  checkCodesTold(told.filter(({ totem }) => own.some((branch) => branch.totem.name === totem)));
}

/** Heals the core and waits until it is one with the cloud. @throws BrokenPromise when it does not become so. */
async function converge(world: World, withinMs: number): Promise<void> {
  const { seed, network, cloud, branches, schedule, look, tenant } = world;
  network.calm();
  cloud.spare();
  if (!cloud.isUp()) await cloud.start();
  const core: TotemNode[] = [];
  for (const { totem, standing: how } of branches) {
    const staysBroken = draw(seed, 'stays broken', totem.name) < 0.2;
    if (how === 'gone' || staysBroken) {
      if (staysBroken) totem.die();
      continue;
    }
    network.heal(totem.name);
    totem.spare();
    await totem.start();
    core.push(totem);
  }
  for (const { name } of world.operators) network.heal(name);
  world.note(`calm with ${core.map(({ name }) => name)}`);
  let left: string | undefined;
  for (let waited = 0; waited < withinMs; waited += LOOK_EVERY_MS) {
    await schedule.advance(LOOK_EVERY_MS);
    for (const { kiosk, totem } of branches) if (core.includes(totem)) await kiosk.finish();
    left = await differenceIn(world, core);
    if (left === undefined) return;
  }
  throw new BrokenPromise('I-09', left ?? '');

  async function differenceIn(_: World, totems: readonly TotemNode[]): Promise<string | undefined> {
    const today = instantText(cloud.now() - 3 * 3_600_000).slice(0, 10);
    for (const totem of totems) {
      if (await isSuspended(world, totem)) continue;
      const difference = await differenceOf(look, tenant, totem, today);
      if (difference !== undefined) return `${totem.name}: ${difference}`;
    }
    return undefined;
  }
}

async function isSuspended({ look, tenant }: World, totem: TotemNode): Promise<boolean> {
  const rows = await look.rows(
    'SELECT 1 FROM equipment WHERE tenant_id = $1 AND id = $2 AND suspended_at IS NOT NULL',
    [tenant.tenantId, totem.device.equipmentId],
  );
  return rows.length > 0;
}

async function checkEnd(world: World, db: Database): Promise<void> {
  const { look, tenant, told, operators } = world;
  checkNow(world);
  await checkChainsAtCloud(look, tenant);
  const sound: TotemNode[] = [];
  for (const totem of standing(world, 'healthy'))
    if (totem.isUp() && !(await isSuspended(world, totem))) sound.push(totem);
  if (!world.cloudForgot) await checkRevoked(look, tenant, world.revoked);
  for (const totem of sound) await checkEntries(look, tenant, totem);
  await checkTicketsAtCloud(
    look,
    tenant,
    told.filter(({ totem }) => sound.some(({ name }) => name === totem)),
  );
  await checkCommands(look, tenant, world.cloudForgot ? [] : operators.flatMap((one) => one.done()));
  for await (const report of replayLedgers(db, [tenant.tenantId]))
    if (report.differenceCount > 0)
      throw new BrokenPromise('replay', JSON.stringify(report.differences.slice(0, 3)));
  const rows = await look.rows(
    'SELECT code, state, number FROM ticket WHERE tenant_id = $1 ORDER BY code, id',
    [tenant.tenantId],
  );
  for (const { code, state } of rows) world.note(`end ${code} ${state}`);
}
