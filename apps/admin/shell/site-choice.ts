/** The site that the pages look at: one, or all of them. Kept for this browser. */
import { createContext, use } from 'react';

export interface SiteChoice {
  /** Undefined for all sites. */
  readonly siteId: string | undefined;
  choose(siteId: string | undefined): void;
}

const SiteContext = createContext<SiteChoice>({ siteId: undefined, choose: () => {} });
export const SiteProvider = SiteContext.Provider;

export function useSite(): SiteChoice {
  return use(SiteContext);
}
