/** Whatever colours a tenant chooses, everything on the screen can be read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { themedPalette } from './tenant-theme.ts';
import {
  contrastRatio,
  EDGE_CONTRAST_MIN,
  EDGE_PAIRS,
  PALETTES,
  TEXT_CONTRAST_MIN,
  TEXT_PAIRS,
} from './tokens.ts';

const colour = fc.stringMatching(/^#[0-9a-f]{6}$/);
const { light } = PALETTES;

describe("a tenant's colours", () => {
  it('keep every pair of text and ground, and every edge, at the contrast of the own palette', () => {
    fc.assert(
      fc.property(fc.option(colour), fc.option(colour), (primary, background) => {
        const palette = themedPalette(light, {
          ...(primary === null ? {} : { primary }),
          ...(background === null ? {} : { background }),
        });
        for (const [text, ground] of TEXT_PAIRS)
          expect(contrastRatio(palette[text], palette[ground])).toBeGreaterThanOrEqual(TEXT_CONTRAST_MIN);
        for (const [edge, ground] of EDGE_PAIRS)
          expect(contrastRatio(palette[edge], palette[ground])).toBeGreaterThanOrEqual(EDGE_CONTRAST_MIN);
      }),
      { numRuns: 300 },
    );
  });

  it('are taken as they are where they can be read', () => {
    expect(themedPalette(light, { primary: '#0b3d91' }).accent).toBe('#0b3d91');
  });

  it.each([{}, { primary: 'red' }, { primary: '#12' }, { accent: '#0b3d91' }])(
    '%j changes nothing',
    (colours) => {
      expect(themedPalette(light, colours as Record<string, string>)).toEqual(light);
    },
  );
});
