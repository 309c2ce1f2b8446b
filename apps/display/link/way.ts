/** How a display leads to its site: to the hub while it has one that answers, else to the cloud, by the token of now. */
import {
  browserWorld,
  createDoor,
  createSiteServer,
  type Door,
  type LinkSource,
  type SiteServer,
} from '@totem/ui';
import { createScreenLog } from '../office/log.ts';
import { createOffice, NO_OFFICE, type Office } from '../office/office.ts';
import type { PairedScreen } from '../pairing/kept-screen.ts';
import type { ScreenKey } from '../pairing/screen-key.ts';
import type { DisplayLink } from './link.ts';
import { createScreenTokens } from './screen-tokens.ts';

/** The server that gave this page: `/display/` lies right below its root. */
export const HOME_URL = new URL('..', location.href).href.replace(/\/$/, '');

/** What that server is: a hub says so in the pages that it gives. */
const HOME: LinkSource =
  document.querySelector<HTMLMetaElement>('meta[name="totem-server"]')?.content === 'hub' ? 'hub' : 'cloud';

export interface Way {
  readonly server: SiteServer;
  readonly door: Door;
  readonly office: Office;
  /** Begins to look after itself. @returns stops. */
  start(): () => void;
}

interface Access {
  readonly token: (source: LinkSource) => string | null;
  readonly renew?: (refused: string | null) => Promise<boolean>;
  readonly onUnauthorized: () => void;
}

/** The way of a display that was opened by a link: one token, until it ends. */
export function wayOfLink({ token, tenant, site }: DisplayLink, onRefused: () => void): Way {
  const way = wayOf({ tenant, site }, { token: () => token, onUnauthorized: onRefused });
  return { ...way, office: NO_OFFICE, start: way.server.start };
}

/** The way of a display that is a device: it gets its tokens by its key, and tells the cloud that it is there. */
export function wayOfScreen(
  { tenantId, siteId, equipmentId }: PairedScreen,
  key: ScreenKey,
  onGone: () => void,
): Way {
  const tokens = createScreenTokens({
    world: browserWorld,
    key,
    equipmentId,
    homeUrl: HOME_URL,
    home: HOME,
    hubUrl: () => way.server.current().hubUrl,
    source: () => way.server.current().source,
    onGone,
  });
  const way = wayOf(
    { tenant: tenantId, site: siteId },
    { token: tokens.token, renew: tokens.renew, onUnauthorized: () => {} },
  );
  const log = createScreenLog(browserWorld.env);
  // A hub keeps no account of displays: a page of its own goes on without an office.
  const office =
    HOME === 'hub'
      ? NO_OFFICE
      : createOffice({
          world: browserWorld,
          homeUrl: HOME_URL,
          token: () => tokens.token('cloud'),
          storage: localStorage,
          log,
          restart: () => location.reload(),
        });
  return {
    ...way,
    office,
    start: () => {
      log.write(`started: ${navigator.userAgent}, ${innerWidth}x${innerHeight}`);
      const { server } = way;
      const told = server.subscribe(() => log.write(`served by ${server.current().baseUrl}`));
      const stops = [tokens.start(), server.start(), office.start(), told];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function wayOf(
  { tenant, site }: { readonly tenant: string; readonly site: string },
  { token, renew, onUnauthorized }: Access,
): { readonly server: SiteServer; readonly door: Door } {
  const server = createSiteServer({
    homeUrl: HOME_URL,
    home: HOME,
    siteId: site,
    authorization: (source) => {
      const shown = token(source);
      return shown === null ? {} : { authorization: `Bearer ${shown}` };
    },
    world: browserWorld,
    storage: localStorage,
  });
  const door = createDoor({
    baseUrl: () => server.current().baseUrl,
    token: () => token(server.current().source),
    place: () => ({ tenantId: tenant, siteId: site }),
    onUnauthorized,
    ...(renew === undefined ? {} : { renew }),
    onMisdirected: server.misdirected,
    onMoved: server.onMoved,
  });
  return { server, door };
}
