/** Which totem is the hub of the site, as an admin says at the cloud. */
import { instantText } from '@totem/domain';
import type { TotemNode } from './totem-node.ts';
import type { Branch, World } from './world.ts';

/** The equipment that is the hub now; undefined when the cloud serves the site itself. */
export async function hubNow({ look, tenant }: World): Promise<string | undefined> {
  const [row] = await look.rows('SELECT hub_equipment_id FROM site WHERE tenant_id = $1 AND id = $2', [
    tenant.tenantId,
    tenant.siteId,
  ]);
  return row?.hub_equipment_id ?? undefined;
}

/** Gives the role to a totem, or to none: a new term begins. */
export async function moveHub(world: World, to: TotemNode | undefined): Promise<void> {
  const { look, tenant, cloud, points, note } = world;
  points.reached(to === undefined ? 'hub_taken_away' : 'hub_moved');
  note(`hub ${to?.name ?? 'none'}`);
  await look.rows(
    `WITH moved AS (UPDATE site SET hub_equipment_id = $3, hub_term = hub_term + 1
       WHERE tenant_id = $1 AND id = $2 RETURNING hub_term)
     INSERT INTO site_hub (tenant_id, site_id, term, equipment_id, since) SELECT $1, $2, hub_term, $3, $4 FROM moved`,
    [tenant.tenantId, tenant.siteId, to?.device.equipmentId ?? null, instantText(cloud.now())],
  );
}

/** A totem with this identity that is there; of two with one identity the first. */
export function branchOf({ branches }: World, equipmentId: string): Branch | undefined {
  return branches.find(
    ({ totem, standing }) => totem.device.equipmentId === equipmentId && standing !== 'gone',
  );
}
