/** The handler of every route of the contract. */
import type { Handlers } from './mount.ts';
import { serviceHandlers } from './resources/services.ts';
import { siteHandlers } from './resources/sites.ts';

export function restHandlers(): Handlers {
  return { ...siteHandlers, ...serviceHandlers };
}
