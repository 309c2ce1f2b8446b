/**
 * The look of Mantine's components, drawn from the product's tokens: warm greys instead of its own, deep teal, round
 * corners, Inter. The colours on screen are CSS variables, so that an appearance changes without a component knowing.
 */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
  type VariantColorsResolver,
} from '@mantine/core';
import { type ThemeColours, themedPalette } from './tenant-theme.ts';
import { type Appearance, PALETTES, paletteVariables } from './tokens.ts';

const petrol: MantineColorsTuple = [
  '#eef6f3',
  '#d9ebe5',
  '#b3d6cc',
  '#86bdb0',
  '#559f92',
  '#2f8178',
  '#176963',
  '#0d524f',
  '#083c3a',
  '#052b2a',
];

const gray: MantineColorsTuple = [
  '#fbf9f4',
  '#f5f2ea',
  '#eae6da',
  '#e0dbcd',
  '#cbc6b8',
  '#a4a79d',
  '#7d8783',
  '#55635f',
  '#2f403c',
  '#0f2422',
];

const dark: MantineColorsTuple = [
  '#f4f6ef',
  '#dfe7e0',
  '#b4c9c3',
  '#6d8f89',
  '#1d403c',
  '#16322f',
  '#0e2826',
  '#071a19',
  '#041211',
  '#020a0a',
];

const FONT = "'Inter Variable', Inter, system-ui, sans-serif";

/** What is filled with the accent takes the product's own pair of ground and text, held to its contrast in each appearance. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const drawn = defaultVariantColorsResolver(input);
  const isAccent =
    input.variant === 'filled' && (input.color ?? input.theme.primaryColor) === input.theme.primaryColor;
  if (!isAccent) return drawn;
  return {
    ...drawn,
    background: 'var(--totem-accent)',
    hover: 'var(--totem-accent-pressed)',
    color: 'var(--totem-on-accent)',
  };
};

/** The theme of every screen. */
export const theme: MantineThemeOverride = createTheme({
  colors: { petrol, gray, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  variantColorResolver,
  black: PALETTES.light.ink,
  fontFamily: FONT,
  headings: { fontFamily: FONT, fontWeight: '650', textWrap: 'balance' },
  radius: { xs: '6px', sm: '10px', md: '14px', lg: '20px', xl: '28px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/**
 * What an appearance sets: the product's variables, and those of Mantine's that stand for the same things. A tenant's colours
 * are for the light one: who asks for contrast gets the product's own, and night has its own too.
 */
export function variablesOf(appearance: Appearance, colours: ThemeColours = {}): CSSVariablesResolver {
  const palette = appearance === 'light' ? themedPalette(PALETTES.light, colours) : PALETTES[appearance];
  const own = paletteVariables(palette);
  const mantine = {
    '--mantine-color-body': palette.paper,
    '--mantine-color-text': palette.ink,
    '--mantine-color-dimmed': palette.inkSoft,
    '--mantine-color-default': palette.surface,
    '--mantine-color-default-hover': palette.sunken,
    '--mantine-color-default-color': palette.ink,
    '--mantine-color-default-border': appearance === 'contrast' ? palette.edge : palette.line,
    '--mantine-color-placeholder': palette.inkSoft,
    '--mantine-color-error': palette.danger,
    '--mantine-color-anchor': palette.accent,
    '--mantine-primary-color-filled': palette.accent,
    '--mantine-primary-color-filled-hover': palette.accentPressed,
    '--mantine-primary-color-contrast': palette.onAccent,
    '--mantine-primary-color-light': palette.accentSoft,
    '--mantine-primary-color-light-color': palette.onAccentSoft,
  };
  return () => ({ variables: {}, light: { ...own, ...mantine }, dark: { ...own, ...mantine } });
}
