/** What goes wrong at a step, by the weather of the seed. */
import { instantText } from '@totem/domain';
import { CLOUD_FAULT_POINTS, TOTEM_FAULT_POINTS } from '@totem/host';
import { chosen, draw, logUniform } from './chance.ts';
import { takeDump } from './dump.ts';
import { moveHub } from './hub.ts';
import { lanOf } from './network.ts';
import type { Branch, World } from './world.ts';

export async function breakSomething(world: World, step: number): Promise<void> {
  const { seed, weather, branches } = world;
  const share = (...words: (string | number)[]) => draw(seed, 'fault', step, ...words);
  for (const { name } of world.operators) cutOrHealBoth(world, name, share);
  for (const branch of [...branches]) {
    if (branch.standing === 'gone') continue;
    const { name } = branch.totem;
    cutOrHealBoth(world, name, share);
    await breakTotem(world, branch, (word) => share(name, word));
    await breakDisk(world, branch, (word) => share(name, word));
  }
  await breakCloud(world, (word) => share('cloud', word));
  await restoreCloud(world, (word) => share('cloud', word));
  if (share('hub') < weather.hubMoves) await moveHubSomewhere(world, share('hub to'));
  if (share('price') < weather.prices) await editPrice(world, share('price to'));
}

type Share = (...words: (string | number)[]) => number;

/** The cable to the cloud and the one to the branch: each by itself. */
function cutOrHealBoth(world: World, name: string, share: Share): void {
  cutOrHeal(world, name, share);
  cutOrHeal(world, lanOf(name), share);
}

/** One time in four the cloud serves the site itself afterwards. */
async function moveHubSomewhere(world: World, share: number): Promise<void> {
  const there = world.branches.filter(({ standing }) => standing !== 'gone').map(({ totem }) => totem);
  await moveHub(world, share < 0.25 ? undefined : chosen(there, (share - 0.25) / 0.75));
}

function cutOrHeal({ network, weather, note }: World, name: string, share: Share): void {
  if (network.isCut(name)) {
    if (share(name, 'heal') < 0.25) network.heal(name);
    return;
  }
  if (share(name, 'cut') >= weather.cuts) return;
  const way = share(name, 'way');
  const direction = way < 0.4 ? 'both' : way < 0.7 ? 'up' : 'down';
  network.cut(name, direction);
  note(`${name} cut ${direction}`);
}

async function breakTotem(
  { weather, points, note }: World,
  branch: Branch,
  share: (word: string) => number,
): Promise<void> {
  const { totem } = branch;
  if (!totem.isUp()) {
    if (share('start') < 0.4) await totem.start();
    return;
  }
  if (share('death') < weather.totemDeaths) {
    const how = share('death how');
    note(`${totem.name} dies`);
    if (how < 0.4) {
      points.reached('totem_died_at_rest');
      totem.die();
    } else totem.dieAtCommit({ countdown: 1 + Math.floor(share('death when') * 6), isAfter: how < 0.7 });
  }
  if (share('point death') < weather.pointDeaths) {
    const point = chosen(TOTEM_FAULT_POINTS, share('point'));
    note(`${totem.name} dies at ${point}`);
    totem.dieAtPoint(point);
  }
  if (share('clock') < weather.clocks) {
    const isDrift = share('clock how') < 0.5;
    points.reached(isDrift ? 'clock_drift' : 'clock_jump');
    const size = logUniform(share('clock size'), 1_000, 30 * 86_400_000);
    const sign = share('clock sign') < 0.5 ? -1 : 1;
    note(`${totem.name} ${isDrift ? 'drifts' : `jumps ${sign < 0 ? 'back' : 'on'}`}`);
    if (isDrift) totem.clock.setDrift(sign * share('drift') * 0.01);
    else totem.clock.jump(sign * Math.floor(size));
  }
  if (share('disk') < weather.disks) {
    totem.fillDisk(true);
    note(`${totem.name} disk full`);
  } else if (share('disk free') < 0.4) totem.fillDisk(false);
}

async function breakCloud(
  { weather, points, cloud, note }: World,
  share: (word: string) => number,
): Promise<void> {
  if (!cloud.isUp()) {
    if (share('start') < 0.5) await cloud.start();
    return;
  }
  if (cloud.isArmed()) return;
  if (share('point death') < weather.pointDeaths) {
    const point = chosen(CLOUD_FAULT_POINTS, share('point'));
    note(`cloud dies at ${point}`);
    cloud.dieAtPoint(point);
    return;
  }
  if (share('death') >= weather.cloudDeaths) return;
  const how = share('how');
  note('cloud dies');
  if (how < 0.34) {
    points.reached('cloud_died_at_rest');
    cloud.die(Math.floor(share('which') * weather.nodes));
  } else cloud.dieAtCommit({ countdown: 1 + Math.floor(share('when') * 3), isAfter: how < 0.67 });
}

async function editPrice({ look, tenant, points, note }: World, share: number): Promise<void> {
  points.reached('price_edit');
  const cents = Math.floor(share * 9_000);
  note(`price ${cents}`);
  await look.rows('UPDATE service SET price_cents = $3 WHERE tenant_id = $1 AND id = $2', [
    tenant.tenantId,
    tenant.serviceIds[1],
    cents,
  ]);
}

/** What happens to whole disks: after it a totem is not the only one of its kind, or no more what it told people. */
async function breakDisk(world: World, branch: Branch, share: (word: string) => number): Promise<void> {
  const { weather, points, note, look, tenant } = world;
  const { totem } = branch;
  if (weather.oldImages > 0 && !totem.hasImage(OLD) && share('image') < 0.1) totem.keepImage(OLD);
  if (totem.hasImage(OLD) && share('old image') < weather.oldImages) {
    points.reached('old_image');
    note(`${totem.name} old image`);
    totem.die();
    totem.restoreImage(OLD);
    branch.standing = 'tainted';
    await totem.start();
  }
  if (share('clone') < weather.clones && branch.standing === 'healthy') {
    points.reached('cloned_disk');
    note(`${totem.name} cloned`);
    branch.standing = 'tainted';
    await world.clone(branch);
  }
  if (share('wipe') < weather.wipes) {
    points.reached('wiped_totem');
    note(`${totem.name} wiped`);
    totem.die();
    totem.wipe();
    branch.standing = 'gone';
    // Who has lost everything comes back with a lane of its own.
    await world.enrol(world.branches.length + 1);
    return;
  }
  if (share('revoke') < weather.revocations && !world.revoked.has(totem.device.equipmentId)) {
    points.reached('revoked');
    note(`${totem.name} revoked`);
    await look.rows('UPDATE equipment SET suspended_at = $3 WHERE tenant_id = $1 AND id = $2', [
      tenant.tenantId,
      totem.device.equipmentId,
      instantText(world.cloud.now()),
    ]);
    world.revoked.set(totem.device.equipmentId, world.cloud.now());
  }
}

const OLD = 'old';

/** A dump is taken once, and some time later the cloud goes on from it. */
async function restoreCloud(world: World, share: (word: string) => number): Promise<void> {
  const { weather, points, note, look, cloud, tenant } = world;
  if (weather.restores === 0) return;
  if (world.dump === undefined) {
    if (share('dump') < 0.1) world.dump = await takeDump(look, tenant.tenantId);
    return;
  }
  if (world.cloudForgot || share('restore') >= 2 * weather.restores) return;
  points.reached('restored_cloud');
  note('cloud restored');
  cloud.die();
  await world.dump.restore();
  world.cloudForgot = true;
  world.seen = undefined;
  await cloud.start();
}
