/** How a world ends: the core is healed and must become one with the cloud, and then everything must be as it was promised. */
import { type Database, replayLedgers } from '@totem/cloud';
import { instantText } from '@totem/domain';
import { draw } from './chance.ts';
import { checkNow, standing } from './every-step.ts';
import { hubNow, moveHub } from './hub.ts';
import {
  BrokenPromise,
  checkChainsAtCloud,
  checkCommands,
  checkEntries,
  checkNothingInvented,
  checkRevoked,
  checkTicketsAtCloud,
  differenceOf,
  originsRefused,
  ownOrigins,
} from './invariants.ts';
import { lanOf, type Network } from './network.ts';
import type { TotemNode } from './totem-node.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 5_000;

/** Heals the core and waits until it is one with the cloud. @returns the core. @throws BrokenPromise when it does not become so. */
export async function converge(world: World, withinMs: number): Promise<readonly TotemNode[]> {
  const { seed, network, cloud, branches, schedule, look, tenant } = world;
  network.calm();
  cloud.spare();
  if (!cloud.isUp()) await cloud.start();
  const core: TotemNode[] = [];
  for (const { totem, standing: how } of branches) {
    if (how === 'gone') continue;
    if (draw(seed, 'stays broken', totem.name) < 0.2) {
      await stayBroken(world, totem);
      continue;
    }
    healBoth(network, totem.name);
    totem.spare();
    await totem.start();
    core.push(totem);
  }
  for (const { name } of world.operators) healBoth(network, name);
  world.note(`calm with ${core.map(({ name }) => name)}`);
  let left: string | undefined;
  for (let waited = 0; waited < withinMs; waited += LOOK_EVERY_MS) {
    await giveRoleToCore(world, core);
    await schedule.advance(LOOK_EVERY_MS);
    for (const { kiosk, totem } of branches) if (core.includes(totem)) await kiosk.finish();
    left = await differenceIn(core);
    if (left === undefined) return core;
  }
  throw new BrokenPromise('I-09', left ?? '');

  async function differenceIn(totems: readonly TotemNode[]): Promise<string | undefined> {
    const today = instantText(cloud.now() - 3 * 3_600_000).slice(0, 10);
    const refused: string[] = [];
    for (const totem of totems) refused.push(...(await originsRefused(look, totem)));
    for (const { totem } of branches) if (await isSuspended(world, totem)) refused.push(...ownOrigins(totem));
    // What a disk has forgotten and the cloud too is known to those alone who saw it, and people hold it on paper.
    const forgetful = world.cloudForgot ? branches.filter(({ standing }) => standing === 'tainted') : [];
    for (const { totem } of forgetful) refused.push(...ownOrigins(totem));
    for (const totem of totems) {
      if (await isSuspended(world, totem)) continue;
      const difference = await differenceOf(look, tenant, totem, today, refused);
      if (difference !== undefined) return `${totem.name}: ${difference}`;
    }
    return undefined;
  }
}

/** For ever: dead, or sending what arrives and hearing nothing of it. */
async function stayBroken({ seed, network, points }: World, totem: TotemNode): Promise<void> {
  if (draw(seed, 'stays dead', totem.name) < 0.5) {
    points.reached('stayed_dead');
    totem.die();
    return;
  }
  points.reached('stayed_deaf');
  totem.spare();
  network.cut(totem.name, 'down');
  network.cut(lanOf(totem.name), 'down');
  await totem.start();
}

function healBoth(network: Network, name: string): void {
  network.heal(name);
  network.heal(lanOf(name));
}

/** An admin who sees that the hub is not one of those that work gives its role to another. */
async function giveRoleToCore(world: World, core: readonly TotemNode[]): Promise<void> {
  const hub = await hubNow(world);
  if (hub === undefined) return;
  const sound: TotemNode[] = [];
  for (const totem of core) if (!(await isSuspended(world, totem))) sound.push(totem);
  if (!sound.some(({ device }) => device.equipmentId === hub)) await moveHub(world, sound[0]);
}

async function isSuspended({ look, tenant }: World, totem: TotemNode): Promise<boolean> {
  const rows = await look.rows(
    'SELECT 1 FROM equipment WHERE tenant_id = $1 AND id = $2 AND suspended_at IS NOT NULL',
    [tenant.tenantId, totem.device.equipmentId],
  );
  return rows.length > 0;
}

/** What must hold when a core is one with the cloud. @throws BrokenPromise */
export async function checkEnd(world: World, db: Database, core: readonly TotemNode[]): Promise<void> {
  const { look, tenant, told, operators } = world;
  checkNow(world);
  await checkChainsAtCloud(look, tenant);
  const sound: TotemNode[] = [];
  for (const totem of standing(world, 'healthy'))
    if (core.includes(totem) && totem.isUp() && !(await isSuspended(world, totem))) sound.push(totem);
  const unsound = world.branches.filter(({ standing: how }) => how !== 'healthy').map(({ totem }) => totem);
  if (!world.cloudForgot) await checkRevoked(look, tenant, world.revoked);
  for (const totem of sound) await checkEntries(look, tenant, totem);
  await checkTicketsAtCloud(
    look,
    tenant,
    told.filter(({ totem }) => sound.some(({ name }) => name === totem)),
    new Set(unsound.map(({ device }) => device.lane)),
  );
  await checkNothingInvented(
    look,
    tenant,
    new Map(
      world.branches
        .filter(({ standing: how }) => how === 'healthy')
        .map(({ totem, kiosk }) => [totem.device.lane, kiosk.customers()]),
    ),
  );
  const isSafe = (at: string | undefined) => at === undefined || sound.some(({ name }) => name === at);
  const done = operators.flatMap((one) => one.done()).filter(({ at }) => isSafe(at));
  await checkCommands(
    look,
    tenant,
    world.cloudForgot ? [] : done.map(({ id }) => id),
    unsound.map(({ device }) => device.equipmentId),
  );
  for await (const report of replayLedgers(db, [tenant.tenantId]))
    if (report.differenceCount > 0)
      throw new BrokenPromise('replay', JSON.stringify(report.differences.slice(0, 3)));
  const rows = await look.rows(
    'SELECT code, state, number FROM ticket WHERE tenant_id = $1 ORDER BY code, id',
    [tenant.tenantId],
  );
  for (const { code, state } of rows) world.note(`end ${code} ${state}`);
}
