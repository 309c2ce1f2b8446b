/** Every text can be read on its ground, in every appearance. */
import { describe, expect, it } from 'vitest';
import {
  APPEARANCES,
  contrastRatio,
  EDGE_CONTRAST_MIN,
  EDGE_PAIRS,
  PALETTES,
  paletteVariables,
  TEXT_CONTRAST_MIN,
  TEXT_PAIRS,
} from './tokens.ts';

describe.each(APPEARANCES)('the %s appearance', (appearance) => {
  const palette = PALETTES[appearance];

  it.each(TEXT_PAIRS)('%s on %s is read at 7:1 or more', (text, ground) => {
    expect(contrastRatio(palette[text], palette[ground])).toBeGreaterThanOrEqual(TEXT_CONTRAST_MIN);
  });

  it.each(EDGE_PAIRS)('%s on %s is seen at 3:1 or more', (edge, ground) => {
    expect(contrastRatio(palette[edge], palette[ground])).toBeGreaterThanOrEqual(EDGE_CONTRAST_MIN);
  });
});

describe('contrast', () => {
  it('is 21 for black on white, either way round, and 1 for a colour on itself', () => {
    expect(contrastRatio('#000000', '#ffffff')).toBe(21);
    expect(contrastRatio('#ffffff', '#000000')).toBe(21);
    expect(contrastRatio('#0d524f', '#0d524f')).toBe(1);
  });

  it('a colour becomes a variable in kebab-case', () => {
    expect(paletteVariables(PALETTES.light)['--totem-on-accent-soft']).toBe(PALETTES.light.onAccentSoft);
  });
});
