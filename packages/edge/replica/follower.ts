/**
 * One followed shape: the official client reads it, every batch is stored with its position, and a stream that ends is
 * opened again from what is stored. Whatever goes wrong in between, what is here is a state that the server once had.
 */
import { isChangeMessage, type Message, type Offset, ShapeStream } from '@electric-sql/client';
import { instantText, type ShapeName, type ShapeQuery, type Timers } from '@totem/domain';
import { faultPoint, type Log } from '@totem/host';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { type Acked, ackedNow } from '../ledger/folded.ts';
import type { CloudLink } from '../link/cloud-link.ts';
import { type BackoffLimits, backoffMs } from '../outbox/backoff.ts';
import type { Store } from '../store/store.ts';
import {
  applyChanges,
  type FollowedShape,
  MissingRowError,
  readPlace,
  replaceAll,
  savePlace,
} from './apply.ts';
import { TEXT_PARSER, type WireChange, wireEvent } from './wire.ts';

/** Between requests of one stream, for the client's own retries. */
const CLIENT_BACKOFF = { initialDelay: 300, maxDelay: 5_000, multiplier: 1.6 };
/** Before a stream that has ended is opened again. */
const REOPEN: BackoffLimits = { firstMs: 500, mostMs: 30_000 };
/** Changes held for the next consistent point. A longer reading is stored in parts where that loses nothing. */
const CHANGES_HELD_MAX = 50_000;
/** A quiet shape's position is stored this often, so that a totem that slept can go on from it. */
const QUIET_SAVE_MS = 60 * 60_000;

export interface Follower {
  start(): void;
  /** Forgets the position: everything is read anew and replaced when it is complete. */
  refetch(): void;
  /** Opens the stream again, at the upstream that the link names now. */
  reopen(): void;
  /** Whether what is here is complete and has been confirmed since the start. */
  isUpToDate(): boolean;
  stop(): void;
}

export interface FollowerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly link: Pick<CloudLink, 'cloudUrl' | 'fetch'>;
  readonly timers: Timers;
  readonly log: Log;
  /** Something of the shape was stored, or it became up to date. */
  readonly onProgress: (shape: FollowedShape) => void;
}

/** What is collected towards the next consistent point. */
interface Reading {
  /** `all`: a complete reading that will replace what is here. `more`: changes on top of it. */
  kind: 'all' | 'more';
  changes: WireChange[];
  ackedBefore: Acked;
}

export function createFollower(shape: FollowedShape, parts: FollowerParts): Follower {
  const { store, clock, device, link, timers, log } = parts;
  let controller: AbortController | undefined;
  let cancelReopen: (() => void) | undefined;
  let failures = 0;
  let stopped = false;
  let upToDate = false;
  /** What is stored cannot be gone on from. */
  let startOver = false;
  /** Makes each stream's address its own: the client keeps what it knows of an address, and a stream must not inherit it. */
  let run = 0;

  const begin = (kind: Reading['kind']): Reading => ({
    kind,
    changes: [],
    ackedBefore: store.read(ackedNow),
  });
  const open = (): void => {
    if (stopped) return;
    run += 1;
    const aborter = new AbortController();
    controller = aborter;
    try {
      follow(aborter);
    } catch (error) {
      end(aborter, error);
    }
  };
  const follow = (aborter: AbortController): void => {
    // Asked at each opening: it may be another than before, and a position means nothing there.
    const upstream = link.cloudUrl;
    const stored = store.read((db) => readPlace(db, shape));
    const place = stored?.upstream === upstream && !startOver ? stored : undefined;
    let reading = begin(place === undefined ? 'all' : 'more');
    let savedAt = timers.monotonicMs();
    const stream = new ShapeStream({
      url: shapeUrl(upstream, shape, device, run),
      signal: aborter.signal,
      fetchClient: fetchUntil(aborter.signal, link.fetch),
      parser: TEXT_PARSER,
      backoffOptions: CLIENT_BACKOFF,
      warnOnHttp: false,
      ...(place === undefined ? {} : { handle: place.handle, offset: place.offset as Offset }),
      onError: (error) => {
        // Whatever it was, what is stored is right: begin again from there, a little later.
        end(aborter, error);
      },
    });
    const keep = (): void => {
      faultPoint('replica_received');
      const at = instantText(clock.env.now());
      const now = { upstream, handle: stream.shapeHandle ?? '', offset: stream.lastOffset };
      store.write((db) => {
        if (reading.kind === 'all')
          replaceAll(db, shape, device.tenantId, reading.changes, reading.ackedBefore);
        else applyChanges(db, shape, device.tenantId, reading.changes);
        savePlace(db, shape, now, at);
      });
      startOver = false;
      savedAt = timers.monotonicMs();
      reading = begin('more');
    };
    const take = (messages: readonly Message[]): void => {
      for (const event of messages.map(wireEvent)) {
        if (event?.kind === 'must_refetch') {
          upToDate = false;
          reading = begin('all');
        } else if (event?.kind === 'change') reading.changes.push(event.change);
      }
      const isConsistent = messages.some((message) => wireEvent(message)?.kind === 'up_to_date');
      const isLong = reading.kind === 'more' && reading.changes.length > CHANGES_HELD_MAX;
      const isDue =
        reading.kind === 'all' ||
        reading.changes.length > 0 ||
        timers.monotonicMs() - savedAt > QUIET_SAVE_MS;
      if ((isConsistent && isDue) || isLong) keep();
      if (isConsistent) {
        upToDate = true;
        failures = 0;
      }
      if (isConsistent || messages.some(isChangeMessage)) parts.onProgress(shape);
    };
    stream.subscribe(
      (messages) => {
        if (aborter.signal.aborted) return;
        try {
          take(messages);
        } catch (error) {
          // An exception here would be lost in the client, and the stream would move on without this batch.
          startOver ||= error instanceof MissingRowError;
          end(aborter, error);
        }
      },
      (error) => end(aborter, error),
    );
  };
  const end = (aborter: AbortController, error: unknown): void => {
    if (aborter.signal.aborted || stopped) return;
    aborter.abort();
    upToDate = false;
    failures += 1;
    log.warn({ shape, failures, err: error }, 'a followed shape ended; it is opened again');
    cancelReopen = timers.after(backoffMs(clock.env, REOPEN, failures - 1), open);
  };
  const close = (): void => {
    cancelReopen?.();
    cancelReopen = undefined;
    controller?.abort();
    upToDate = false;
  };
  return {
    start: open,
    refetch() {
      close();
      startOver = true;
      open();
    },
    reopen() {
      if (controller === undefined) return;
      close();
      open();
    },
    isUpToDate: () => upToDate,
    stop() {
      stopped = true;
      close();
    },
  };
}

/**
 * What the client asks for ahead has a signal of its own, is not ended with its stream, and would be tried for ever: at the
 * address of one upstream with the means of the next. An end that is no failure of the network is not tried again.
 */
function fetchUntil(closed: AbortSignal, ask: typeof fetch): typeof fetch {
  return (input, init) => {
    if (closed.aborted) return Promise.resolve(new Response(null, { status: 410 }));
    const signal = init?.signal == null ? closed : AbortSignal.any([closed, init.signal]);
    return ask(input, { ...init, signal });
  };
}

/** The address names tenant and site, because the client tells shapes apart by it. */
function shapeUrl(cloudUrl: string, shape: ShapeName, device: Device, run: number): string {
  const query: ShapeQuery = { shape, tenant: device.tenantId, site: device.siteId };
  return `${cloudUrl}/v1/shape?${new URLSearchParams({ ...query, run: String(run) })}`;
}
