/** How a world begins: its company, cloud and network, the totems of its site and the people at their panels. */
import { newDataKeys } from '@totem/cloud';
import { type Env, instantText, newId } from '@totem/domain';
import type { Device } from '@totem/edge';
import { NOON_MONDAY } from '../virtual.ts';
import { draw } from './chance.ts';
import { createCloudNode } from './cloud-node.ts';
import { createFaultPoints } from './fault-points.ts';
import { enterWorld } from './globals.ts';
import { branchOf, moveHub } from './hub.ts';
import { createKiosk } from './kiosk.ts';
import { type AskNeighbour, responseOf, wireRequest } from './lan.ts';
import { createNetwork } from './network.ts';
import { createOperator } from './operators.ts';
import { type ActorClock, createActorClock, createSchedule } from './schedule.ts';
import { addTotem, type Onlooker, openTenant, operatorToken } from './tenant.ts';
import { createTotemNode, LAN_END, type TotemNode } from './totem-node.ts';
import { weatherOf } from './weather.ts';
import type { Branch, World, WorldOptions } from './world.ts';

/** A day that goes over midnight at the site now and then. */
const STARTS_WITHIN_MS = 11.9 * 3_600_000;
let worlds = 0;

/** @returns the world, and puts back what it stands in for. */
export async function openWorld(
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
  const cloud = createCloudNode({
    nodes: weather.nodes,
    urls,
    dataKeys: newDataKeys(clock.env),
    clock,
    schedule,
    points,
  });
  const network = createNetwork({ seed, schedule, cloud, weather, points, note });
  const cloudUrls = new Set<string>();
  const strays: string[] = [];
  const leave = enterWorld(schedule, seed, async (url, init) => {
    const { signal, ...rest } = init;
    if (!cloudUrls.has(url.origin)) {
      strays.push(url.origin);
      throw new TypeError('fetch failed');
    }
    const actor = url.hostname.split('.')[0] ?? '';
    return responseOf(await network.send(actor, await wireRequest(url, rest), signal ?? undefined));
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
    strays,
    cloudForgot: false,
    revoked: new Map(),
    dump: undefined,
    seen: undefined,
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
    cloudUrls.add(cloudUrl);
    const askNeighbour: AskNeighbour = async (url, request, signal) => {
      const other = world.branches.find(({ totem: one }) => url.hostname === `${one.name}${LAN_END}`);
      if (other === undefined) throw new TypeError('fetch failed');
      const answer = await network.send(name, request, signal, other.totem);
      if (request.path === '/v1/ledger' && answer.status === 200) points.reached('hub_took_batch');
      return answer;
    };
    const parts = {
      ...{ name, folder, device, cloudUrl, clock: own, schedule, points, askNeighbour },
      onDeath: network.drop,
    };
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
  if (weather.hub) await moveHub(world, world.branches[0]?.totem);
  seatOperators(world, clock.env);
  return { world, leave };
}

function seatOperators(world: World, env: Env): void {
  const { seed, tenant, cloud, network, points, note } = world;
  for (const [index, who] of tenant.operators.entries())
    world.operators.push(
      createOperator({
        seed,
        name: `o${index + 1}`,
        counterId: tenant.counterIds[index] ?? '',
        serviceIds: tenant.serviceIds,
        token: operatorToken(cloud.signingKey, env, { ...tenant, ...who }),
        env,
        network,
        hubOf: (equipmentId) => branchOf(world, equipmentId)?.totem,
        points,
        note,
      }),
    );
}
