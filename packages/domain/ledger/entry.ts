/**
 * The ledger entry: one change, written in the same transaction as the rows it changes, chained by hash within its origin.
 * Personal data is never inside the chain: it travels beside the entry, and the chain holds a salted commitment to it.
 */
import type { Env } from '../env.ts';
import {
  type CommandId,
  type EntryId,
  type Id,
  idSchema,
  type OriginId,
  type SiteId,
  type TenantId,
  type TxId,
  type UserId,
} from '../ids/id.ts';
import type { JsonObject } from '../rows/column.ts';
import { instantSchema } from '../time/instant.ts';
import '../zod-setup.ts';
import { z } from 'zod';
import { LEDGER_ACTIONS, LEDGER_ENTITIES, type LedgerAction, type LedgerEntity } from './action.ts';
import { canonicalJson, sha256Hex } from './canonical.ts';

/** Entries in one push, at most. */
export const BATCH_ENTRIES_MAX = 1_000;
/** Canonical size of one entry's data, at most, in UTF-16 units. */
export const ENTRY_DATA_LENGTH_MAX = 8_192;
/** What an entry has besides its data: data that carries an entry may be longer by this. */
const CARRIED_LENGTH_MAX = 2_048;

export interface LedgerEntry {
  readonly id: EntryId;
  readonly tenantId: TenantId;
  readonly siteId: SiteId | null;
  readonly origin: OriginId;
  /** 1, 2, 3... without a gap within the origin. */
  readonly seq: number;
  /** The local transaction that wrote it; a batch never splits one. */
  readonly tx: TxId;
  readonly commandId: CommandId | null;
  readonly userId: UserId | null;
  readonly action: LedgerAction;
  readonly entity: LedgerEntity;
  readonly entityId: Id<string>;
  readonly data: JsonObject;
  /** `commitmentOf` the personal data beside the entry; null when there is none. */
  readonly commitment: string | null;
  /** The writer's effective clock, UTC with milliseconds. */
  readonly occurredAt: string;
  readonly clockSuspect: boolean;
  readonly prevHash: string;
  readonly hash: string;
}

/** Personal data beside an entry: erasing it, salt included, leaves the chain verifiable. */
export interface PrivateData {
  /** 16 random bytes in hex. */
  readonly salt: string;
  readonly data: JsonObject;
}

/** An entry before it has its place in a chain. */
export interface EntryDraft {
  readonly siteId: SiteId | null;
  readonly userId: UserId | null;
  readonly action: LedgerAction;
  readonly entity: LedgerEntity;
  readonly entityId: Id<string>;
  readonly data: JsonObject;
  readonly private?: JsonObject;
}

const HEX_64 = /^[0-9a-f]{64}$/;

/** Deeper data is no entry's; walking it would only wear out the stack. */
const DATA_DEPTH_MAX = 32;

/** No floats: their text differs between writers. No NUL or lone surrogate, in names either: PostgreSQL refuses them. */
function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null;
  if (depth === DATA_DEPTH_MAX) return false;
  return Array.isArray(value)
    ? value.every((member) => isStorable(member, depth + 1))
    : Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member, depth + 1));
}

/** Data that both databases and every hash take as it is, and that is not too long. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z
  .custom<JsonObject>(
    (data) =>
      typeof data === 'object' &&
      data !== null &&
      !Array.isArray(data) &&
      isStorable(data) &&
      canonicalJson(data).length <= ENTRY_DATA_LENGTH_MAX + ('entry' in data ? CARRIED_LENGTH_MAX : 0),
    'not data that can be stored',
  )
  .meta({ type: 'object', additionalProperties: true });

export const ledgerEntrySchema = z.strictObject({
  id: idSchema<'entry'>(),
  tenantId: idSchema<'tenant'>(),
  siteId: idSchema<'site'>().nullable(),
  origin: idSchema<'origin'>(),
  seq: z.int().min(1),
  tx: idSchema<'tx'>(),
  commandId: idSchema<'command'>().nullable(),
  userId: idSchema<'user'>().nullable(),
  action: z.enum(LEDGER_ACTIONS),
  entity: z.enum(LEDGER_ENTITIES),
  entityId: idSchema<string>(),
  data: jsonObjectSchema,
  commitment: z.string().regex(HEX_64).nullable(),
  occurredAt: instantSchema,
  clockSuspect: z.boolean(),
  prevHash: z.string().regex(HEX_64),
  hash: z.string().regex(HEX_64),
}) satisfies z.ZodType<LedgerEntry>;

export const privateDataSchema = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  data: jsonObjectSchema,
}) satisfies z.ZodType<PrivateData>;

/** The salted commitment to personal data, 64 hex characters. */
export function commitmentOf(privateData: PrivateData): string {
  return sha256Hex(`${privateData.salt}\n${canonicalJson(privateData.data)}`);
}

/** The hash of an entry: over everything but the hash itself; never over what the cloud adds (position, time of receipt). */
export function entryHash(entry: Omit<LedgerEntry, 'hash'>): string {
  return sha256Hex(
    canonicalJson({
      id: entry.id,
      tenantId: entry.tenantId,
      siteId: entry.siteId,
      origin: entry.origin,
      seq: entry.seq,
      tx: entry.tx,
      commandId: entry.commandId,
      userId: entry.userId,
      action: entry.action,
      entity: entry.entity,
      entityId: entry.entityId,
      data: entry.data,
      commitment: entry.commitment,
      occurredAt: entry.occurredAt,
      clockSuspect: entry.clockSuspect,
      prevHash: entry.prevHash,
    }),
  );
}

const SALT_BYTES = 16;

/** New personal data with its salt. */
export function saltedPrivate(env: Env, data: JsonObject): PrivateData {
  const salt = Array.from(env.randomBytes(SALT_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { salt, data };
}
