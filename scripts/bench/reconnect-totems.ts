/** Totems for the bench of those who come back at once: keys, chains and requests of real ones, and nothing else of them. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type EquipmentId, type Id, newId, type SiteId, sealText, type TenantId } from '@totem/domain';
import { ASSERTION_AUDIENCE, JWT_BEARER_GRANT } from '@totem/edge';
import { systemEnv } from '@totem/host';
import { PROTOCOL_VERSION } from '@totem/sync/push';
import { buildOrigin, draft } from '@totem/testkit/builders';

export interface ReturningTotem {
  readonly equipmentId: EquipmentId;
  /** Raw Ed25519 key, base64url. */
  readonly publicKey: string;
  /** What it has to send, compressed. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The seq that the cloud must acknowledge. */
  readonly seq: number;
  /** The form that asks for a token, signed now. */
  tokenForm(): URLSearchParams;
}

/** A totem that has written some entries without its link. */
export function returningTotem(tenantId: TenantId, siteId: SiteId, entries: number): ReturningTotem {
  const env = systemEnv;
  const equipmentId = newId<'equipment'>(env);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const origin = buildOrigin(env, tenantId);
  const prints = Array.from({ length: entries - 1 }, () =>
    draft('PRINT_CONFIRMED', 'print_job', newId<string>(env), {}, { siteId }),
  );
  const opened = draft(
    'ORIGIN_OPENED',
    'origin',
    origin.id as string as Id<string>,
    { reason: 'enrolled' },
    { siteId },
  );
  const chained = [...origin.write([opened]), ...origin.write(prints)];
  const head = origin.head();
  const signature = sign(null, Buffer.from(sealText(tenantId, origin.id, head)), privateKey);
  const batch = {
    protocol: PROTOCOL_VERSION,
    tenantId,
    origin: origin.id,
    fromSeq: 1,
    prevHash: chained[0]?.entry.prevHash,
    entries: chained.map(({ entry }) => entry),
    privates: {},
    seal: { ...head, signature: signature.toString('base64url') },
  };
  return {
    equipmentId,
    publicKey: String(publicKey.export({ format: 'jwk' }).x),
    body: new Uint8Array(gzipSync(JSON.stringify(batch))),
    seq: head.seq,
    tokenForm: () =>
      new URLSearchParams({
        grant_type: JWT_BEARER_GRANT,
        assertion: assertionOf(privateKey, tenantId, equipmentId),
      }),
  };
}

/** A JWT (RFC 7519) by EdDSA (RFC 8037). */
function assertionOf(key: KeyObject, tenantId: TenantId, equipmentId: EquipmentId): string {
  const iat = Math.floor(systemEnv.now() / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    tenant: tenantId,
    iss: equipmentId,
    sub: equipmentId,
    aud: ASSERTION_AUDIENCE,
    iat,
    exp: iat + 120,
    jti: newId<'assertion'>(systemEnv),
  };
  const text = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}
