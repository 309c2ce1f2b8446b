/**
 * One shape, followed with the official client for as long as somebody looks. Around the client stands a supervisor: a
 * stream that ended, for whatever reason, is started anew after a pause, because a screen has nobody to reload it.
 */
import { FetchError, type Message, type Row, ShapeStream } from '@electric-sql/client';
import type { ShapeName } from '@totem/domain';
import type { Door } from '../door/door.ts';
import { asDoorError, DoorError, doorErrorFrom } from '../door/door-error.ts';
import { LINK_AT_START, type LinkEvent, type LinkState, linkAfter } from './link-state.ts';
import { createShapeCopy, type ShapeRows, TEXT_PARSER } from './shape-copy.ts';

/** On a LAN an outage is short and a request is cheap. */
export const BACKOFF = { initialDelay: 300, maxDelay: 5_000, multiplier: 2 } as const;
/** A request that is not held by the server is answered within this, or counts as unanswered. */
export const CATCH_UP_MS_MAX = 15_000;
/** Servers hold a live request for 20 s; what is silent for longer is dead. */
export const LIVE_MS_MAX = 30_000;
/** A feed that nobody looks at is kept for a moment, so that turning a page does not start it anew. */
export const LINGER_MS = 2_000;

export interface ShapeView<N extends ShapeName> extends LinkState {
  readonly rows: readonly ShapeRows[N][];
}

export interface ShapeFeed<N extends ShapeName> {
  current(): ShapeView<N>;
  /** Looks at the feed; it runs while somebody does. @returns stops looking. */
  subscribe(changed: () => void): () => void;
  /** Reads the shape again now; resolves when it is whole or has failed. */
  refresh(): Promise<void>;
}

/** A feed of a shape; `live: false` reads it once, and again at each `refresh`. */
export function createShapeFeed<N extends ShapeName>(door: Door, name: N, live: boolean): ShapeFeed<N> {
  const { timers, env } = door.world;
  const lookers = new Set<() => void>();
  const refreshing = new Set<() => void>();
  let view: ShapeView<N> = { ...LINK_AT_START, rows: [] };
  let run: AbortController | undefined;
  let cancelPause = (): void => {};
  let cancelLinger = (): void => {};
  let stopFollowing = (): void => {};
  let pauseMs: number = BACKOFF.initialDelay;

  const show = (next: ShapeView<N>): void => {
    if (next === view) return;
    view = next;
    for (const looker of lookers) looker();
  };
  const settle = (): void => {
    for (const resolve of refreshing) resolve();
    refreshing.clear();
  };
  const happened = (event: LinkEvent, rows = view.rows): void => {
    const link = linkAfter(view, event);
    if (link !== view) show({ ...link, rows });
    if (event.kind === 'failed') settle();
  };
  const stop = (): void => {
    run?.abort();
    run = undefined;
    cancelPause();
    stopFollowing();
  };
  const start = (): void => {
    stop();
    const own = new AbortController();
    run = own;
    // Another server has another log: all is read anew, and the rows stay on the screen until they are whole again.
    stopFollowing = door.onMoved(() => {
      if (lookers.size > 0) start();
    });
    const ended = (error: DoorError): void => {
      if (run !== own || own.signal.aborted) return;
      happened({ kind: 'failed', error });
      own.abort();
      cancelPause = timers.after(pauseMs, start);
      pauseMs = Math.min(pauseMs * BACKOFF.multiplier, BACKOFF.maxDelay);
    };
    const rowsCame = (rows: readonly ShapeRows[N][]): void => {
      pauseMs = BACKOFF.initialDelay;
      happened({ kind: 'up_to_date', at: env.now() }, rows);
      settle();
      if (!live) own.abort();
    };
    const failed = (error: DoorError): void => {
      if (run === own) happened({ kind: 'failed', error });
    };
    void follow({ door, name, live, signal: own.signal, rowsCame, failed, ended });
  };

  return {
    current: () => view,
    subscribe: (changed) => {
      lookers.add(changed);
      cancelLinger();
      if (run === undefined) start();
      return () => {
        lookers.delete(changed);
        if (lookers.size === 0) cancelLinger = timers.after(LINGER_MS, stop);
      };
    },
    refresh: () => {
      const done = Promise.withResolvers<void>();
      refreshing.add(done.resolve);
      start();
      return done.promise;
    },
  };
}

