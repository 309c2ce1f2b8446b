/** What proves a tenant at a provider: one document, sealed for its tenant, and checked before it is. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type InstantText, instantText, ProblemError } from '@totem/domain';
import { z } from 'zod';
import type { Vault } from '../secrets/vault.ts';

const secretSchema = z.strictObject({
  clientSecret: z.string(),
  certificate: z.string().nullable(),
  privateKey: z.string().nullable(),
  authority: z.string().nullable(),
});
export type PspSecret = z.infer<typeof secretSchema>;

/** What is given of it; what is undefined stays. */
export type GivenSecret = { readonly [F in keyof PspSecret]?: PspSecret[F] | undefined };

export function sealPspSecret(vault: Vault, tenantId: string, secret: PspSecret): Uint8Array {
  return vault.seal(contextOf(tenantId), JSON.stringify(secret));
}

export function openPspSecret(vault: Vault, tenantId: string, sealed: Uint8Array): PspSecret {
  return secretSchema.parse(JSON.parse(vault.open(contextOf(tenantId), sealed)));
}

/**
 * Until when the certificate may be used; null without one.
 * @throws ProblemError `psp_certificate_unfit` for what cannot be read, or is not of one pair.
 */
export function certificateUntil({ certificate, privateKey, authority }: PspSecret): InstantText | null {
  try {
    if (authority !== null) new X509Certificate(authority);
    if (certificate === null && privateKey === null) return null;
    const leaf = new X509Certificate(certificate ?? '');
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey ?? ''))) throw new Error('not a pair');
    return instantText(leaf.validToDate.getTime());
  } catch (cause) {
    throw new ProblemError('psp_certificate_unfit', { cause });
  }
}

function contextOf(tenantId: string): string {
  return `psp_account ${tenantId}`;
}
