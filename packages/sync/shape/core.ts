/** What every request of one shape server works with, and the two answers that any step can end in. */
import type { Env, Timers } from '@totem/domain';
import {
  type Caching,
  privateCaching,
  refetchAnswer,
  type ShapeAnswer,
  unavailableAnswer,
} from './answer.ts';
import type { ChangeLog, ShapeDefinition } from './change-log.ts';
import type { RefetchReason, ShapeEvent } from './events.ts';
import { createHandleCodec, type Frozen, type HandleCodec } from './handle.ts';
import { createHolds, type Holds } from './hold.ts';
import { defaultShapeLimits, type ShapeLimits } from './limits.ts';
import { withFaults } from './log-fault.ts';
import { createPageReader, type PageReader } from './page-reader.ts';
import type { StopSignal } from './ports.ts';
import type { FieldErrors } from './request.ts';
import { createSnapshotShelf, type SnapshotShelf } from './snapshot-shelf.ts';
import { createTurnstile, type Turnstile } from './turnstile.ts';

export interface ShapeServerParts {
  readonly log: ChangeLog;
  readonly env: Env;
  readonly timers: Timers;
  /** At least 32 secret bytes, the same on every node. */
  readonly handleKey: Uint8Array;
  readonly limits?: Partial<ShapeLimits>;
  readonly caching?: Caching;
  /** Lets `table`, `where`, `columns` and `params` through to the resolver instead of refusing them. Never in production. */
  readonly definedByCaller?: boolean;
  readonly onEvent?: (event: ShapeEvent) => void;
}

/** What the caller decides about a request. */
export type ShapeResolution =
  /** The shape as this principal may read it. `frozen` is kept in the handle and given back at every later request. */
  | { readonly kind: 'shape'; readonly shape: ShapeDefinition; readonly frozen: Frozen }
  /** Not allowed, unknown, suspended...: answered as it is, in the protocol's error form. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  /** What the caller asked for is wrong: answered 400 with the parameters at fault. */
  | { readonly kind: 'invalid'; readonly errors: FieldErrors }
  /** The frozen values are out of date: the client starts over with new ones. Never an answer to `null`. */
  | { readonly kind: 'expired' };

/** Called once for each request: with null for a first request, else with the values frozen then. */
export type ShapeResolver = (frozen: Frozen | null) => ShapeResolution | Promise<ShapeResolution>;

export interface ShapeRequest {
  readonly method: string;
  /** Names the shape in events; from the route, so that there are few of them. */
  readonly name: string;
  /** The query's parameters; a `URLSearchParams` is one. */
  readonly query: Iterable<readonly [string, string]>;
  readonly ifNoneMatch?: string | null;
  readonly resolve: ShapeResolver;
  /** Raised when the client has left or may read no longer: ends a held request with what it has. */
  readonly signal: StopSignal;
}

export interface ShapeCore {
  readonly log: ChangeLog;
  readonly env: Env;
  readonly limits: ShapeLimits;
  readonly caching: Caching;
  readonly definedByCaller: boolean;
  readonly codec: HandleCodec;
  readonly pages: PageReader;
  readonly shelf: SnapshotShelf;
  readonly turnstile: Turnstile;
  readonly holds: Holds;
  readonly onEvent: (event: ShapeEvent) => void;
}

/** Lower bound of a client's wait after a 503. */
export const retryAfterSeconds = 1;

/** @throws RangeError when the handle key is too short. */
export function createShapeCore(parts: ShapeServerParts): ShapeCore {
  const { env } = parts;
  const limits: ShapeLimits = { ...defaultShapeLimits, ...parts.limits };
  const log = withFaults(parts.log);
  return {
    log,
    env,
    limits,
    caching: parts.caching ?? privateCaching,
    definedByCaller: parts.definedByCaller ?? false,
    codec: createHandleCodec({ key: parts.handleKey, env, limits }),
    pages: createPageReader(log, limits),
    shelf: createSnapshotShelf(env, limits),
    turnstile: createTurnstile(limits.snapshotsAtOnceMax, limits.snapshotsQueuedMax),
    holds: createHolds(parts.timers, limits.holdsMax),
    onEvent: parts.onEvent ?? (() => {}),
  };
}

/**
 * Tells a client to start over (I-SHP-8). The handle it gets names no copy and can resume nothing, so it differs from
 * every handle issued before; the one it had is never given out again.
 */
export function refetch(core: ShapeCore, shape: string, reason: RefetchReason, handle: string): ShapeAnswer {
  core.onEvent({ kind: 'refetch', shape, reason });
  core.shelf.drop(handle);
  const fresh = core.codec.issue({ fingerprint: '', epoch: '', cut: 0n, chunks: 0, frozen: {} });
  return refetchAnswer(core.caching, fresh);
}

/** A limit was reached; the client comes back (I-SHP-16). */
export function busy(core: ShapeCore, limit: keyof ShapeLimits): ShapeAnswer {
  core.onEvent({ kind: 'limit', limit });
  return unavailableAnswer('busy', 'The server has too much to do', retryAfterSeconds);
}
