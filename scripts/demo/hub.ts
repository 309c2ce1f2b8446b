/** The demo's hub: one totem serves the branch on this machine, and an admin gives it the role over the API like everybody else. */
import type { EquipmentId, SiteId } from '@totem/domain';
import type { AdminCall } from './admin-api.ts';

/** What a totem needs to serve its branch; see `packages/edge/main.ts`. */
export interface HubPlace {
  readonly port: number;
  /** Origins of the cloud's pages. */
  readonly origins: readonly string[];
  readonly panelDir: string;
  readonly displayDir: string;
}

/** The settings of a totem that serves its branch: without TLS, because nothing leaves this machine. */
export function hubSettings({ port, origins, panelDir, displayDir }: HubPlace): Record<string, string> {
  return {
    TOTEM_HUB_HOST: '127.0.0.1',
    TOTEM_HUB_PORT: String(port),
    TOTEM_HUB_NAMES: '127.0.0.1',
    TOTEM_HUB_TLS: 'off',
    TOTEM_HUB_ORIGINS: origins.join(' '),
    TOTEM_PANEL_DIR: panelDir,
    TOTEM_DISPLAY_DIR: displayDir,
  };
}

/** Makes a totem the hub of its site, unless it is. @throws Error when the cloud says no. */
export async function giveHubRole(call: AdminCall, siteId: SiteId, equipmentId: EquipmentId): Promise<void> {
  const { body, etag } = await call('GET', `/v1/sites/${siteId}`);
  const { hubEquipmentId } = body as { hubEquipmentId: string | null };
  if (hubEquipmentId !== equipmentId) await call('PUT', `/v1/sites/${siteId}/hub`, { equipmentId }, etag);
}
