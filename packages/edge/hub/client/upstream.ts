/**
 * Whom a totem follows: the hub of its site while it can be reached and serves, else the cloud; one at a time (I-HUB-4). Before it
 * turns to the hub it hands over its own entries, so that no ticket of its own is missing there; and a change of upstream means
 * that everything is read anew.
 */
import { ProblemError, type Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import { z } from 'zod';
import type { CloudLink } from '../../link/cloud-link.ts';
import type { ReadHandle } from '../../store/connection.ts';
import { readSetting } from '../../store/settings.ts';
import type { BranchNetwork } from '../lan/branch-network.ts';
import { type HandOverParts, handOver } from './hand-over.ts';
import { createHubLink, type HubLink, type HubPlace } from './hub-link.ts';

/** Between two looks at the hub: also how late an acknowledgement comes down, and a new ticket reaches it at most. */
export const HUB_EVERY_MS = 2_000;
/** A hub that has failed as often in a row is left for the cloud. */
const FAILURES_MAX = 2;

/** Totems are updated one by one: a hub that does not say whether it carries does. */
const hubStateSchema = z.looseObject({ ready: z.boolean(), carries: z.boolean().default(true) });

export interface UpstreamParts extends HandOverParts {
  readonly link: CloudLink;
  readonly timers: Timers;
  readonly log: Log;
  readonly network: BranchNetwork;
  /** Another upstream than before. */
  readonly onSwitch: () => void;
  /** The hub carries the own entries no more: they have to be sent from here. */
  readonly onLeft: () => void;
  /** The hub holds another history of this totem's: there are two with its name. */
  readonly onFork: () => void;
}

export interface Upstream {
  /** What followers read from now. */
  readonly link: Pick<CloudLink, 'cloudUrl' | 'fetch'>;
  current(): 'cloud' | 'hub';
  /** Whether the hub carries the own entries to the cloud: then nobody else does. */
  isCarried(): boolean;
  start(): void;
  /** There may be something to hand over. */
  wake(): void;
  stop(): Promise<void>;
}

export function createUpstream(parts: UpstreamParts): Upstream {
  const { store, device, link: cloud, timers, log } = parts;
  let hub: { readonly place: HubPlace; readonly link: HubLink } | undefined;
  let isHub = false;
  /** As the hub said last. */
  let carries = false;
  let failures = 0;
  let stopped = false;
  let started = false;
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  const turnTo = (toHub: boolean, nowCarries: boolean): void => {
    const wasCarried = isHub && carries;
    carries = nowCarries;
    const isLeft = wasCarried && !(toHub && nowCarries);
    if (toHub === isHub) {
      if (isLeft) parts.onLeft();
      return;
    }
    isHub = toHub;
    log.info({ upstream: toHub ? hub?.place.url : cloud.cloudUrl }, 'another upstream is followed');
    parts.onSwitch();
    if (isLeft) parts.onLeft();
  };
  /** The hub as it is known now; another one than before has to be met anew. */
  const hubNow = (): HubLink | undefined => {
    const place = store.read((db) => hubPlace(db, device.equipmentId));
    const isSame = place?.url === hub?.place.url && place?.authority === hub?.place.authority;
    if (isSame) return hub?.link;
    turnTo(false, false);
    hub?.link.close();
    failures = 0;
    hub = place && { place, link: createHubLink({ ...parts, place }) };
    return hub?.link;
  };
  const look = async (): Promise<void> => {
    const link = hubNow();
    if (link === undefined) return;
    try {
      const answer = await link.request({ method: 'GET', path: '/v1/hub' });
      const state = hubStateSchema.safeParse(answer.ok ? await answer.json() : undefined);
      if (!state.success) throw new Error(`the hub answers ${answer.status}`);
      const isAll = await handOver(parts, link);
      failures = 0;
      if (isHub || (isAll && state.data.ready)) turnTo(true, state.data.carries);
    } catch (error) {
      failures += 1;
      if (error instanceof ProblemError && error.code === 'ledger_fork') parts.onFork();
      log.debug({ err: error, failures }, 'the hub could not be reached');
      if (failures >= FAILURES_MAX) turnTo(false, false);
    }
  };
  const round = (): void => {
    if (stopped || running !== undefined) return;
    cancel?.();
    cancel = undefined;
    running = Promise.resolve()
      .then(look)
      .catch((error: unknown) => log.warn({ err: error }, 'the hub could not be looked for'))
      .finally(() => {
        running = undefined;
        if (!stopped) cancel = timers.after(HUB_EVERY_MS, round);
      });
  };
  return {
    link: {
      get cloudUrl() {
        return isHub && hub !== undefined ? hub.link.url : cloud.cloudUrl;
      },
      fetch: (input, init) => (isHub && hub !== undefined ? hub.link : cloud).fetch(input, init),
    },
    current: () => (isHub ? 'hub' : 'cloud'),
    isCarried: () => isHub && carries,
    start() {
      started = true;
      round();
    },
    wake() {
      if (started && hub !== undefined) round();
    },
    async stop() {
      stopped = true;
      cancel?.();
      await running;
      hub?.link.close();
    },
  };
}

/** Where the hub is, as the cloud last said; undefined for the hub itself, and while nobody knows. */
function hubPlace(db: ReadHandle, own: string): HubPlace | undefined {
  const hub = readSetting(db, 'hub_directory')?.hub;
  if (hub == null || hub.equipmentId === own || hub.url === null || hub.authority === null) return undefined;
  return { url: hub.url, authority: hub.authority };
}
