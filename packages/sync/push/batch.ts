/**
 * The wire form of a ledger push, `POST /v1/ledger`. The envelope is strict; an entry is looked at in two steps, because one
 * bad entry must not block its successors: its chain fields must be there, the rest may fail and be quarantined.
 */
import {
  BATCH_ENTRIES_MAX,
  type ChainHead,
  idSchema,
  type LedgerEntry,
  type OriginId,
  type PrivateData,
  privateDataSchema,
  type TenantId,
} from '@totem/domain';
import { z } from 'zod';

/** The version of everything that crosses the wire, and the oldest that is still understood. */
export const PROTOCOL_VERSION = 1;
export const PROTOCOL_FLOOR = 1;

/** The largest push body, uncompressed, in bytes. */
export const PUSH_BODY_BYTES_MAX = 8 * 1024 * 1024;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** The part of an entry that holds the chain together. */
export const chainFieldsSchema = z.looseObject({
  id: idSchema<'entry'>(),
  origin: idSchema<'origin'>(),
  seq: z.int().min(1),
  tx: idSchema<'tx'>(),
  prevHash: hex64,
  hash: hex64,
});
export type ChainFields = z.infer<typeof chainFieldsSchema>;

/** The origin's Ed25519 signature (base64url, 64 bytes) over `sealText` of the batch's last entry. */
export const sealSchema = z.strictObject({
  seq: z.int().min(1),
  hash: hex64,
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type Seal = z.infer<typeof sealSchema>;

export const ledgerBatchSchema = z.strictObject({
  protocol: z.int().min(1),
  tenantId: idSchema<'tenant'>(),
  origin: idSchema<'origin'>(),
  fromSeq: z.int().min(1),
  prevHash: hex64,
  entries: z.array(chainFieldsSchema).min(1).max(BATCH_ENTRIES_MAX),
  /** Personal data beside the entries, by entry id. */
  privates: z.record(idSchema<'entry'>(), privateDataSchema),
  seal: sealSchema,
});
/** A batch as it was received: entries are known by their chain fields only. */
export type ReceivedBatch = z.infer<typeof ledgerBatchSchema>;

/** A batch as it is sent. */
export interface LedgerBatch {
  readonly protocol: number;
  readonly tenantId: TenantId;
  readonly origin: OriginId;
  readonly fromSeq: number;
  readonly prevHash: string;
  readonly entries: readonly LedgerEntry[];
  readonly privates: Readonly<Record<string, PrivateData>>;
  readonly seal: Seal;
}

/** The answer to a push. `acknowledged` moves the sender's outbox; nothing else does. */
export const pushAnswerSchema = z.object({
  origin: idSchema<'origin'>(),
  acknowledged: z.int().min(0),
  hash: hex64,
  /** The tenant's ledger position after this batch, decimal. */
  position: z.string().regex(/^\d+$/),
  serverTime: z.string(),
});
export type PushAnswer = z.infer<typeof pushAnswerSchema>;

/** What a 409 `ledger_gap` carries besides the problem: where to go on. */
export const gapSchema = z.looseObject({ expected: z.int().min(1), hash: hex64 });

/** The answer of `GET /v1/ledger/cursor?origin=&seq=`: the cloud's end of an origin, and the hash it has at `seq`. */
export const cursorAnswerSchema = z.object({
  origin: idSchema<'origin'>(),
  seq: z.int().min(0),
  hash: hex64,
  hashAt: hex64.nullable(),
  suspended: z.boolean(),
  serverTime: z.string(),
});
export type CursorAnswer = z.infer<typeof cursorAnswerSchema>;

/** Where the cloud's knowledge of an origin ends. */
export type LedgerCursor = ChainHead;
