/** The demo's hub: one totem serves the branch on this machine, and an admin gives it the role over the API like everybody else. */
import { type EquipmentId, newId, type SiteId } from '@totem/domain';
import { systemEnv } from '@totem/host';

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
export async function giveHubRole(
  cloudUrl: string,
  admin: { readonly username: string; readonly password: string },
  siteId: SiteId,
  equipmentId: EquipmentId,
): Promise<void> {
  const { accessToken } = (await said(
    await fetch(`${cloudUrl}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(admin),
    }),
  )) as { accessToken: string };
  const authorization = `Bearer ${accessToken}`;
  const address = `${cloudUrl}/v1/sites/${siteId}`;
  const site = await fetch(address, { headers: { authorization } });
  const { hubEquipmentId } = (await said(site)) as { hubEquipmentId: string | null };
  if (hubEquipmentId === equipmentId) return;
  await said(
    await fetch(`${address}/hub`, {
      method: 'PUT',
      headers: {
        authorization,
        'content-type': 'application/json',
        'if-match': site.headers.get('etag') ?? '',
        'idempotency-key': newId(systemEnv),
      },
      body: JSON.stringify({ equipmentId }),
    }),
  );
}

async function said(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`the cloud answers ${answer.status}: ${JSON.stringify(body)}`);
  return body;
}
