/** A branch for tests of the ledger: devices with keys of their own that write chains, seal batches and push them over HTTP. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CHAIN_START,
  type ChainedEntry,
  type ChainHead,
  chainDrafts,
  type EntryDraft,
  type Env,
  type EquipmentId,
  type Id,
  keyRotationText,
  type LedgerEntry,
  newId,
  type OriginId,
  type PrivateData,
  type SiteId,
  sealText,
  type TenantId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type LedgerBatch, PROTOCOL_VERSION } from '@totem/sync/push';
import { draft } from '@totem/testkit/builders';
import type { TestCloud } from '@totem/testkit/postgres';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { demoId } from '../seed/seed.ts';

export interface TestTotem {
  readonly equipmentId: EquipmentId;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  readonly token: string;
}

/** Answers of `POST /v1/ledger`, whatever they are. */
export interface PushReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TOKEN_SECONDS = 3_600;

let lastLane = 100;

/** Adds a totem with a key and a token to the demo's branch, in a lane of its own. */
export async function enrolTotem(
  test: Pick<TestCloud, 'cloud' | 'seed'>,
  at: { readonly siteId?: SiteId } = {},
): Promise<TestTotem> {
  const { tenantId } = test.seed;
  lastLane += 1;
  const equipmentId = newId<'equipment'>(systemEnv);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = String(publicKey.export({ format: 'jwk' }).x);
  await withTenant(test.cloud.db, tenantId, (tx) =>
    tx.run(INSERT_TOTEM, [
      tenantId,
      equipmentId,
      at.siteId ?? test.seed.siteId,
      `totem ${lastLane}`,
      lastLane,
      key,
    ]),
  );
  const token = await test.cloud.mintDeviceToken(tenantId, equipmentId, TOKEN_SECONDS);
  return { equipmentId, privateKey, publicKey: key, token };
}

