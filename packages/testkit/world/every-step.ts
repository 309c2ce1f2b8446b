/** What must hold after every step. */
import {
  BrokenPromise,
  checkAcknowledged,
  checkChainsAtCloud,
  checkCodesTold,
  checkTold,
  type Standing,
} from './invariants.ts';
import type { TotemNode } from './totem-node.ts';
import type { World } from './world.ts';

/** At the cloud. What it has is read again only when it may have written something. @throws BrokenPromise */
export async function checkCloudNow(world: World): Promise<void> {
  const { look, tenant, cloud } = world;
  const writes = cloud.writes();
  if (world.seen?.writes !== writes) world.seen = { writes, cursors: await checkChainsAtCloud(look, tenant) };
  if (!world.cloudForgot) checkAcknowledged(world.seen.cursors, standing(world, 'healthy'));
}

/** The totems with such a standing. */
export function standing(world: World, wanted: Standing): TotemNode[] {
  return world.branches.filter((branch) => branch.standing === wanted).map(({ totem }) => totem);
}

/** At the totems. @throws BrokenPromise */
export function checkNow({ branches, told, strays, cloudForgot }: World): void {
  const [stray] = strays;
  if (stray !== undefined) throw new BrokenPromise('I-HUB-4', `a request for the cloud went to ${stray}`);
  const own = branches.filter((branch) => branch.standing === 'healthy');
  for (const { totem } of own) checkTold(totem, told, cloudForgot);
  checkCodesTold(told.filter(({ totem }) => own.some((branch) => branch.totem.name === totem)));
}
