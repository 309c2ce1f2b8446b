/** The hash of a row is the hash of its entry, and an edit that JavaScript would not see is seen. */
import { commitmentOf, entryHash, type JsonObject, type LedgerEntry } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOfSql, rowCommitment, rowHash } from './canonical-entry.ts';

const uuid = fc.uuid() as fc.Arbitrary<never>;
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const json = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(text, tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }) as fc.Arbitrary<JsonObject>,
})).object;

const entry: fc.Arbitrary<Omit<LedgerEntry, 'hash'>> = fc.record({
  id: uuid,
  tenantId: uuid,
  siteId: fc.option(uuid),
  origin: uuid,
  seq: fc.integer({ min: 1 }),
  tx: uuid,
  commandId: fc.option(uuid),
  userId: fc.option(uuid),
  action: text as fc.Arbitrary<never>,
  entity: text as fc.Arbitrary<never>,
  entityId: uuid,
  data: json,
  commitment: fc.option(text),
  occurredAt: fc
    .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  clockSuspect: fc.boolean(),
  prevHash: text,
});

/** A JSON value as PostgreSQL prints a `jsonb`: shorter names first, a space after each colon and comma. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${printed(member)}`).join(', ')}}`;
}

function rowOf(of: Omit<LedgerEntry, 'hash'>) {
  return {
    tenant_id: of.tenantId,
    id: of.id,
    site_id: of.siteId,
    origin: of.origin,
    seq: String(of.seq),
    tx: of.tx,
    command_id: of.commandId,
    user_id: of.userId,
    action: of.action,
    entity: of.entity,
    entity_id: of.entityId,
    data: printed(of.data),
    commitment: of.commitment,
    occurred_at: of.occurredAt
      .replace('T', ' ')
      .replace(/\.?0*Z$/, '+00')
      .replace(/:(\d)\+00$/, ':$10+00'),
    clock_suspect: of.clockSuspect ? 't' : 'f',
    prev_hash: of.prevHash,
  };
}

describe('the hash of a row', () => {
  test('is that of its entry', () => {
    fc.assert(
      fc.property(entry, (one) => {
        expect(rowHash(rowOf(one))).toBe(entryHash(one));
      }),
    );
  });

  test('of personal data is its commitment', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{32}$/), json, (salt, data) => {
        expect(rowCommitment(salt, printed(data))).toBe(commitmentOf({ salt, data }));
      }),
    );
  });

  test.each(['{"n": 1.0}', '{"n": 1.00000000000000000001}', '{"n": 9007199254740993}', '{"n": [1, 2.50]}'])(
    'is none for %s, which JavaScript reads as something else',
    (data) => {
      const [one] = fc.sample(entry, { numRuns: 1, seed: 1 });
      if (one === undefined) throw new Error('no sample');
      expect(rowHash({ ...rowOf(one), data })).toBeUndefined();
    },
  );
});

test.each([
  ['2026-11-23 21:00:00+00', '2026-11-23T21:00:00.000Z'],
  ['2026-11-23 21:00:00.5+00', '2026-11-23T21:00:00.500Z'],
  ['2026-11-23 21:00:00.123001+00', '2026-11-23T21:00:00.123001Z'],
  ['infinity', 'infinity'],
])('the instant %s is written %s', (printedText, written) => {
  expect(instantOfSql(printedText)).toBe(written);
});
