/**
 * The pictures and films of this screen, in the browser's own cache: got once, shown without the link, and let go when they are shown
 * no more. A file never changes under its id.
 */
const CACHE = 'totem.display.media';

export interface MediaFiles {
  /** The address of a file on this machine; undefined while it cannot be had. */
  urlOf(id: string): Promise<string | undefined>;
  /** Lets go of all others. */
  keepOnly(ids: readonly string[]): Promise<void>;
}

/** @param get asks the cloud for a file. */
export function createMediaFiles(get: (id: string) => Promise<Response>): MediaFiles {
  const urls = new Map<string, string>();
  const keyOf = (id: string): string => `${location.origin}/display/media/${id}`;
  // Without a secure origin a browser has no such cache; the files then live as long as the page.
  const cache = (): Promise<Cache> | undefined => ('caches' in window ? caches.open(CACHE) : undefined);
  const fileOf = async (id: string): Promise<Blob | undefined> => {
    const kept = await (await cache())?.match(keyOf(id));
    if (kept !== undefined) return kept.blob();
    const answer = await get(id);
    if (!answer.ok) return undefined;
    await (await cache())?.put(keyOf(id), answer.clone());
    return answer.blob();
  };
  return {
    urlOf: async (id) => {
      const known = urls.get(id);
      if (known !== undefined) return known;
      const file = await fileOf(id).catch(() => undefined);
      if (file === undefined) return undefined;
      const url = urls.get(id) ?? URL.createObjectURL(file);
      urls.set(id, url);
      return url;
    },
    keepOnly: async (ids) => {
      for (const [id, url] of urls) {
        if (ids.includes(id)) continue;
        URL.revokeObjectURL(url);
        urls.delete(id);
      }
      const wanted = new Set(ids.map(keyOf));
      const kept = await cache();
      for (const request of (await kept?.keys()) ?? [])
        if (!wanted.has(request.url)) await kept?.delete(request);
    },
  };
}
