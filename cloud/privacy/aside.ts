/**
 * What was kept aside, without a person in it. Of an entry that was acknowledged its place in the chain stays, so that the
 * chain can still be walked over it; of anything else nothing does.
 */
import { createHash } from 'node:crypto';
import { chainFieldsSchema, QUARANTINE_REASONS } from '@totem/sync/push';

/** The bytes that are left, and their digest where the bytes are held against it. */
export interface LeftAside {
  readonly bytes: Uint8Array;
  /** Undefined keeps the digest of what came: by it a sender that repeats itself is known. */
  readonly digest: string | undefined;
}

export function withoutPerson(reason: string, bytes: Uint8Array): LeftAside {
  const isEntry = (QUARANTINE_REASONS as readonly string[]).includes(reason);
  const fields = isEntry ? chainFieldsSchema.safeParse(jsonOf(bytes)) : undefined;
  if (fields?.success !== true) return { bytes: new Uint8Array(), digest: undefined };
  const { id, origin, seq, tx, prevHash, hash } = fields.data;
  const left = Buffer.from(JSON.stringify({ id, origin, seq, tx, prevHash, hash }));
  return { bytes: left, digest: createHash('sha256').update(left).digest('hex') };
}

/** Around the first place where one of the spellings stands: a batch has others in it too. */
const AROUND_LENGTH = 200;

export function excerptOf(bytes: Uint8Array, spellings: readonly string[]): string {
  const text = new TextDecoder().decode(bytes);
  const places = spellings.map((one) => text.indexOf(one)).filter((at) => at >= 0);
  const at = Math.min(...places, text.length);
  return text.slice(Math.max(0, at - AROUND_LENGTH), at + AROUND_LENGTH);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
