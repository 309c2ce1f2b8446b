/** Running times as people read them. */
import { describe, expect, it } from 'vitest';
import { stopwatchText } from './now.ts';

describe('a running time', () => {
  it.each([
    [0, '0:00'],
    [59_999, '0:59'],
    [247_000, '4:07'],
    [3_599_000, '59:59'],
    [3_847_000, '1:04:07'],
    [-5_000, '0:00'],
  ])('%i ms is %s', (ms, text) => {
    expect(stopwatchText(1_000_000, 1_000_000 + ms)).toBe(text);
  });
});
