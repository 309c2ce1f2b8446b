/**
 * What the cloud's knowledge of an origin means for this totem: asked at the start and after every surprise. Pure, so that
 * each case is a row in a test.
 */
import type { ChainHead } from '@totem/domain';

/** What the cloud says: its end of the origin, and the hash that it has where this totem's chain ends. */
export interface CloudView {
  readonly seq: number;
  readonly hash: string;
  readonly hashAt: string | null;
  readonly suspended: boolean;
}

export interface OwnView {
  readonly head: ChainHead;
  /** The oldest entry that is still kept; `head.seq + 1` when none is. */
  readonly keptFrom: number;
  /** The own hash at the cloud's seq; undefined when that entry is not kept, or is past the head. */
  readonly hashAtCloud: string | undefined;
}

export type CursorVerdict =
  /** The device may not push. */
  | { readonly kind: 'suspended' }
  /** The outbox begins after this seq; less than before when the cloud was restored from a dump. */
  | { readonly kind: 'go_on'; readonly acked: number }
  /** The cloud has what this database has and more: an old image of this very disk. */
  | { readonly kind: 'old_image' }
  /** The cloud lost entries that are no longer kept here: this origin can never go on. */
  | { readonly kind: 'lost_history'; readonly after: number }
  /** Two histories: pushing shows it to the cloud, which keeps what comes aside and suspends the device. */
  | { readonly kind: 'fork' };

export function judgeCursor(cloud: CloudView, own: OwnView): CursorVerdict {
  if (cloud.suspended) return { kind: 'suspended' };
  if (cloud.seq > own.head.seq)
    return cloud.hashAt === own.head.hash ? { kind: 'old_image' } : { kind: 'fork' };
  if (cloud.seq === own.head.seq && cloud.hash !== own.head.hash) return { kind: 'fork' };
  if (cloud.seq > 0 && own.hashAtCloud !== undefined && own.hashAtCloud !== cloud.hash)
    return { kind: 'fork' };
  if (cloud.seq < own.head.seq && cloud.seq + 1 < own.keptFrom)
    return { kind: 'lost_history', after: cloud.seq };
  return { kind: 'go_on', acked: cloud.seq };
}
