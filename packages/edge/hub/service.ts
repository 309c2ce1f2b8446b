/**
 * The hub as a part of the agent: it follows what the cloud says about the site, and while this totem has the role it takes the
 * term over, serves on the branch's network, says where, and carries to the cloud what others hand over.
 */
import { siteTable, type Timers } from '@totem/domain';
import type { Log, Served } from '@totem/host';
import type { DeviceKey } from '../identity/device-key.ts';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import type { StaticFile } from '../local-api/static-files.ts';
import type { Parts } from '../parts.ts';
import { rowByKey } from '../store/rows.ts';
import { createHubPins } from './access/pins.ts';
import { createHubTokens } from './access/tokens.ts';
import { openAuthority, type SiteAuthority } from './certificate/authority.ts';
import { createDirectoryWatch } from './directory.ts';
import { createHubApp } from './lan/app.ts';
import type { BranchNetwork } from './lan/branch-network.ts';
import { createRelay } from './relay/forward.ts';
import { type HubRole, hubRole } from './role.ts';
import { createTakeover } from './takeover.ts';

/** A server's certificate is made anew long before it ends. A timer of Node's ends at 24 days. */
const RENEW_EVERY_MS = 7 * 86_400_000;
/** An address that is taken, or a cloud that did not hear, is tried again. */
const RETRY_MS = 10_000;
/** What is said there stays on the machine. */
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

/** Where a totem would serve if it were the hub; without it, it never serves on the network. */
export interface HubOptions {
  /** The address to listen on, such as `0.0.0.0`. */
  readonly host: string;
  readonly port: number;
  /** Names and addresses by which others reach it: the first is announced. */
  readonly names: readonly string[];
  /** Serves without TLS, which is refused for any other address than the machine's own; with it by default. */
  readonly isPlain?: boolean;
  /** Origins of pages that may ask here besides its own: those of the cloud's panel and display. */
  readonly allowedOrigins?: readonly string[];
  /** Built screens by name: `panel`, `display`. */
  readonly screens?: Readonly<Record<string, ReadonlyMap<string, StaticFile>>>;
  /** The network that it serves on, and finds other hubs on; the machine's own by default. */
  readonly network?: BranchNetwork;
}

export interface HubService {
  start(): void;
  /** Where it serves; undefined while it does not. */
  url(): string | undefined;
  /** Calls back when it has begun or ended to serve. @returns stops it. */
  onChange(listener: () => void): () => void;
  /** Resolves when all that others have handed over until now was offered to the cloud: the own entries are about it. */
  carried(): Promise<void>;
  stop(): Promise<void>;
}

export function createHubService(
  parts: Pick<Parts, 'store' | 'clock' | 'device' | 'ledger' | 'link' | 'replica'> & {
    readonly key: DeviceKey;
    readonly dataDir: string;
    readonly timers: Timers;
    readonly log: Log;
    readonly network: BranchNetwork;
    readonly options: HubOptions | undefined;
  },
): HubService {
  const { store, device, link, options } = parts;
  const directory = createDirectoryWatch(parts);
  const takeover = createTakeover(parts);
  const relay = createRelay(parts);
  const listeners = new Set<() => void>();
  const onChange = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const lan =
    options &&
    createLan({
      ...parts,
      options,
      onTaken: () => relay.wake(),
      onDirectory: directory.onChange,
      onChange,
    });
  const stops: (() => void)[] = [];
  let lastRole = '';
  let lastHub = '';

  const look = (): void => {
    if (store.fault() !== undefined) return;
    const [site, role] = store.read((db) => [
      rowByKey(db, siteTable, device.tenantId, device.siteId),
      hubRole(db, device),
    ]);
    // Another hub than before: where it is, and who may speak there, is worth asking at once.
    const hub = `${site?.hubEquipmentId} ${site?.hubTerm}`;
    if (hub !== lastHub) directory.hurry();
    lastHub = hub;
    const known = `${role?.term}`;
    if (known !== lastRole) {
      lastRole = known;
      lan?.follow(role);
    }
    takeover.look();
  };
  /** A disk that refuses is told of elsewhere, and what is missed here is seen at the next commit. */
  const lookQuietly = (): void => {
    try {
      look();
    } catch (error) {
      parts.log.warn({ err: error }, 'the role of the hub could not be looked at');
    }
  };
  return {
    start() {
      // The row of the site may change with any commit; looking is one read by key.
      stops.push(
        store.onCommit(() => queueMicrotask(lookQuietly)),
        link.onUp(() => relay.wake()),
      );
      directory.start();
      lookQuietly();
      relay.wake();
    },
    url: () => lan?.url(),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    carried: () => relay.carried(),
    async stop() {
      for (const stop of stops) stop();
      directory.stop();
      await relay.stop();
      await lan?.stop();
    },
  };
}

