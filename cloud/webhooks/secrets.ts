/** The secrets of a webhook: made here, sealed in its row, and two of them while a receiver changes over. */
import type { Env, InstantText } from '@totem/domain';
import { epochMsOf } from '@totem/domain';
import { z } from 'zod';
import type { Vault } from '../secrets/vault.ts';

/** Within the 24 to 64 bytes of Standard Webhooks. */
const SECRET_BYTES = 32;
/** The newest first. */
const SECRETS_KEPT = 2;
/** How long what is sent is signed with the secret before too. */
export const CHANGE_OVER_MS = 24 * 3_600_000;

const secretsSchema = z.array(z.string()).min(1).max(SECRETS_KEPT);

export function newSecret(env: Env): string {
  return `whsec_${Buffer.from(env.randomBytes(SECRET_BYTES)).toString('base64')}`;
}

export function sealSecrets(vault: Vault, tenantId: string, secrets: readonly string[]): Uint8Array {
  return vault.seal(contextOf(tenantId), JSON.stringify(secrets.slice(0, SECRETS_KEPT)));
}

export function openSecrets(vault: Vault, tenantId: string, sealed: Uint8Array): string[] {
  return secretsSchema.parse(JSON.parse(vault.open(contextOf(tenantId), sealed)));
}

/** The secrets that sign at a moment. @param formerUntil until when the one before does. */
export function holdingSecrets(
  secrets: readonly string[],
  formerUntil: InstantText | null,
  now: number,
): readonly string[] {
  return formerUntil !== null && now < epochMsOf(formerUntil) ? secrets : secrets.slice(0, 1);
}

function contextOf(tenantId: string): string {
  return `config_webhook ${tenantId}`;
}
