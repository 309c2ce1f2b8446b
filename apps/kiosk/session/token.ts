/**
 * The screen's key to its own agent: made at each start of the agent, given in the fragment of the address (which no server
 * and no log ever sees), and taken out of the address bar at once. The tab keeps it, so that a reload needs no new address.
 */

const STORED_AS = 'totem.kiosk.token';

/** What this tab keeps: the part of `Storage` that is used here. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The token of a fragment such as `#token=abc`; undefined when it has none. */
export function tokenIn(fragment: string): string | undefined {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token')?.trim();
  return token === undefined || token === '' ? undefined : token;
}

/** The token to use: the one in the address, which is kept from then on, else the one that was kept; null without either. */
export function takeToken(fragment: string, storage: TabStorage): string | null {
  const given = tokenIn(fragment);
  if (given === undefined) return storage.getItem(STORED_AS);
  storage.setItem(STORED_AS, given);
  return given;
}
