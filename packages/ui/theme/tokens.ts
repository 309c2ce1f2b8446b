/**
 * The colours of the product, as data: paper, ink and one deep teal, with saffron kept for priority alone. Each appearance
 * fills the same names, and a test holds every pair of text and ground to its contrast, so that none is changed by eye.
 */

/** `light` for kiosk and panel, `dark` for televisions and night, `contrast` for readers who need it. */
export const APPEARANCES = ['light', 'dark', 'contrast'] as const;
export type Appearance = (typeof APPEARANCES)[number];

export interface Palette {
  /** The ground of the whole screen. */
  readonly paper: string;
  /** Cards on the ground. */
  readonly surface: string;
  /** A ground that stands back: wells, tracks, pressed places. */
  readonly sunken: string;
  /** Hairlines around cards: decoration, never the only sign of a thing. */
  readonly line: string;
  /** The edge of what can be touched. */
  readonly edge: string;
  readonly ink: string;
  /** Text of second rank. */
  readonly inkSoft: string;
  readonly accent: string;
  readonly accentPressed: string;
  /** Text on `accent`. */
  readonly onAccent: string;
  /** A tint of the accent, as a ground. */
  readonly accentSoft: string;
  /** Text on `accentSoft`. */
  readonly onAccentSoft: string;
  readonly priority: string;
  readonly onPriority: string;
  readonly danger: string;
  readonly dangerSoft: string;
  readonly warning: string;
  readonly warningSoft: string;
  readonly success: string;
  readonly successSoft: string;
  /** The ring around what the keyboard is on. */
  readonly focus: string;
}

export const PALETTES: Readonly<Record<Appearance, Palette>> = {
  light: {
    paper: '#f5f2ea',
    surface: '#fffdf9',
    sunken: '#eae6da',
    line: '#e0dbcd',
    edge: '#7d8783',
    ink: '#0f2422',
    inkSoft: '#42534f',
    accent: '#0d524f',
    accentPressed: '#083c3a',
    onAccent: '#ffffff',
    accentSoft: '#d9ebe5',
    onAccentSoft: '#0a4441',
    priority: '#f4b740',
    onPriority: '#2e1f00',
    danger: '#911820',
    dangerSoft: '#fae5e2',
    warning: '#734200',
    warningSoft: '#fbecc9',
    success: '#14583a',
    successSoft: '#dcefe0',
    focus: '#0d524f',
  },
  dark: {
    paper: '#071a19',
    surface: '#0e2826',
    sunken: '#041211',
    line: '#1d403c',
    edge: '#6d8f89',
    ink: '#f4f6ef',
    inkSoft: '#b4c9c3',
    accent: '#6cdcc3',
    accentPressed: '#9aeada',
    onAccent: '#04201d',
    accentSoft: '#134540',
    onAccentSoft: '#c9f3e8',
    priority: '#ffc857',
    onPriority: '#2e1f00',
    danger: '#ffb3ad',
    dangerSoft: '#4a1a1c',
    warning: '#ffd48a',
    warningSoft: '#433009',
    success: '#9be3b4',
    successSoft: '#123d27',
    focus: '#ffc857',
  },
  contrast: {
    paper: '#000000',
    surface: '#000000',
    sunken: '#1a1a1a',
    line: '#ffffff',
    edge: '#ffffff',
    ink: '#ffffff',
    inkSoft: '#ffffff',
    accent: '#ffe14d',
    accentPressed: '#ffffff',
    onAccent: '#000000',
    accentSoft: '#262200',
    onAccentSoft: '#ffe14d',
    priority: '#ffe14d',
    onPriority: '#000000',
    danger: '#ffc2bd',
    dangerSoft: '#2b0000',
    warning: '#ffe14d',
    warningSoft: '#262200',
    success: '#b6ffcb',
    successSoft: '#002b10',
    focus: '#ffe14d',
  },
};

/** Texts and their grounds, and the least contrast of each: 7:1 is aimed at everywhere (WCAG 2.2, 1.4.6). */
export const TEXT_PAIRS: readonly (readonly [text: keyof Palette, ground: keyof Palette])[] = [
  ['ink', 'paper'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['inkSoft', 'paper'],
  ['inkSoft', 'surface'],
  ['accent', 'paper'],
  ['accent', 'surface'],
  ['onAccent', 'accent'],
  ['onAccent', 'accentPressed'],
  ['onAccentSoft', 'accentSoft'],
  ['onPriority', 'priority'],
  ['danger', 'dangerSoft'],
  ['warning', 'warningSoft'],
  ['success', 'successSoft'],
  ['danger', 'surface'],
];
export const TEXT_CONTRAST_MIN = 7;

/** Edges of what can be touched, and the focus ring (WCAG 2.2, 1.4.11). */
export const EDGE_PAIRS: readonly (readonly [edge: keyof Palette, ground: keyof Palette])[] = [
  ['edge', 'paper'],
  ['edge', 'surface'],
  ['focus', 'paper'],
  ['focus', 'surface'],
];
export const EDGE_CONTRAST_MIN = 3;

/** The CSS variables of a palette: `inkSoft` is `--totem-ink-soft`. */
export function paletteVariables(palette: Palette): Record<string, string> {
  return Object.fromEntries(
    Object.entries(palette).map(([name, colour]) => [
      `--totem-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      colour,
    ]),
  );
}

/** The contrast of two colours as `#rrggbb`, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastRatio(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}
