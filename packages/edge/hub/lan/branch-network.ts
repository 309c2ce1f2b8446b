/** The network of a branch as hub and totems use it: serving on it, and asking whoever serves. The machine's own by default. */
import { serveHttp } from '@totem/host';
import { createHubFetch, type HubFetch } from '../client/hub-fetch.ts';

export interface BranchNetwork {
  readonly serve: typeof serveHttp;
  /** @param authority the certificate of the site's authority, in PEM. */
  fetchFor(authority: string): HubFetch;
}

export const machineNetwork: BranchNetwork = { serve: serveHttp, fetchFor: createHubFetch };
