/**
 * Writes by their idempotency key: a repetition gets the first answer and has no second effect. The key is claimed in the
 * transaction of the effect, so both happen or neither; a refusal leaves nothing, and the key may be used again.
 */
import {
  canonicalJson,
  type Env,
  type Id,
  instantText,
  type Principal,
  ProblemError,
  sha256Hex,
} from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import type { Vault } from '../secrets/vault.ts';

/** What a write answers, as it is kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly version: number | undefined;
  readonly body: unknown;
}

export interface WriteRequest {
  readonly principal: Principal;
  readonly key: string;
  readonly operation: string;
  readonly params: unknown;
  readonly body: unknown;
  readonly version: number | undefined;
}

const CLAIM: Statement = {
  name: 'idempotency-claim',
  text: `INSERT INTO idempotency_key (tenant_id, principal, key, fingerprint, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (tenant_id, principal, key) DO NOTHING`,
};
const KNOWN: Statement = {
  name: 'idempotency-known',
  text: `SELECT fingerprint, status, encode(answer, 'base64') AS answer FROM idempotency_key
    WHERE tenant_id = $1 AND principal = $2 AND key = $3`,
};
const SETTLE: Statement = {
  name: 'idempotency-settle',
  text: `UPDATE idempotency_key SET status = $4, answer = decode($5, 'base64')
    WHERE tenant_id = $1 AND principal = $2 AND key = $3`,
};

/**
 * Runs a write unless it ran before. A second request with the same key waits for the first one's commit.
 * @throws ProblemError `idempotency_key_reused` when the key was used for something else.
 */
export async function onceByKey(
  tx: WriteHandle,
  parts: { readonly env: Env; readonly vault: Vault },
  request: WriteRequest,
  run: () => Promise<KeptAnswer>,
): Promise<{ readonly answer: KeptAnswer; readonly replayed: boolean }> {
  const { operation, params, body, version } = request;
  const who = nameOf(request.principal);
  const place = [tx.tenantId, who, request.key] as const;
  const fingerprint = sha256Hex(
    canonicalJson({ operation, params: params ?? null, body: body ?? null, version: version ?? null }),
  );
  const context = `idempotency ${place.join(' ')}`;
  const claimed = await tx.run(CLAIM, [...place, fingerprint, instantText(parts.env.now())]);
  if (claimed === 0) {
    const known = await tx.one(KNOWN, place);
    if (known?.fingerprint !== fingerprint) throw new ProblemError('idempotency_key_reused');
    const sealed = Buffer.from(known.answer ?? '', 'base64');
    // Our own words, written below.
    return { answer: JSON.parse(parts.vault.open(context, sealed)) as KeptAnswer, replayed: true };
  }
  const answer = await run();
  const sealed = Buffer.from(parts.vault.seal(context, JSON.stringify(answer)));
  await tx.run(SETTLE, [...place, answer.status, sealed.toString('base64')]);
  return { answer, replayed: false };
}

/**
 * The id of what a write makes, from its key: a repetition makes the same one. For writes that cannot be one transaction.
 * RFC 9562, 5.8: a UUID of our own making.
 */
export function idOfKey<K extends string>(vault: Vault, purpose: string, who: string, key: string): Id<K> {
  const hex = vault.hash(purpose, `${who} ${key}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-') as Id<K>;
}

/** Names a principal among all of its tenant. */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return `user ${principal.userId}`;
    case 'device':
      return `device ${principal.equipmentId}`;
    case 'key':
      return `key ${principal.keyId}`;
    case 'owner':
      return `owner ${principal.ownerId}`;
    default:
      return principal satisfies never;
  }
}
