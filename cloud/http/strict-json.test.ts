/** JSON at the door: what passes is what the platform's parser makes of it, and what is odd is refused by its code. */
import { ProblemError } from '@totem/domain';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { JSON_DEPTH_MAX, strictJsonText } from './strict-json.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const codeOf = (bytes: string | Uint8Array, anyText = false) => {
  try {
    strictJsonText(typeof bytes === 'string' ? bytesOf(bytes) : bytes, { anyText });
    return 'passes';
  } catch (error) {
    return error instanceof ProblemError ? error.code : error;
  }
};
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a body', () => {
  it.each([
    '{}',
    '[]',
    'null',
    ' {"a": [1, "b", {"a": null}], "b": {"a": 1}} ',
    '{"__proto__": 1}',
    '{"a{": "[[[[", "a}": "\\"{"}',
    '{"a": "caf\\u00e9", "\\u00e9": 1, "e": 2}',
    '"\\ud83d\\ude00"',
    nested(JSON_DEPTH_MAX),
    `{"a":${nested(JSON_DEPTH_MAX - 1)},"b":${nested(JSON_DEPTH_MAX - 1)}}`,
  ])('passes: %s', (text) => {
    expect(codeOf(text)).toBe('passes');
  });

  it.each([
    '',
    ' ',
    'garbage',
    '{',
    '{"a":1',
    '{"a":1}x',
    '{"a":1}{"a":1}',
    "{'a':1}",
    '{a:1}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    '{"a":undefined}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":0x1}',
    '{"a":1,}',
    '[1,]',
    '{"a":"\u0000"}',
    '{"a":"\n"}',
    '{"a":1}\u0000',
    '// {}',
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"a":1,"b":2,"a":1}}',
    '[{"a":1,"a":1}]',
    '{"a":"\\u0000"}',
    '{"\\u0000":1}',
    '{"a":["\\ud800"]}',
    '{"a":"\\ude00\\ud83d"}',
  ])('is refused: %j', (text) => {
    expect(codeOf(text)).toBe('invalid_request');
  });

  it.each([
    [0xff],
    [0x22, 0xc3, 0x28, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
    [0xfe, 0xff, 0, 0x7b, 0, 0x7d],
  ])('is refused when its bytes are no UTF-8', (...bytes) => {
    expect(codeOf(new Uint8Array(bytes))).toBe('invalid_request');
  });

  it.each([nested(JSON_DEPTH_MAX + 1), '['.repeat(65_536), '{"a":'.repeat(13_000), '[{"a":'.repeat(10_000)])(
    'is refused as too deep, whether it ends or not',
    (text) => {
      expect(codeOf(text)).toBe('body_too_deep');
    },
  );

  it('may hold any text where the rules of that text clean it', () => {
    expect(codeOf('{"a":"\\u0000\\ud800"}', true)).toBe('passes');
    expect(codeOf('{"a":1,"a":"\\u0000"}', true)).toBe('invalid_request');
  });
});

test('every value that JSON can write passes, and is read back as it was', () => {
  const values = fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' });
  const runs = proof('cloud/json that was written is read back', { share: 300, full: 30_000 });
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(strictJsonText(bytesOf(text), { anyText: true })).toBe(text);
    }),
    { numRuns: runs },
  );
});

test('a text of 64 KiB made to be slow is looked through once', () => {
  for (const text of ['"\\"'.repeat(20_000), '\\"'.repeat(30_000), `"${'\\\\"'.repeat(20_000)}`])
    expect(codeOf(text)).toBe('invalid_request');
});
