/** Whom the cloud has erased: gone from the disk of the totem at once, and the chain whole. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHAIN_START, newId, type TicketId, verifyChain } from '@totem/domain';
import type { ErasureMark } from '@totem/sync/device';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { DATABASE_FILE, markSalvaged, setAside } from '../store/files.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { entriesAfter } from './entries.ts';
import { erasedUpTo, eraseHere } from './erase.ts';
import { openOrigin } from './origins.ts';

const CANARY = 'Zoraide Canário';
const OTHER = 'Benedita Calhandra';

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
});
afterEach(async () => {
  await parts.journal.stop();
  parts.store.close();
  place.remove();
});

/** Every file below the totem's folder, as bytes. */
function seen(name: string): string[] {
  return readdirSync(place.dataDir, { withFileTypes: true, recursive: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((path) => readFileSync(path).includes(name));
}
const mark = (position: number): ErasureMark => ({ position, entryId: newId<'entry'>(place.world.env) });
const erase = (tickets: readonly string[], upTo = mark(7)) =>
  eraseHere(parts.store, { upTo, tickets: [...tickets] as TicketId[], hasMore: false });

it('is in no file any more, the others are, and the chain still verifies', async () => {
  const gone = issueOne(parts, place, { customer: { name: CANARY } });
  const kept = issueOne(parts, place, { customer: { name: OTHER } });
  await parts.journal.flush();
  expect([seen(CANARY).length > 0, seen(OTHER).length > 0]).toEqual([true, true]);
  erase([gone.id]);
  expect(seen(CANARY)).toEqual([]);
  expect(seen(OTHER)).not.toEqual([]);
  const origin = parts.store.read(openOrigin)?.origin;
  if (origin === undefined) throw new Error('a totem that issues has an origin');
  const entries = parts.store.read((db) => entriesAfter(db, origin, 0, 100));
  expect(
    verifyChain(
      CHAIN_START,
      origin,
      entries.map(({ entry }) => entry),
    ),
  ).toMatchObject({ ok: true });
  const about = (id: string) => entries.find(({ entry }) => entry.entityId === id)?.private?.data;
  expect([about(gone.id), about(kept.id)]).toEqual([undefined, { name: OTHER }]);
});

it('is remembered as far as it went, also where nobody of this totem was among them', () => {
  expect(erasedUpTo(parts.store)).toBeNull();
  const upTo = mark(12);
  erase([newId<'ticket'>(place.world.env)], upTo);
  expect(erasedUpTo(parts.store)).toEqual(upTo);
  erase([], upTo);
  expect(erasedUpTo(parts.store)).toEqual(upTo);
});

it('takes what is kept of damaged databases along, but not one whose facts are still only there', () => {
  const dir = place.dataDir;
  issueOne(parts, place, { customer: { name: CANARY } });
  parts.store.checkpoint();
  const path = join(dir, DATABASE_FILE);
  const salvaged = setAside(path);
  markSalvaged(salvaged);
  const awaiting = setAside(path);
  parts.store.forgetDamaged();
  expect([existsSync(salvaged), existsSync(awaiting)]).toEqual([false, true]);
});
