/**
 * The link on the paper. Whoever holds it may see this one ticket's place in the queue, and nothing else: it names the
 * ticket and is signed by the device that printed it, so the cloud needs no list of links and can tell them before the
 * ticket itself has arrived.
 */
import type { TenantId, TicketId } from '@totem/domain';
import type { DeviceKey } from './device-key.ts';

/** What is signed. */
export function capabilityText(tenantId: TenantId, ticketId: TicketId): string {
  return `totem-ticket-v1\n${tenantId}\n${ticketId}`;
}

/** base64url of the tenant's id, the ticket's id and the signature: 16 + 16 + 64 bytes, 128 characters. */
export function ticketCapability(key: DeviceKey, tenantId: TenantId, ticketId: TicketId): string {
  const signature = key.sign(capabilityText(tenantId, ticketId));
  return Buffer.concat([uuidBytes(tenantId), uuidBytes(ticketId), signature]).toString('base64url');
}

/** The address that a customer's phone opens. */
export function ticketUrl(publicUrl: string, capability: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/t/${capability}`;
}

function uuidBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
