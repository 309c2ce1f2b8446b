/** The door of the ledger: what an entry's form lets through can be stored in both databases and hashed by everyone. */
import { buildOrigin, draft } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../ids/id.ts';
import { ledgerEntrySchema } from './entry.ts';

const { env } = virtualWorld();
const [written] = buildOrigin(env, newId<'tenant'>(env)).write([
  draft('PRINT_CONFIRMED', 'print_job', newId<string>(env), {}),
]);

/** The written entry with other members, as someone might send it. */
const accepts = (over: object): boolean =>
  ledgerEntrySchema.safeParse({ ...written?.entry, ...over }).success;

describe('the form of an entry', () => {
  it('I-LED-7: never throws, and refuses what cannot be stored', () => {
    expect(accepts({})).toBe(true);
    for (const data of [
      { text: 'a\u0000b' },
      { text: 'a\ud800' },
      { 'a\u0000b': 1 },
      { 'a\ud800': 1 },
      { price: 1.5 },
      { price: 2 ** 53 },
      { deep: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) },
      { long: 'x'.repeat(10_000) },
      [],
      null,
      'text',
    ])
      expect(accepts({ data }), JSON.stringify(data).slice(0, 40)).toBe(false);
    for (const occurredAt of ['2026-02-31T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '2026-11-23', 'now'])
      expect(accepts({ occurredAt }), occurredAt).toBe(false);
  });

  it('takes any data of texts, integers, lists and objects, and gives it back as it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ values: [fc.string(), fc.boolean(), fc.integer(), fc.double()] }),
        (value) => {
          const sent: unknown = JSON.parse(JSON.stringify({ value }) ?? '{}');
          const parsed = ledgerEntrySchema.safeParse({ ...written?.entry, data: sent });
          if (parsed.success) expect(parsed.data.data).toEqual(sent);
        },
      ),
    );
  });
});
