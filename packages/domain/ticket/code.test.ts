/** Ticket codes: unique by construction. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOUD_LANE, isCloudCode, ticketCode, typedTicketCode } from './code.ts';

const parts = fc.tuple(
  fc.stringMatching(/^[A-Z]{1,3}$/),
  fc.oneof(fc.integer({ min: 1, max: 9_999 }).map(String), fc.constant(CLOUD_LANE)),
  fc.integer({ min: 1, max: 100_000 }),
);

describe('ticket codes', () => {
  it.each([
    ['A', '1', 1, 'A001'],
    ['A', '2', 14, 'A2-014'],
    ['A', CLOUD_LANE, 3, 'AW-003'],
    ['ABC', '1', 1_000, 'ABC1000'],
  ])('%s on lane %s number %i is %s', (prefix, lane, number, code) => {
    expect(ticketCode(prefix, lane, number)).toBe(code);
  });

  it("the cloud's codes are told from every totem's", () => {
    fc.assert(
      fc.property(parts, ([prefix, lane, number]) => {
        expect(isCloudCode(ticketCode(prefix, lane, number))).toBe(lane === CLOUD_LANE);
      }),
      { numRuns: 2_000 },
    );
  });

  it('I-TKT-7: two different (prefix, lane, number) never give one code', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.join('/') === b.join('/');
        expect(ticketCode(...a) === ticketCode(...b)).toBe(same);
      }),
      { numRuns: 5_000 },
    );
  });

  it('a code that is typed in small letters, with space around it, is the code', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom('', ' ', '\t', '  '), (part, space) => {
        const code = ticketCode(...part);
        expect(typedTicketCode(`${space}${code.toLowerCase()}${space}`)).toBe(code);
      }),
    );
  });

  it.each([
    '',
    '------',
    '%',
    '_',
    '*',
    'A%',
    'A__1',
    "' OR 1=1",
    'A-001',
    'A0-001',
    'ß001',
    'ſ001',
    'A٠٠١',
    'A001\u0000',
  ])('what is typed as %j is no code', (typed) => {
    expect(typedTicketCode(typed)).toBeUndefined();
  });

  it.each([
    ['a', '1', 1],
    ['ABCD', '1', 1],
    ['A', '0', 1],
    ['A', 'X', 1],
    ['A', '1', 0],
    ['A', '1', 1.5],
  ])('%s/%s/%s is no code', (prefix, lane, number) => {
    expect(() => ticketCode(prefix, lane, number)).toThrow(RangeError);
  });
});
