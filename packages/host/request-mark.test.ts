/** Ids of requests: the caller's where it is one, ours otherwise; and the trace they belong to. */
import { describe, expect, it, test } from 'vitest';
import { currentRequest, markOf, underMark } from './request-mark.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const idOf = (given: string) => markOf({ 'x-request-id': given }).id;
const traceOf = (traceparent: string) => markOf({ traceparent }).traceId;

describe('the id of a request', () => {
  it.each([
    'a'.repeat(16),
    'Z'.repeat(64),
    'a.b-c_d.e-f_g.h-i',
    '0199d6f0-5b1e-7c3a-9f2d-3e1a5b7c9d01',
    '0199D6F0-5B1E-7C3A-9F2D-3E1A5B7C9D01',
  ])('is the one that the caller chose: %s', (given) => {
    expect(idOf(given)).toBe(given);
  });

  it.each([
    '',
    'a'.repeat(15),
    'a'.repeat(65),
    'with spaces in it !',
    'quotes"quotes"quotes',
    'new\nline-new-line-new',
    'ünïcödé-ünïcödé-ünïcödé',
  ])('is a new one where the caller chose none: "%s"', (given) => {
    expect(idOf(given)).toMatch(UUID);
  });

  it('is different for each request', () => {
    expect(markOf({}).id).not.toBe(markOf({}).id);
  });
});

describe('the trace of a request', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const parent = 'b7ad6b7169203331';

  it.each([`00-${trace}-${parent}-01`, `00-${trace}-${parent}-00`, `cc-${trace}-${parent}-01-later-words`])(
    'is read from %s',
    (header) => {
      expect(traceOf(header)).toBe(trace);
    },
  );

  it.each([
    '',
    trace,
    `ff-${trace}-${parent}-01`,
    `00-${trace}-${parent}-01-more`,
    `00-${'0'.repeat(32)}-${parent}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${trace}-${parent}`,
  ])('is nothing where the header is not valid: "%s"', (header) => {
    expect(traceOf(header)).toBeUndefined();
  });
});

test('a mark is seen by what is awaited under it, and by nothing else', async () => {
  const [one, other] = [markOf({}), markOf({})];
  const seen = async () => {
    await Promise.resolve();
    return currentRequest()?.id;
  };
  expect(await Promise.all([underMark(one, seen), underMark(other, seen), seen()])).toEqual([
    one.id,
    other.id,
    undefined,
  ]);
});
