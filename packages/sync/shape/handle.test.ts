/** Handles: bound to what they name, and useless when anything of it changes. */
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShapeDefinition } from './change-log.ts';
import { createHandleCodec, fingerprintOf, type HandleContent } from './handle.ts';

const limits = { handleCharsMax: 2_048, frozenCharsMax: 512, handlesKnownMax: 10 };
const codecWith = (byte: number) =>
  createHandleCodec({ key: new Uint8Array(32).fill(byte), env: virtualWorld().env, limits });

const content: fc.Arbitrary<HandleContent> = fc.record({
  fingerprint: fc.base64String(),
  epoch: fc.base64String(),
  cut: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  chunks: fc.nat(),
  frozen: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[ -~]{0,20}$/), {
    maxKeys: 3,
  }),
});

const shape: ShapeDefinition = {
  name: 'item',
  table: 'item',
  columns: { id: { type: 'text', notNull: true }, site: { type: 'text', notNull: true } },
  primaryKey: ['id'],
  tenantId: 't',
  where: [
    { column: 'site', op: 'in', values: ['a', 'b'] },
    { column: 'id', op: 'eq', value: 'x' },
  ],
};

describe('a handle', () => {
  it('carries its content, is fit for a URL, and differs each time (I-SHP-8)', () => {
    const codec = codecWith(1);
    fc.assert(
      fc.property(content, (each) => {
        const handle = codec.issue(each);
        expect(handle).toMatch(/^[\w-]+$/);
        expect(codec.open(handle)).toEqual(each);
        expect(codec.issue(each)).not.toBe(handle);
      }),
    );
  });

  it('with any character changed, or of another key, is none (I-SHP-8)', () => {
    const codec = codecWith(1);
    fc.assert(
      fc.property(content, fc.nat(), fc.constantFrom(...'AZaz09-_!='), (each, at, char) => {
        const handle = codec.issue(each);
        const index = at % handle.length;
        const altered = `${handle.slice(0, index)}${char}${handle.slice(index + 1)}`;
        if (altered !== handle) expect(codec.open(altered)).toBeNull();
        expect(codecWith(2).open(handle)).toBeNull();
      }),
    );
  });

  it('made of arbitrary text is none (I-SHP-8)', () => {
    const codec = codecWith(1);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(codec.open(text)).toBeNull();
      }),
    );
  });
});

describe('a fingerprint', () => {
  it('is the same for the same definition in another order (I-SHP-8)', () => {
    const { id, site } = shape.columns;
    const reordered: ShapeDefinition = {
      ...shape,
      columns: { ...(site && { site }), ...(id && { id }) },
      where: [
        { column: 'id', op: 'eq', value: 'x' },
        { column: 'site', op: 'in', values: ['b', 'a', 'b'] },
      ],
    };
    expect(fingerprintOf(reordered, 'default')).toBe(fingerprintOf(shape, 'default'));
  });

  it.each<[string, ShapeDefinition]>([
    ['tenant', { ...shape, tenantId: 'u' }],
    ['table', { ...shape, table: 'other' }],
    ['key', { ...shape, primaryKey: ['id', 'site'] }],
    ['filter', { ...shape, where: shape.where.slice(1) }],
    ['column type', { ...shape, columns: { ...shape.columns, site: { type: 'int4', notNull: true } } }],
    ['columns', { ...shape, columns: { id: { type: 'text', notNull: true } } }],
  ])('differs with the %s (I-SHP-8)', (_what, other) => {
    expect(fingerprintOf(other, 'default')).not.toBe(fingerprintOf(shape, 'default'));
  });

  it('differs with the replica mode (I-SHP-8)', () => {
    expect(fingerprintOf(shape, 'full')).not.toBe(fingerprintOf(shape, 'default'));
  });
});
