/** Merging: what one person changed is never lost to another without somebody having chosen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf, changedMembers, cleaned, type FieldSpec, isSame, valueAt, withValue } from './field.ts';
import { merged, theirChanges } from './merge.ts';

const FIELDS: readonly FieldSpec[] = [
  { path: 'name', kind: 'text' },
  { path: 'rules.seconds', kind: 'number' },
  { path: 'rules.place', kind: 'choice' },
];
const draft = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  rules: fc.record({ seconds: fc.integer({ min: 1, max: 3 }), place: fc.constantFrom('keep', 'end') }),
});

describe('two people who change the same thing', () => {
  it('each keep what only they have changed, and what both changed is theirs who was chosen', () => {
    fc.assert(
      fc.property(draft, draft, draft, fc.boolean(), (base, mine, theirs, isMine) => {
        const changes = theirChanges(FIELDS, base, mine, theirs);
        const keep = new Set(isMine ? FIELDS.map(({ path }) => path) : []);
        const both = merged(changes, mine, keep);
        for (const { path } of FIELDS) {
          const [was, own, other, now] = [base, mine, theirs, both].map((one) => valueAt(one, path));
          if (isSame(own, was)) expect(now).toEqual(other);
          else if (isSame(other, was)) expect(now).toEqual(own);
          else expect(now).toEqual(isMine ? own : other);
        }
      }),
    );
  });

  it('are asked only about what both have changed to different things', () => {
    const base = { name: 'a', rules: { seconds: 1, place: 'keep' } };
    const mine = { name: 'b', rules: { seconds: 2, place: 'keep' } };
    const theirs = { name: 'c', rules: { seconds: 2, place: 'end' } };
    const changes = theirChanges(FIELDS, base, mine, theirs);
    expect(changes.map(({ field, isContested }) => [field.path, isContested])).toEqual([
      ['name', true],
      ['rules.place', false],
    ]);
  });
});

describe('a body', () => {
  it('has the fields alone, cleaned, and keeps what no field is about inside of an object', () => {
    const fields: readonly FieldSpec[] = [
      { path: 'name', kind: 'texts' },
      { path: 'note', kind: 'text', isNullable: true },
      { path: 'rules.seconds', kind: 'number' },
      { path: 'siteIds', kind: 'many', isNullable: true },
    ];
    const typed = {
      id: 'x',
      name: { en: ' ', es: 'Caja' },
      note: '  ',
      rules: { seconds: 5, other: 1 },
      siteIds: [],
    };
    expect(bodyOf(fields, typed)).toEqual({
      name: { es: 'Caja' },
      note: null,
      rules: { seconds: 5, other: 1 },
      siteIds: null,
    });
  });

  it('of a change has the members that differ, whatever the order of their keys', () => {
    expect(changedMembers({ a: { x: 1, y: 2 }, b: 1 }, { a: { y: 2, x: 1 }, b: 2 })).toEqual({ b: 2 });
  });

  it('keeps the spaces of a password', () => {
    expect(cleaned({ path: 'password', kind: 'password' }, ' x ')).toBe(' x ');
    expect(withValue({ a: null }, 'a.b', 1)).toEqual({ a: { b: 1 } });
  });
});