interface Lan {
  follow(role: HubRole | undefined): void;
  url(): string | undefined;
  stop(): Promise<void>;
}

function createLan(
  parts: Pick<Parts, 'store' | 'clock' | 'device' | 'ledger' | 'link'> & {
    readonly key: DeviceKey;
    readonly dataDir: string;
    readonly timers: Timers;
    readonly log: Log;
    readonly network: BranchNetwork;
    readonly options: HubOptions;
    readonly onTaken: () => void;
    readonly onDirectory: (listener: () => void) => () => void;
    readonly onChange: () => void;
  },
): Lan {
  const { clock, link, timers, log, network, options, dataDir, device } = parts;
  const { host, names, isPlain = false } = options;
  if (isPlain && ![host, ...names].every((name) => LOOPBACK.includes(name)))
    throw new RangeError('only a hub that nobody else can reach serves without TLS');
  let served: Served | undefined;
  let wanted: HubRole | undefined;
  let turn: Promise<void> = Promise.resolve();
  let cancelRetry: (() => void) | undefined;
  let cancelRenew: (() => void) | undefined;
  const stopping = new AbortController();

  const open = async (authority: SiteAuthority): Promise<Served> => {
    const tokens = createHubTokens({ ...parts, env: clock.env });
    const pins = createHubPins({ ...parts, tokens });
    const { certificate } = authority;
    const screens = options.screens ?? {};
    const { host, port, isPlain = false, allowedOrigins = [] } = options;
    const app = createHubApp({
      ...parts,
      tokens,
      pins,
      authority: certificate,
      screens,
      allowedOrigins,
      url: () => urlOf(options, served),
    });
    const tls = isPlain ? {} : { tls: authority.serverFor(options.names) };
    return network.serve(app as never, { host, port, log, ...tls });
  };
  const renewLater = (authority: SiteAuthority): void => {
    cancelRenew = timers.after(RENEW_EVERY_MS, () => {
      served?.renewTls(authority.serverFor(options.names));
      renewLater(authority);
    });
  };
  const settle = async (): Promise<void> => {
    if (wanted === undefined) {
      cancelRenew?.();
      await served?.close();
      served = undefined;
      parts.onChange();
      return;
    }
    const authority = openAuthority(dataDir, device, clock.env);
    if (served === undefined) {
      served = await open(authority);
      renewLater(authority);
      parts.onChange();
      log.info({ port: served.port, term: wanted.term }, 'the hub serves on the network');
    }
    const announcement = { url: urlOf(options, served) ?? '', authority: authority.certificate };
    await announce(link, announcement, stopping.signal);
  };
  const again = (): void => {
    turn = turn.then(settle).catch((error: unknown) => {
      // Without a link nobody is told where it is, for days perhaps: that is no news.
      if (served === undefined) log.warn({ err: error }, 'the hub cannot serve; it tries again');
      else log.debug({ err: error }, 'the hub could not say where it is; it tries again');
      cancelRetry = timers.after(RETRY_MS, again);
    });
  };
  return {
    follow(role) {
      wanted = role;
      cancelRetry?.();
      again();
    },
    url: () => urlOf(options, served),
    async stop() {
      wanted = undefined;
      stopping.abort();
      await turn;
      cancelRetry?.();
      cancelRenew?.();
      await served?.close();
    },
  };
}

/** Tells the cloud where the hub is, so that totems find it. @throws ProblemError */
async function announce(
  link: CloudLink,
  announcement: { readonly url: string; readonly authority: string },
  signal: AbortSignal,
): Promise<void> {
  const answer = await link.request({
    method: 'POST',
    path: '/v1/hub',
    body: JSON.stringify(announcement),
    headers: { 'content-type': 'application/json' },
    signal,
  });
  if (!answer.ok) throw await problemIn(answer);
}

function urlOf({ names, isPlain = false }: HubOptions, served: Served | undefined): string | undefined {
  if (served === undefined) return undefined;
  const [name = 'localhost'] = names;
  return `${isPlain ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${served.port}`;
}
