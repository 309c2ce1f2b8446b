/** First requests: the initial rows of a shape, or its present position without rows. */
import { logAnswer, refusedAnswer, type ShapeAnswer } from './answer.ts';
import { positionMax, type ShapeDefinition } from './change-log.ts';
import { busy, type ShapeCore } from './core.ts';
import { epochDigest, type Frozen, fingerprintOf } from './handle.ts';
import { upToDateMessage } from './messages.ts';
import { chunkOffset, logOffset } from './offset.ts';
import type { Replica } from './request.ts';
import { readSnapshotChunks } from './snapshot-reader.ts';
import type { ShelvedSnapshot } from './snapshot-shelf.ts';

export interface FirstRequest {
  readonly name: string;
  readonly replica: Replica;
  readonly shape: ShapeDefinition;
  readonly frozen: Frozen;
}

/** The first chunk of the initial rows, under a handle that says what the copy is made of (I-SHP-2). */
export async function answerStart(core: ShapeCore, first: FirstRequest): Promise<ShapeAnswer> {
  const { shape, frozen, name } = first;
  const fingerprint = fingerprintOf(shape, first.replica);
  // Read before the rows: if it changes in between, the copy is refused at its next request, never served as current.
  const epoch = epochDigest(await core.log.epoch(shape.tenantId));
  const key = JSON.stringify([fingerprint, epoch, frozen]);
  const read = () => core.turnstile.run(() => takeSnapshot(core, first, fingerprint, epoch));
  const taken = await core.shelf.take(key, read);
  switch (taken.kind) {
    case 'too_large':
      core.onEvent({ kind: 'limit', limit: 'snapshotBytesMax' });
      return refusedAnswer(413, 'shape_too_large', 'The shape has more rows than this server sends');
    case 'busy':
      return busy(core, taken.limit);
    case 'taken':
      break;
    default:
      return taken satisfies never;
  }
  if (taken.shared) core.onEvent({ kind: 'snapshot_shared', shape: name });
  const { handle, chunks, rows } = taken.snapshot;
  return logAnswer(core.caching, {
    kind: 'initial',
    shape,
    handle,
    requested: '-1',
    offset: chunkOffset(0),
    body: chunks[0] ?? '[]',
    hasData: rows > 0,
    upToDate: false,
    cursor: null,
  });
}

/** No rows, only the head: for a reader that wants what happens from now on. */
export async function answerNow(core: ShapeCore, first: FirstRequest): Promise<ShapeAnswer> {
  const { shape, frozen, replica } = first;
  const { tenantId, table } = shape;
  const epoch = epochDigest(await core.log.epoch(tenantId));
  const { head } = await core.log.changes(tenantId, table, positionMax, 1);
  const fingerprint = fingerprintOf(shape, replica);
  return logAnswer(core.caching, {
    kind: 'catch_up',
    shape,
    handle: core.codec.issue({ fingerprint, epoch, cut: head, chunks: 1, frozen }),
    requested: 'now',
    offset: logOffset(head, 1),
    body: `[${upToDateMessage(head)}]`,
    hasData: false,
    upToDate: true,
    cursor: null,
  });
}

async function takeSnapshot(
  core: ShapeCore,
  first: FirstRequest,
  fingerprint: string,
  epoch: string,
): Promise<ShelvedSnapshot | undefined> {
  const read = await readSnapshotChunks(core.log, first.shape, core.limits);
  if (read === undefined) return undefined;
  const { position: cut, rows, bytes, chunks } = read;
  core.onEvent({ kind: 'snapshot', shape: first.name, rows, bytes, chunks: chunks.length });
  const handle = core.codec.issue({
    fingerprint,
    epoch,
    cut,
    chunks: chunks.length,
    frozen: first.frozen,
  });
  return { handle, chunks, rows, bytes };
}
