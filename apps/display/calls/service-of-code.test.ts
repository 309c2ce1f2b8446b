/** A code leads back to the prefix that it was made of. */
import { ticketCode } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixOf, serviceOfCode } from './service-of-code.ts';

const service = (prefix: string, deletedAt: string | null = null) => ({ prefix, deletedAt });

describe('the service of a code', () => {
  it('is found by the prefix of every code that can be issued', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z]{1,3}$/),
        fc.oneof(fc.constant('W'), fc.integer({ min: 1, max: 9_999 }).map(String)),
        fc.integer({ min: 1, max: 99_999 }),
        (prefix, lane, number) => {
          expect(prefixOf(ticketCode(prefix, lane, number))).toBe(prefix);
        },
      ),
    );
  });

  it('is not guessed when two services share a prefix, or none has it', () => {
    expect(serviceOfCode('A001', [service('A'), service('B')])?.prefix).toBe('A');
    expect(serviceOfCode('A001', [service('A'), service('A')])).toBeUndefined();
    expect(serviceOfCode('A001', [service('A', '2026-01-01T00:00:00.000Z')])).toBeUndefined();
    expect(serviceOfCode('001', [service('A')])).toBeUndefined();
  });
});
