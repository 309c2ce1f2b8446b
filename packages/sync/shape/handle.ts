/**
 * Handles: everything the server must remember about a client's copy, carried by the client and authenticated (I-SHP-8).
 * So any node serves any client without shared state, and a client can forge neither the cut nor a frozen value.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Env } from '@totem/domain';
import type { ColumnType, Comparison, ShapeDefinition } from './change-log.ts';
import type { ShapeLimits } from './limits.ts';
import { createMemo } from './memo.ts';
import type { Replica } from './request.ts';
import { createSeal } from './seal.ts';

/** Values computed at the first request and kept for the life of the copy, such as the business day it starts from. */
export type Frozen = Readonly<Record<string, string>>;

export interface HandleContent {
  /** Digest of definition and replica mode. */
  readonly fingerprint: string;
  /** Digest of the log's epoch. */
  readonly epoch: string;
  /** Position of the initial rows. */
  readonly cut: bigint;
  /** Chunks of the initial rows; 0 in a handle that only announces a fresh start (I-SHP-8). */
  readonly chunks: number;
  readonly frozen: Frozen;
}

export interface HandleCodec {
  /** A handle that was never issued before. @throws RangeError when the frozen values are too long or not printable ASCII. */
  issue(content: HandleContent): string;
  /** The content of a handle issued with the same key, or null. */
  open(handle: string): HandleContent | null;
}

const version = 1;
/** Version, fingerprint, epoch, cut, chunks, frozen values, nonce. */
type Payload = readonly [typeof version, string, string, string, number, Frozen, string];
const nonceBytes = 12;
const base64url = { alphabet: 'base64url', omitPadding: true } as const;

/** @param key at least 32 bytes, the same on every node. @throws RangeError when it is shorter. */
export function createHandleCodec(parts: {
  readonly key: Uint8Array;
  readonly env: Env;
  readonly limits: Pick<ShapeLimits, 'handleCharsMax' | 'frozenCharsMax' | 'handlesKnownMax'>;
}): HandleCodec {
  const { key, env, limits } = parts;
  const seal = createSeal(key);
  // A client that waits shows its handle again with each change.
  const known = createMemo<HandleContent | null>(limits.handlesKnownMax);
  return {
    issue: ({ fingerprint, epoch, cut, chunks, frozen }) => {
      if (JSON.stringify(frozen).length > limits.frozenCharsMax) {
        throw new RangeError('frozen values must be short');
      }
      const nonce = env.randomBytes(nonceBytes).toBase64(base64url);
      const parts: Payload = [version, fingerprint, epoch, `${cut}`, chunks, frozen, nonce];
      return seal.close(JSON.stringify(parts));
    },
    open: (handle) => {
      if (handle.length > limits.handleCharsMax) return null;
      return known(handle, () => {
        const payload = seal.open(handle);
        return payload === null ? null : contentOf(payload);
      });
    },
  };
}

/** Definitions are made once and used for many requests, and hashing one costs as much as answering it. */
const fingerprints = new WeakMap<ShapeDefinition, Partial<Record<Replica, string>>>();

/** Digest of a definition and replica mode: 16 bytes of SHA-256 over its canonical JSON, base64url (I-SHP-8). */
export function fingerprintOf(shape: ShapeDefinition, replica: Replica): string {
  const known = fingerprints.get(shape) ?? {};
  const fingerprint = known[replica] ?? digest(canonical(shape, replica));
  if (known[replica] === undefined) fingerprints.set(shape, { ...known, [replica]: fingerprint });
  return fingerprint;
}

function canonical(shape: ShapeDefinition, replica: Replica): string {
  const { name, schema = '', table, primaryKey, tenantId, condition } = shape;
  const columns = Object.entries(shape.columns).map(columnParts).sort(byJson);
  const where = shape.where.map(comparisonParts).sort(byJson);
  const text = condition?.text ?? '';
  return JSON.stringify([name, schema, table, columns, primaryKey, tenantId, where, text, replica]);
}

function columnParts([name, column]: readonly [string, ColumnType]): readonly unknown[] {
  const { type, notNull, pkIndex = -1, dims = 0 } = column;
  const { maxLength = -1, length = -1, precision = -1, scale = -1, fields = '' } = column;
  return [name, type, notNull, pkIndex, dims, maxLength, length, precision, scale, fields];
}

const epochsKnownMax = 10_000;
const epochs = createMemo<string>(epochsKnownMax);

/** Digest of an epoch text, so that a handle's length does not depend on it. */
export function epochDigest(epoch: string): string {
  return epochs(epoch, () => digest(epoch));
}

function comparisonParts(comparison: Comparison): readonly unknown[] {
  switch (comparison.op) {
    case 'eq':
    case 'gte':
      return [comparison.column, comparison.op, comparison.value];
    case 'in':
      return [comparison.column, comparison.op, [...new Set(comparison.values)].sort()];
    default:
      return comparison satisfies never;
  }
}

function byJson(left: readonly unknown[], right: readonly unknown[]): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function digest(text: string): string {
  return sha256(utf8ToBytes(text)).subarray(0, 16).toBase64(base64url);
}

function contentOf(payload: string): HandleContent | null {
  const parts: unknown = JSON.parse(payload);
  if (!isPayload(parts)) return null;
  const [, fingerprint, epoch, cut, chunks, frozen] = parts;
  return { fingerprint, epoch, cut: BigInt(cut), chunks, frozen };
}

/** The MAC has proved that the payload is ours; what is left to check is the version of the code that wrote it. */
function isPayload(parts: unknown): parts is Payload {
  return Array.isArray(parts) && parts[0] === version;
}
