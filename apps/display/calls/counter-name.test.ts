/** A counter's name is shown only when it adds something. */
import { describe, expect, it } from 'vitest';
import { saysMore } from './counter-name.ts';

describe("a counter's name", () => {
  it.each([
    ['Guichê 3', 3, false],
    ['guichê 3 ', 3, false],
    ['Counter 3', 3, false],
    ['Ventanilla 3', 3, false],
    ['Guichê 3 – Triagem', 3, true],
    ['Guichê 4', 3, true],
    ['Sala azul', 3, true],
  ])('%j at counter %i says more: %s', (name, number, more) => {
    expect(saysMore(name, number)).toBe(more);
  });
});
