/** What the office decides of one display: what it shows, and how. Presentation only; whom a site calls, and how loud, is the site's. */
import { idSchema } from '../ids/id.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** `calls`: calls fill the screen. `media`: beside them, the tenant's own pictures and films. */
export const DISPLAY_LAYOUTS = ['calls', 'media'] as const;
export type DisplayLayout = (typeof DISPLAY_LAYOUTS)[number];

/** How the screen is mounted: as it is, or on one of its sides. Many televisions cannot turn their picture themselves. */
export const DISPLAY_TURNS = ['none', 'left', 'right'] as const;
export type DisplayTurn = (typeof DISPLAY_TURNS)[number];

/** Pictures and films that one display shows in turn. */
export const DISPLAY_MEDIA_MAX = 30;
const SHOWN_OF_MAX = 200;

/** Ids of rows, each once; null means all there are. */
const some = <K extends string>() => z.array(idSchema<K>()).min(1).max(SHOWN_OF_MAX).nullable().default(null);

export const displaySettingsSchema = z.strictObject({
  layout: z.enum(DISPLAY_LAYOUTS).default('calls'),
  turn: z.enum(DISPLAY_TURNS).default('none'),
  showsClock: z.boolean().default(true),
  /** The services whose calls it shows, by the prefix on the paper. */
  serviceIds: some<'service'>(),
  /** The counters whose calls it shows. */
  counterIds: some<'counter'>(),
  /** In the order in which they are shown. */
  mediaIds: z.array(idSchema<'media'>()).max(DISPLAY_MEDIA_MAX).default([]),
  /** How long a picture stays. */
  pictureSeconds: z.int().min(3).max(300).default(10),
  /** How loud films are while nobody is called; 0 is silent. */
  filmVolumePercent: z.int().min(0).max(100).default(0),
});
export type DisplaySettings = z.infer<typeof displaySettingsSchema>;

export const DISPLAY_SETTINGS_DEFAULT: DisplaySettings = displaySettingsSchema.parse({});

/** The settings of a display, complete: what was kept before a setting existed has none for it. */
export function displaySettingsOf(kept: unknown): DisplaySettings {
  const read = displaySettingsSchema.safeParse(kept ?? {});
  return read.success ? read.data : DISPLAY_SETTINGS_DEFAULT;
}
