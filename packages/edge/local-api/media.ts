/**
 * What a branch puts on its kiosk's first screen and into its loudspeaker: pictures, films, a logo and its own recordings, from
 * a folder of the machine, because nothing that is shown may depend on the link.
 *
 * `attract/` holds pictures and films, shown in the order of their names; `logo.svg` or `logo.png` stands for the site's name;
 * `voice/<language>/<name>.ogg` takes the place of the product's own recording of that name.
 */
import { readStaticFiles, type StaticFile } from './static-files.ts';

const BASE = '/media';
const FILM = /\.(mp4|webm)$/i;
const PICTURE = /\.(jpe?g|png|webp|svg)$/i;

/** What there is, by path. */
export interface MediaIndex {
  readonly attract: readonly { readonly path: string; readonly kind: 'picture' | 'film' }[];
  readonly logo: string | null;
  readonly voice: readonly string[];
}

export interface Media {
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly index: MediaIndex;
}

export const NO_MEDIA: Media = { files: new Map(), index: { attract: [], logo: null, voice: [] } };

/** Reads the folder into memory. @throws Error when it is missing or larger than a screen may be. */
export function readMedia(folder: string): Media {
  const files = new Map(
    [...readStaticFiles(folder)].map(([path, file]) => [`${BASE}${path}`, { ...file, isImmutable: false }]),
  );
  const paths = [...files.keys()].sort();
  const attract = paths
    .filter((path) => path.startsWith(`${BASE}/attract/`) && (FILM.test(path) || PICTURE.test(path)))
    .map((path) => ({ path, kind: FILM.test(path) ? ('film' as const) : ('picture' as const) }));
  return {
    files,
    index: {
      attract,
      logo: paths.find((path) => /^\/media\/logo\.(svg|png)$/.test(path)) ?? null,
      voice: paths.filter((path) => path.startsWith(`${BASE}/voice/`) && path.endsWith('.ogg')),
    },
  };
}
