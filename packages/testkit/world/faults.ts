/** What goes wrong at a step, by the weather of the seed. */
import { draw, logUniform } from './chance.ts';
import type { Branch, World } from './world.ts';

export async function breakSomething(world: World, step: number): Promise<void> {
  const { seed, weather, branches, network } = world;
  const share = (...words: (string | number)[]) => draw(seed, 'fault', step, ...words);
  for (const { name } of world.operators) cutOrHeal(world, name, share);
  for (const branch of [...branches]) {
    if (branch.standing === 'gone') continue;
    const { name } = branch.totem;
    cutOrHeal(world, name, share);
    await breakTotem(world, branch, (word) => share(name, word));
  }
  await breakCloud(world, (word) => share('cloud', word));
  if (share('price') < weather.prices) await editPrice(world, share('price to'));
  void network;
}

type Share = (...words: (string | number)[]) => number;

function cutOrHeal({ network, weather, points, note }: World, name: string, share: Share): void {
  if (network.isCut(name)) {
    if (share(name, 'heal') < 0.25) network.heal(name);
    return;
  }
  if (share(name, 'cut') >= weather.cuts) return;
  const way = share(name, 'way');
  const direction = way < 0.4 ? 'both' : way < 0.7 ? 'up' : 'down';
  network.cut(name, direction);
  note(`${name} cut ${direction}`);
  void points;
}

async function breakTotem(
  { weather, points, note, schedule }: World,
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
  void schedule;
}

async function breakCloud(
  { weather, points, cloud, note }: World,
  share: (word: string) => number,
): Promise<void> {
  if (!cloud.isUp()) {
    if (share('start') < 0.5) await cloud.start();
    return;
  }
  if (share('death') >= weather.cloudDeaths) return;
  const how = share('how');
  note('cloud dies');
  if (how < 0.34) {
    points.reached('cloud_died_at_rest');
    cloud.die();
  } else cloud.dieAtCommit({ countdown: 1 + Math.floor(share('when') * 8), isAfter: how < 0.67 });
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