/** A totem replaces its key by a new one, which nobody keeps. */
export function replaceKeyOf(url: string, tenantId: TenantId, totem: TestTotem): Promise<Response> {
  const next = generateKeyPairSync('ed25519');
  const keys = { from: totem.publicKey, to: String(next.publicKey.export({ format: 'jwk' }).x) };
  const text = Buffer.from(keyRotationText(tenantId, totem.equipmentId, keys));
  const signedBy = (key: KeyObject) => sign(null, text, key).toString('base64url');
  return fetch(`${url}/v1/device/key`, {
    method: 'POST',
    headers: { authorization: `Bearer ${totem.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...keys,
      fromSignature: signedBy(totem.privateKey),
      toSignature: signedBy(next.privateKey),
    }),
  });
}

const INSERT_TOTEM: Statement = {
  name: 'test-insert-totem',
  text: `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane, public_key)
    VALUES ($1, $2, now(), $3, 'totem', $4, $5, $6)`,
};

/** A chain of one writer. */
export interface TestChain {
  readonly origin: OriginId;
  head(): ChainHead;
  write(drafts: readonly EntryDraft[], options?: { clockSuspect?: boolean; env?: Env }): ChainedEntry[];
  /** Another writer that goes on from a known entry of this chain, as a copied database would. */
  copyAt(entry: LedgerEntry): TestChain;
}

/** A new origin and its opening entry. */
export function openChain(
  env: Env,
  tenantId: TenantId,
  siteId: SiteId,
): TestChain & { readonly opening: readonly ChainedEntry[] } {
  const origin = newId<'origin'>(env);
  const chain = chainFrom(env, tenantId, origin, CHAIN_START);
  const opening = chain.write([
    draft('ORIGIN_OPENED', 'origin', origin as string as Id<string>, { reason: 'enrolled' }, { siteId }),
  ]);
  return { ...chain, opening };
}

function chainFrom(env: Env, tenantId: TenantId, origin: OriginId, start: ChainHead): TestChain {
  let head = start;
  return {
    origin,
    head: () => head,
    write: (drafts, options = {}) => {
      const context = { tenantId, origin, commandId: null, clockSuspect: options.clockSuspect ?? false };
      const chained = chainDrafts(options.env ?? env, context, head, drafts);
      const last = chained.at(-1)?.entry;
      if (last !== undefined) head = { seq: last.seq, hash: last.hash };
      return chained;
    },
    copyAt: ({ seq, hash }) => chainFrom(env, tenantId, origin, { seq, hash }),
  };
}

/** A sealed batch. `over` replaces parts of it after it was sealed. */
export function sealedBatch(
  totem: Pick<TestTotem, 'privateKey'>,
  tenantId: TenantId,
  chained: readonly ChainedEntry[],
  over: Partial<LedgerBatch> = {},
): LedgerBatch {
  const [first, last] = [chained[0]?.entry, chained.at(-1)?.entry];
  if (first === undefined || last === undefined) throw new Error('a batch has entries');
  const privates: Record<string, PrivateData> = {};
  for (const one of chained) if (one.private !== null) privates[one.entry.id] = one.private;
  const head = { seq: last.seq, hash: last.hash };
  const signature = sign(null, Buffer.from(sealText(tenantId, first.origin, head)), totem.privateKey);
  return {
    protocol: PROTOCOL_VERSION,
    tenantId,
    origin: first.origin,
    fromSeq: first.seq,
    prevHash: first.prevHash,
    entries: chained.map(({ entry }) => entry),
    privates,
    seal: { ...head, signature: signature.toString('base64url') },
    ...over,
  };
}

/** Pushes a body as it is. */
export async function pushRaw(
  test: TestCloud,
  token: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<PushReply> {
  const answer = await fetch(`${test.url}/v1/ledger`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as PushReply['body'] };
}

/** Pushes a batch, compressed as totems do. */
export function push(
  test: TestCloud,
  totem: Pick<TestTotem, 'token'>,
  batch: LedgerBatch,
): Promise<PushReply> {
  const body = new Uint8Array(gzipSync(JSON.stringify(batch)));
  return pushRaw(test, totem.token, body, { 'content-encoding': 'gzip' });
}

/** What tickets of a test are made of. */
export interface TestTicket {
  readonly id: Id<string>;
  readonly code: string;
  readonly number: number;
}

/** A service of the demo's branch, at its price. */
export const DEMO_SERVICE_ID = demoId<'service'>('service A');

let lastNumber = 0;

/** The draft that creates a ticket at a totem. Codes of one process never repeat unless given. */
export function createTicket(
  env: Env,
  siteId: SiteId,
  over: Partial<TestTicket> & {
    readonly data?: EntryDraft['data'];
    readonly private?: EntryDraft['private'];
  } = {},
): { readonly ticket: TestTicket; readonly draft: EntryDraft } {
  lastNumber += 1;
  const number = over.number ?? lastNumber;
  const code = over.code ?? `A${String(number).padStart(3, '0')}`;
  const id = over.id ?? newId<string>(env);
  const data = {
    state: 'waiting',
    serviceId: DEMO_SERVICE_ID,
    code,
    businessDay: '2026-11-23',
    lane: '1',
    number,
    priorityClassId: newId<'priority_class'>(env),
    priority: 0,
    partySize: 1,
    channel: 'totem',
    priceCents: 0,
    ...over.data,
  };
  const made = draft('TICKET_CREATE', 'ticket', id, data, { siteId });
  return {
    ticket: { id, code, number },
    draft: over.private === undefined ? made : { ...made, private: over.private },
  };
}

/** The draft of an action on a ticket. */
export function onTicket(
  action: EntryDraft['action'],
  ticket: Pick<TestTicket, 'id'>,
  siteId: SiteId,
  data: EntryDraft['data'] = {},
): EntryDraft {
  return draft(action, 'ticket', ticket.id, data, { siteId });
}