interface Following<N extends ShapeName> {
  readonly door: Door;
  readonly name: N;
  readonly live: boolean;
  readonly signal: AbortSignal;
  /** The copy is whole. */
  rowsCame(rows: readonly ShapeRows[N][]): void;
  /** A request failed; the client goes on by itself. */
  failed(error: DoorError): void;
  /** The stream has ended and has to be started anew. */
  ended(error: DoorError): void;
}

/** Starts one stream of the client. Never rejects: a subscriber's exception would be lost in the client (it is caught here). */
async function follow<N extends ShapeName>(following: Following<N>): Promise<void> {
  const { door, name, live, signal, rowsCame, ended } = following;
  try {
    const url = await door.shapeUrl(name);
    if (signal.aborted) return;
    const copy = createShapeCopy(name);
    const stream = new ShapeStream<Row>({
      url,
      subscribe: live,
      signal,
      headers: { authorization: () => door.authorization().authorization ?? '' },
      parser: TEXT_PARSER,
      fetchClient: watchedFetch(following),
      backoffOptions: BACKOFF,
      // Ours ends what hangs, whether it is held or not.
      liveRequestTimeoutMs: false,
      warnOnHttp: false,
      // A kiosk's window is covered by dialogs and a TV's may be thought hidden; both must go on.
      runtimeVisibility: { getCurrentState: () => 'visible', subscribe: () => () => {} },
      onError: (error) => {
        ended(errorOf(error));
      },
    });
    const take = (messages: Message<Row>[]): void => {
      if (signal.aborted) return;
      try {
        const rows = copy.take(messages);
        if (rows !== undefined) rowsCame(rows);
      } catch (error) {
        ended(asDoorError(error));
      }
    };
    stream.subscribe(take, (error) => ended(errorOf(error)));
  } catch (error) {
    ended(asDoorError(error));
  }
}

/**
 * The client repeats failed requests in silence; this is where they are noticed, and where those that hang are ended. A held
 * request that fails ends its stream: repeated as it is, it would be held again, and for its whole length nobody could tell
 * that the server is back. A new stream asks first, and knows at once.
 *
 * What the client asks for ahead has a signal of its own and is not ended with its stream: it would be asked for ever, at the
 * server that was left with the key to the next. An end that is no failure of the network is not tried again.
 */
function watchedFetch<N extends ShapeName>({ door, signal, failed, ended }: Following<N>): typeof fetch {
  const { timers, fetch: send } = door.world;
  return async (input, init) => {
    if (signal.aborted) return new Response(null, { status: 410 });
    const isHeld = new URL(String(input)).searchParams.get('live') === 'true';
    const report = isHeld ? ended : failed;
    const late = new AbortController();
    const cancel = timers.after(isHeld ? LIVE_MS_MAX : CATCH_UP_MS_MAX, () => late.abort());
    const ends = [signal, late.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      const either = AbortSignal.any(ends);
      let response = await send(input, { ...init, signal: either });
      const shown = new Headers(init?.headers);
      if (response.status === 401 && (await door.unauthorized(shown.get('authorization')))) {
        for (const [name, value] of Object.entries(door.authorization())) shown.set(name, value);
        response = await send(input, { ...init, headers: shown, signal: either });
      }
      if (response.status === 421) void door.misdirected(String(input));
      if (response.status >= 500) report(doorErrorFrom(response.status, await bodyOf(response.clone())));
      return response;
    } catch (cause) {
      const hasLeft = signal.aborted || init?.signal?.aborted === true;
      if (!hasLeft) report(new DoorError('unreachable', { cause }));
      throw late.signal.aborted ? new TypeError('not answered in time', { cause }) : cause;
    } finally {
      cancel();
    }
  };
}

async function bodyOf(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}

function errorOf(error: Error): DoorError {
  if (!(error instanceof FetchError)) return asDoorError(error);
  return doorErrorFrom(error.status, error.json);
}
