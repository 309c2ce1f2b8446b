/** The accent of each dialect. */
import type { Dialect } from '../../profile.ts';
import type { Accent } from './accent.ts';
import { darumaAccent } from './daruma.ts';
import { escPosAccent } from './escpos.ts';
import { starAccent } from './star.ts';

export const ACCENTS: Readonly<Record<Dialect, Accent>> = {
  escpos: escPosAccent,
  star: starAccent,
  daruma: darumaAccent,
};
