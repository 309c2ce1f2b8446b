/** The window of batches: in order, never more than the cloud lets wait, and nothing new after a failure. */
import { newId } from '@totem/domain';
import type { LedgerBatch } from '@totem/sync/push';
import { virtualWorld } from '@totem/testkit/virtual';
import { expect, test } from 'vitest';
import { IN_FLIGHT_MAX, sendAll } from './window.ts';

const { env } = virtualWorld();

/** A batch of one entry, as far as the window looks at it. */
function batchTo(seq: number): LedgerBatch {
  return {
    protocol: 1,
    tenantId: newId<'tenant'>(env),
    origin: newId<'origin'>(env),
    fromSeq: seq,
    prevHash: '',
    entries: [],
    privates: {},
    seal: { seq, hash: '', signature: '' },
  };
}

/** A link on which each batch ends when the test says so. */
function link(batches: number) {
  const sent: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<void>>();
  const room = { batches: IN_FLIGHT_MAX };
  let progress = 0;
  return {
    room,
    sent,
    progress: () => progress,
    end: (seq: number, error?: Error) =>
      error === undefined ? ends.get(seq)?.resolve() : ends.get(seq)?.reject(error),
    parts: {
      next: (after: number) => (after < batches ? batchTo(after + 1) : undefined),
      send: (batch: LedgerBatch) => {
        const end = Promise.withResolvers<void>();
        sent.push(batch.seal.seq);
        ends.set(batch.seal.seq, end);
        return end.promise;
      },
      room: () => room.batches,
      onProgress: () => {
        progress += 1;
      },
    },
  };
}

/** Lets everything that is due by now run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('batches leave in order, as many at once as may wait for each other, and the next when one has ended', async () => {
  const { parts, sent, end, progress } = link(6);
  const done = sendAll(0, parts);
  expect(sent).toEqual([1, 2, 3, 4]);
  expect(sent).toHaveLength(IN_FLIGHT_MAX);
  end(2);
  await settled();
  expect(sent).toEqual([1, 2, 3, 4, 5]);
  end(1);
  await settled();
  expect(sent).toEqual([1, 2, 3, 4, 5, 6]);
  for (const seq of [3, 4, 5, 6]) end(seq);
  await done;
  expect(progress()).toBeGreaterThan(0);
});

test('after a failure nothing more leaves, and the failure is told when the others have ended', async () => {
  const { parts, sent, end } = link(9);
  let told: unknown;
  const done = sendAll(0, parts).catch((error: unknown) => {
    told = error;
  });
  end(1, new Error('lost'));
  await settled();
  end(2);
  await settled();
  expect([sent, told]).toEqual([[1, 2, 3, 4], undefined]);
  end(3, new Error('later'));
  end(4);
  await done;
  expect(told).toEqual(new Error('lost'));
});

test('a link that has just failed gets one batch, and more when that has arrived', async () => {
  const { parts, sent, end, room } = link(4);
  room.batches = 1;
  const done = sendAll(0, parts);
  expect(sent).toEqual([1]);
  room.batches = IN_FLIGHT_MAX + 1;
  end(1);
  await settled();
  expect(sent).toEqual([1, 2, 3, 4]);
  for (const seq of [2, 3, 4]) end(seq);
  await done;
});

test('with nothing to send nothing happens', async () => {
  const { parts, sent } = link(0);
  await sendAll(0, parts);
  expect(sent).toEqual([]);
});
