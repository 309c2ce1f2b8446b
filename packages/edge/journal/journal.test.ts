/** The journal: it follows the ledger, survives half a line, and stays small once the cloud has what is in it. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@totem/domain';
import { draft } from '@totem/testkit/builders';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOrigin, saveAcked } from '../ledger/origins.ts';
import type { Parts } from '../parts.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { SEGMENT_BYTES } from './journal.ts';
import { readSegment, segmentName, segmentNumbers } from './lines.ts';

let place: TestPlace;
let parts: Parts;
let dir = '';
beforeEach(() => {
  place = testPlace();
  dir = join(place.dataDir, 'journal');
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
});
afterEach(async () => {
  await parts.journal.stop();
  parts.store.close();
  place.remove();
});

const lines = () => segmentNumbers(dir).flatMap((number) => readSegment(dir, number));
const seqs = () => lines().flatMap((line) => (line.kind === 'entry' ? [line.entry.seq] : []));
const acknowledgeAll = () =>
  parts.store.write((db) => {
    const current = openOrigin(db);
    if (current !== undefined) saveAcked(db, current.origin, current.head.seq, current.openedAt);
  });

describe('the journal', () => {
  it('I-EDG-17: a wake writes within a second what was committed, once, and without what is personal', async () => {
    parts.ledger.commit((tx) =>
      tx.append([
        draft(
          'PRINT_FAILED',
          'print_job',
          newId<string>(place.world.env),
          {},
          { private: { name: 'Ana Canária' } },
        ),
      ]),
    );
    issueOne(parts, place);
    parts.journal.wake();
    parts.journal.wake();
    place.world.advance(900);
    await parts.journal.flush();
    expect(seqs()).toEqual([1, 2, 3]);
    expect(readFileSync(join(dir, segmentName(1)), 'utf8')).not.toContain('Canária');
  });

  it('half a line of a power cut costs that line, and a restart goes on after what is there', async () => {
    issueOne(parts, place);
    await parts.journal.stop();
    appendFileSync(join(dir, segmentName(1)), readFileSync(join(dir, segmentName(1)), 'utf8').slice(0, 300));
    parts.store.close();
    parts = openTotem(place);
    issueOne(parts, place);
    await parts.journal.flush();
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('I-EDG-17: what the cloud has is forgotten, a segment at a time', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let ticket = 0; ticket < 40; ticket += 1)
        parts.ledger.commit((tx) =>
          tx.append(
            Array.from({ length: 20 }, () =>
              draft('PRINT_FAILED', 'print_job', newId<string>(place.world.env), {
                cause: 'x'.repeat(1_000),
              }),
            ),
          ),
        );
      await parts.journal.flush();
    }
    expect(parts.journal.bytes()).toBeGreaterThan(2 * SEGMENT_BYTES);
    acknowledgeAll();
    issueOne(parts, place);
    await parts.journal.flush();
    expect(parts.journal.bytes()).toBeLessThan(2 * SEGMENT_BYTES);
    expect(existsSync(join(dir, segmentName(1)))).toBe(false);
    expect(lines().findLast(({ kind }) => kind === 'entry' || kind === 'acked')).toMatchObject({
      kind: 'acked',
    });
  });
});
