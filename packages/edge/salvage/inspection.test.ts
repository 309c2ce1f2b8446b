/** The daily look at the whole file: once a day, and never while somebody is there. */
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { DATABASE_FILE } from '../store/files.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { inspectWhenIdle } from './inspection.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PAGE = 4_096;

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
  for (let ticket = 0; ticket < 60; ticket += 1) issueOne(parts, place);
  parts.store.checkpoint();
});
afterEach(() => {
  parts.store.close();
  place.remove();
});

/** Noise on the last page, which no work reads. */
function damage(): void {
  const path = join(place.dataDir, DATABASE_FILE);
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(PAGE, 0xa5), 0, PAGE, statSync(path).size - PAGE);
  closeSync(fd);
}

describe('an inspection', () => {
  it('I-EDG-16: finds within a day of quiet what no work has met', () => {
    const stop = inspectWhenIdle(parts.store, place.world.timers);
    damage();
    place.world.advance(DAY_MS - 11 * MINUTE_MS);
    expect(parts.store.fault()).toBeUndefined();
    place.world.advance(22 * MINUTE_MS);
    expect(parts.store.fault()).toBe('SQLITE_CORRUPT');
    stop();
  });

  it('I-EDG-16: waits while customers come', () => {
    const stop = inspectWhenIdle(parts.store, place.world.timers);
    place.world.advance(DAY_MS);
    damage();
    for (let customer = 0; customer < 12; customer += 1) {
      parts.store.write((db) => db.run("UPDATE setting SET value = value WHERE key = 'last_issue'"));
      place.world.advance(5 * MINUTE_MS);
      expect(parts.store.fault()).toBeUndefined();
    }
    place.world.advance(DAY_MS);
    expect(parts.store.fault()).toBe('SQLITE_CORRUPT');
    stop();
  });
});
