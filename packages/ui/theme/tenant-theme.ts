/**
 * A tenant's own colours, made readable. A tenant names two: `primary`, for what is touched and for codes, and `background`,
 * for the ground. From them a whole palette is drawn, and each colour is moved towards black or white until every pair of
 * text and ground has the contrast that the product's own palette has, so no brand can make a kiosk that cannot be read.
 */
import { contrastRatio, EDGE_CONTRAST_MIN, type Palette, TEXT_CONTRAST_MIN } from './tokens.ts';

/** Colours by their name in the theme, `#rrggbb`. */
export type ThemeColours = Readonly<Record<string, string>>;

const BLACK = '#000000';
const WHITE = '#ffffff';
const COLOUR = /^#[0-9a-f]{6}$/i;
/** How far a colour is moved at once, as a share of the way. */
const STEP = 0.02;
const PRESSED_SHARE = 0.25;
const SOFT_SHARE = 0.14;
const SURFACE_SHARE = 0.7;
const SUNKEN_SHARE = 0.06;
const LINE_SHARE = 0.12;

/** The light palette in a tenant's colours. A name that is missing, or is no colour, leaves the product's own. */
export function themedPalette(base: Palette, colours: ThemeColours): Palette {
  const background = colourIn(colours, 'background');
  const primary = colourIn(colours, 'primary');
  const grounded = background === undefined ? base : onGround(base, background);
  return primary === undefined ? grounded : withAccent(grounded, primary);
}

function colourIn(colours: ThemeColours, name: string): string | undefined {
  const colour = colours[name];
  return colour !== undefined && COLOUR.test(colour) ? colour : undefined;
}

/** A ground on which the product's ink, its accent and its edges can all be read. */
function onGround(base: Palette, background: string): Palette {
  const isFit = (ground: string): boolean => {
    const sunken = mixed(ground, base.ink, SUNKEN_SHARE);
    const texts = [base.ink, base.inkSoft, base.accent];
    return (
      texts.every((text) => contrastRatio(text, ground) >= TEXT_CONTRAST_MIN) &&
      contrastRatio(base.ink, sunken) >= TEXT_CONTRAST_MIN &&
      [base.edge, base.focus].every((edge) => contrastRatio(edge, ground) >= EDGE_CONTRAST_MIN)
    );
  };
  const paper = towards(background, WHITE, isFit);
  return {
    ...base,
    paper,
    surface: mixed(paper, WHITE, SURFACE_SHARE),
    sunken: mixed(paper, base.ink, SUNKEN_SHARE),
    line: mixed(paper, base.ink, LINE_SHARE),
  };
}

function withAccent(base: Palette, primary: string): Palette {
  const grounds = [base.paper, base.surface, WHITE];
  const accent = towards(primary, BLACK, (colour) =>
    grounds.every((ground) => contrastRatio(colour, ground) >= TEXT_CONTRAST_MIN),
  );
  const accentSoft = mixed(base.surface, accent, SOFT_SHARE);
  return {
    ...base,
    accent,
    accentPressed: mixed(accent, BLACK, PRESSED_SHARE),
    onAccent: WHITE,
    accentSoft,
    onAccentSoft: towards(accent, BLACK, (text) => contrastRatio(text, accentSoft) >= TEXT_CONTRAST_MIN),
    focus: accent,
  };
}

/** The colour nearest to `from`, on the way to `end`, that is fit; `end` when none before it is. */
function towards(from: string, end: string, isFit: (colour: string) => boolean): string {
  for (let share = 0; share < 1; share += STEP) {
    const colour = mixed(from, end, share);
    if (isFit(colour)) return colour;
  }
  return end;
}

/** `share` of the way from one colour to another, in sRGB. */
function mixed(from: string, to: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [one, other] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    const value = Math.round((one ?? 0) * (1 - share) + (other ?? 0) * share);
    return value.toString(16).padStart(2, '0');
  });
  return `#${channels.join('')}`;
}
