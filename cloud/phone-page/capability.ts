/**
 * The signed link on a ticket's paper: it names a tenant and a ticket and proves, by a device's signature, that the ticket
 * was printed. So the page can answer before the ticket itself has arrived, and nobody can try out ids.
 */
import { idSchema, type TenantId, type TicketId } from '@totem/domain';
import { isSignedBy } from '../ledger/attribute.ts';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 64;
const CAPABILITY = /^[A-Za-z0-9_-]{128}$/;

export interface Capability {
  readonly tenantId: TenantId;
  readonly ticketId: TicketId;
  /** base64url. */
  readonly signature: string;
}

/** Reads a capability: base64url of tenant, ticket and signature, 16 + 16 + 64 bytes. Undefined when it is none. */
export function parseCapability(text: string): Capability | undefined {
  if (!CAPABILITY.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 2 * ID_BYTES + SIGNATURE_BYTES) return undefined;
  return {
    tenantId: uuidOf(bytes.subarray(0, ID_BYTES)),
    ticketId: uuidOf(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    signature: bytes.subarray(2 * ID_BYTES).toString('base64url'),
  };
}

/** Whether one of these devices signed it. @param publicKeys raw Ed25519 keys, base64url. */
export function isGenuine(capability: Capability, publicKeys: readonly string[]): boolean {
  const text = `totem-ticket-v1\n${capability.tenantId}\n${capability.ticketId}`;
  return publicKeys.some((key) => isSignedBy(key, text, capability.signature));
}

function uuidOf<K extends string>(bytes: Buffer) {
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return idSchema<K>().parse(parts.join('-'));
}
