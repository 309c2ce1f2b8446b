/** What a notification's channel is opened with, sealed for its tenant. */
import type { Vault } from '../secrets/vault.ts';

export function sealNotificationSecret(vault: Vault, tenantId: string, secret: string): Uint8Array {
  return vault.seal(contextOf(tenantId), secret);
}

export function openNotificationSecret(vault: Vault, tenantId: string, sealed: Uint8Array): string {
  return vault.open(contextOf(tenantId), sealed);
}

function contextOf(tenantId: string): string {
  return `config_notification ${tenantId}`;
}
