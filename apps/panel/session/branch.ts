/** How this tab reaches one site: who is asked, with which token, and the doors that lead there. */
import {
  createDoor,
  createSiteServer,
  type Door,
  DoorError,
  type Keeper,
  type LinkSource,
  type SiteServer,
  signInAtHub,
  type World,
} from '@totem/ui';
import { createHubAccess, type HubAccess } from './hub-access.ts';

export interface Branch {
  readonly server: SiteServer;
  readonly access: HubAccess;
  /** Of the queue: at the hub while the site has one that answers. */
  readonly door: Door;
  /** Of what only the cloud does. */
  readonly cloudDoor: Door;
}

export interface BranchParts {
  /** The server that gave the page, and what it is. */
  readonly homeUrl: string;
  readonly home: LinkSource;
  readonly tenantId: string;
  readonly siteId: string;
  readonly keeper: Keeper;
  readonly world: World;
  readonly storage: Storage;
}

export function openBranch({ homeUrl, home, tenantId, siteId, keeper, world, storage }: BranchParts): Branch {
  const server = createSiteServer({
    homeUrl,
    home,
    siteId,
    world,
    storage,
    authorization: (source) => {
      const token = access.token(source);
      return token === null ? {} : { authorization: `Bearer ${token}` };
    },
  });
  const access = createHubAccess({
    keeper,
    source: () => server.current().source,
    signIn: (username, pin) => signInAtHub(server.current().baseUrl, username, pin),
  });
  const common = {
    world,
    place: () => ({ tenantId, siteId }),
    onUnauthorized: () => keeper.set(undefined, keeper.state().reason ?? new DoorError('unauthorized')),
  };
  return {
    server,
    access,
    door: createDoor({
      ...common,
      baseUrl: () => server.current().baseUrl,
      token: () => access.token(server.current().source),
      renew: access.renew,
      onMisdirected: server.misdirected,
      onMoved: server.onMoved,
    }),
    cloudDoor: createDoor({ ...common, baseUrl: homeUrl, token: keeper.token, renew: keeper.renew }),
  };
}
