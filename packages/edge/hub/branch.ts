/** The parts of an agent that tie it to its branch: whom it follows, what it follows, and what it does when it is the hub. */
import type { Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CloudLink } from '../link/cloud-link.ts';
import { createReplica, type Replica } from '../replica/replica.ts';
import type { Store } from '../store/store.ts';
import { createUpstream, type Upstream } from './client/upstream.ts';
import { machineNetwork } from './lan/branch-network.ts';
import { createHubService, type HubOptions, type HubService } from './service.ts';

export interface Branch {
  /** Whom this totem follows. */
  readonly upstream: Upstream;
  readonly replica: Replica;
  /** What this totem does when it is the hub. */
  readonly hub: HubService;
  /** The link, for own entries: what a hub does is about tickets that others have handed over, and those go first. */
  readonly linkAfterOthers: CloudLink;
}

/** Opens them; nothing here starts by itself. */
export function openBranch(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly ledger: Ledger;
  readonly key: DeviceKey;
  readonly link: CloudLink;
  readonly dataDir: string;
  readonly timers: Timers;
  readonly log: Log;
  readonly options: HubOptions | undefined;
  /** See `UpstreamParts`. */
  readonly onLeft: () => void;
  readonly onFork: () => void;
}): Branch {
  const { link, options } = parts;
  const network = options?.network ?? machineNetwork;
  const upstream = createUpstream({ ...parts, network, onSwitch: () => replica.reopen() });
  const replica = createReplica({ ...parts, link: upstream.link });
  const hub = createHubService({ ...parts, network, replica });
  const linkAfterOthers: CloudLink = {
    ...link,
    request: async (request) => {
      if (request.method === 'POST' && request.path === '/v1/ledger') await hub.carried();
      return link.request(request);
    },
  };
  return { upstream, replica, hub, linkAfterOthers };
}
