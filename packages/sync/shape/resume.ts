/** Requests of a client that has a copy: further chunks of its initial rows, then the log, at once or held until there is more. */
import { invalidAnswer, logAnswer, type ShapeAnswer } from './answer.ts';
import type { ShapeDefinition } from './change-log.ts';
import { busy, refetch, type ShapeCore } from './core.ts';
import { nextCursor } from './cursor.ts';
import { epochDigest, type HandleContent } from './handle.ts';
import type { Hold } from './hold.ts';
import { chunkOffset, logOffset } from './offset.ts';
import type { Page } from './page-reader.ts';
import type { StopSignal } from './ports.ts';
import type { ShapeQuery } from './request.ts';

/** A request whose handle was found to be of this shape. */
export interface ResumedRequest {
  readonly name: string;
  readonly query: Extract<ShapeQuery, { kind: 'resume' }>;
  readonly shape: ShapeDefinition;
  readonly content: HandleContent;
  readonly signal: StopSignal;
}

/** What comes after the offset that the client has. */
export async function answerResumed(core: ShapeCore, resumed: ResumedRequest): Promise<ShapeAnswer> {
  const { query, content } = resumed;
  if (query.offset.kind === 'log') {
    const { position } = query.offset;
    // No such offset was ever answered: whatever the client holds, the changes after it would not complete it.
    if (position < content.cut) return refetch(core, resumed.name, 'before_cut', query.handle);
    return answerLog(core, resumed, position);
  }
  const next = query.offset.chunk + 1;
  return next < content.chunks ? answerChunk(core, resumed, next) : answerLog(core, resumed, content.cut);
}

async function answerChunk(core: ShapeCore, resumed: ResumedRequest, chunk: number): Promise<ShapeAnswer> {
  const { query, shape, name } = resumed;
  if (await isOfOtherEpoch(core, resumed)) return refetch(core, name, 'other_epoch', query.handle);
  const body = core.shelf.chunk(query.handle, chunk);
  if (body === undefined) return refetch(core, name, 'chunk_gone', query.handle);
  return logAnswer(core.caching, {
    kind: query.live ? 'live' : 'initial',
    shape,
    handle: query.handle,
    requested: chunkOffset(chunk - 1),
    offset: chunkOffset(chunk),
    body,
    hasData: true,
    upToDate: false,
    cursor: cursorOf(core, resumed),
  });
}

/**
 * The log after `from`. A live request with nothing to tell waits (I-SHP-11), and so does one from beyond the head, whose
 * node may only be behind another (I-SHP-10).
 */
async function answerLog(core: ShapeCore, resumed: ResumedRequest, from: bigint): Promise<ShapeAnswer> {
  const { log, limits } = core;
  const { query, shape, content, name } = resumed;
  const { fingerprint } = content;
  let position = from;
  let hold: Hold | undefined;
  try {
    for (let wakes = 0; ; wakes += 1) {
      const page = await core.pages.read({ shape, replica: query.replica, fingerprint, after: position });
      // Checked after the read: positions of another epoch must not be taken for this one's.
      if (await isOfOtherEpoch(core, resumed)) return refetch(core, name, 'other_epoch', query.handle);
      if (position < page.floor) return refetch(core, name, 'below_floor', query.handle);
      const isBeyond = page.through < position;
      const isOver = hold?.signal.aborted === true || wakes >= limits.wakesPerHoldMax;
      if (isBeyond) {
        if (isOver) return invalidAnswer({ offset: ['out of bounds for this shape'] });
      } else {
        if (isOver || !query.live || page.messages > 0) return answerPage(core, resumed, page);
        position = page.through;
        if (page.more) continue;
      }
      hold ??= openHold(core, resumed, isBeyond ? limits.beyondHoldMs : limits.liveHoldMs);
      if (hold === undefined) return busy(core, 'holdsMax');
      await log.waitPast(shape.tenantId, isBeyond ? position - 1n : position, hold.signal);
    }
  } finally {
    hold?.close();
  }
}

function answerPage(core: ShapeCore, resumed: ResumedRequest, page: Page): ShapeAnswer {
  const { query, shape, content, name } = resumed;
  const { messages, bytes } = page;
  if (messages > 0) core.onEvent({ kind: 'page', shape: name, messages, bytes });
  const { offset } = query;
  return logAnswer(core.caching, {
    kind: query.live ? 'live' : 'catch_up',
    shape,
    handle: query.handle,
    requested: offset.kind === 'log' ? logOffset(offset.position, content.chunks) : chunkOffset(offset.chunk),
    offset: logOffset(page.through, content.chunks),
    body: page.body,
    hasData: messages > 0,
    upToDate: !page.more,
    cursor: cursorOf(core, resumed),
  });
}

function openHold(core: ShapeCore, resumed: ResumedRequest, holdMs: number): Hold | undefined {
  const { holds, onEvent } = core;
  const hold = holds.open(resumed.signal, holdMs);
  if (hold === undefined) return undefined;
  onEvent({ kind: 'hold_started', shape: resumed.name, holds: holds.count() });
  return {
    signal: hold.signal,
    close: () => {
      hold.close();
      onEvent({ kind: 'hold_ended', shape: resumed.name, holds: holds.count() });
    },
  };
}

async function isOfOtherEpoch(core: ShapeCore, { shape, content }: ResumedRequest): Promise<boolean> {
  return epochDigest(await core.log.epoch(shape.tenantId)) !== content.epoch;
}

function cursorOf(core: ShapeCore, { query }: ResumedRequest): string | null {
  return query.live ? nextCursor(core.env, core.limits.liveHoldMs, query.cursor) : null;
}
