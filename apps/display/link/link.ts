/**
 * A link that opens a display without pairing it: `#token=…&site=…&tenant=…`, made by who runs the cloud (`mintDeviceToken`), as
 * the demo does. The fragment never reaches a server or its log; it is taken out of the address bar at once and kept for this
 * tab, so that a reload needs no link.
 */
import { LOCALES, type Locale, localeFor } from '@totem/domain';

/** What a display needs to read its site's calls. */
export interface DisplayLink {
  readonly token: string;
  readonly tenant: string;
  readonly site: string;
}

const STORED_AS = 'totem.display.link';
const FIELDS = ['token', 'tenant', 'site'] as const satisfies readonly (keyof DisplayLink)[];

/** The link in a fragment such as `#token=a&site=b&tenant=c`; undefined when a part is missing. */
export function parseLink(fragment: string): DisplayLink | undefined {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const [token, tenant, site] = FIELDS.map((field) => given.get(field)?.trim() ?? '');
  return token && tenant && site ? { token, tenant, site } : undefined;
}

/** What this tab can be given: the part of `Storage` that is used here. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps the link of the address for this tab; without one in the address, the one that was kept before. */
export function takeLink(fragment: string, storage: TabStorage): DisplayLink | undefined {
  const fresh = parseLink(fragment);
  if (fresh === undefined) return parseLink(storage.getItem(STORED_AS) ?? '');
  storage.setItem(STORED_AS, new URLSearchParams({ ...fresh }).toString());
  return fresh;
}

/** Forgets a link that is no longer accepted. */
export function dropLink(storage: TabStorage): void {
  storage.removeItem(STORED_AS);
}

/** The language that `?lang=` asks for; undefined when it asks for none or for one that is not there. */
export function askedLocale(search: string): Locale | undefined {
  const tag = new URLSearchParams(search).get('lang');
  if (tag === null) return undefined;
  const found = localeFor(tag);
  const language = tag.toLowerCase().split(/[-_]/)[0];
  return LOCALES.some((locale) => locale.toLowerCase().startsWith(language ?? '')) && language !== ''
    ? found
    : undefined;
}
