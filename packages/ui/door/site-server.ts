/**
 * Which server a screen of a site asks: the hub of the site while it has one that answers, else the cloud; one at a time. What the
 * cloud said last is kept, so that a screen that is opened without the link finds the hub. The cloud is asked again and again, also
 * while the hub serves: the role of the hub can move.
 */
import type { SiteDesk } from '@totem/sync/hub';
import type { LinkSource } from '../parts/connection-badge.tsx';
import type { World } from '../time/world.ts';

/** Between two looks. */
export const LOOK_EVERY_MS = 5_000;
/** A server that has not answered by then is not there: a hub is in the next room. */
export const ANSWER_MS_MAX = 4_000;
/** A hub that has failed as often in a row is left for the cloud. */
export const FAILURES_MAX = 2;

export interface SiteServer {
  /** Where to ask now, without a final slash, and what stands there. */
  current(): ServerNow;
  subscribe(changed: () => void): () => void;
  /** Calls back when another server is asked than before. @returns stops it. */
  onMoved(moved: () => void): () => void;
  /** A server said that it does not serve the site: looks for who does. @returns whether another is asked now than `url`. */
  misdirected(url: string): Promise<boolean>;
  /** Begins to look. @returns stops. */
  start(): () => void;
}

export interface ServerNow {
  readonly baseUrl: string;
  readonly source: LinkSource;
  /** To whom a ticket can be sent on, as either server said last. */
  readonly people: SiteDesk['people'];
  /** Where the hub is, as far as it is known. */
  readonly hubUrl: string | null;
}

export interface SiteServerOptions {
  /** The server that gave the page, without a final slash. */
  readonly homeUrl: string;
  /** What it is. A hub's own page asks that hub and nobody else. */
  readonly home: LinkSource;
  readonly siteId: string;
  readonly authorization: (source: LinkSource) => Readonly<Record<string, string>>;
  readonly world: World;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
}

type Said =
  | { readonly kind: 'desk'; readonly desk: SiteDesk }
  /** It is there and knows nobody: its token has ended, which says nothing of the site. */
  | { readonly kind: 'stranger' }
  /** It serves the site no more. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'silent' };

export function createSiteServer(options: SiteServerOptions): SiteServer {
  const { homeUrl, home, siteId, world, storage } = options;
  const lookers = new Set<() => void>();
  let now: ServerNow = { baseUrl: homeUrl, source: home, people: [], hubUrl: knownHub(storage, siteId) };
  let failures = 0;
  let looking: Promise<void> | undefined;

  const show = (next: ServerNow): void => {
    const isSame = (Object.keys(next) as (keyof ServerNow)[]).every(
      (key) => JSON.stringify(next[key]) === JSON.stringify(now[key]),
    );
    if (isSame) return;
    now = next;
    for (const looker of [...lookers]) looker();
  };
  const ask = async (baseUrl: string, source: LinkSource): Promise<Said> => {
    const late = new AbortController();
    const cancel = world.timers.after(ANSWER_MS_MAX, () => late.abort());
    try {
      const answer = await world.fetch(`${baseUrl}/v1/desk?${new URLSearchParams({ site: siteId })}`, {
        headers: { accept: 'application/json', ...options.authorization(source) },
        signal: late.signal,
      });
      if (answer.status === 401) return { kind: 'stranger' };
      if (answer.status === 421) return { kind: 'elsewhere' };
      const desk = answer.ok ? parsedDesk(await answer.json()) : undefined;
      return desk === undefined ? { kind: 'silent' } : { kind: 'desk', desk };
    } catch {
      return { kind: 'silent' };
    } finally {
      cancel();
    }
  };
  const look = async (): Promise<void> => {
    const said = await ask(homeUrl, home);
    const people = said.kind === 'desk' ? said.desk.people : now.people;
    if (home === 'hub') {
      show({ ...now, people });
      return;
    }
    if (said.kind === 'desk') keepHub(storage, siteId, said.desk.hub?.url ?? null);
    const hubUrl = said.kind === 'desk' ? (said.desk.hub?.url?.replace(/\/+$/, '') ?? null) : now.hubUrl;
    const atHub: Said = hubUrl === null ? { kind: 'elsewhere' } : await ask(hubUrl, 'hub');
    // A hub that does not know somebody whom the cloud knows has not heard of them yet.
    const isThere = atHub.kind === 'desk' || (atHub.kind === 'stranger' && said.kind !== 'desk');
    if (hubUrl !== null && isThere) {
      failures = 0;
      const known = atHub.kind === 'desk' ? atHub.desk.people : people;
      show({ baseUrl: hubUrl, source: 'hub', people: known, hubUrl });
      return;
    }
    failures += 1;
    // Without a word of the cloud's there is nowhere better to go.
    const isLost = atHub.kind === 'elsewhere' || failures >= FAILURES_MAX;
    const isHome = said.kind === 'desk' && isLost;
    show({ ...(isHome ? { baseUrl: homeUrl, source: home } : now), people, hubUrl });
  };
  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const subscribe = (changed: () => void): (() => void) => {
    lookers.add(changed);
    return () => void lookers.delete(changed);
  };
  return {
    current: () => now,
    subscribe,
    onMoved: (moved) => {
      let { baseUrl } = now;
      return subscribe(() => {
        if (baseUrl === now.baseUrl) return;
        ({ baseUrl } = now);
        moved();
      });
    },
    misdirected: async (url) => {
      const isAt = (): boolean => url === now.baseUrl || url.startsWith(`${now.baseUrl}/`);
      if (isAt()) await lookOnce();
      return !isAt();
    },
    start: () => {
      let isOver = false;
      let cancel = (): void => {};
      const round = (): void => {
        void lookOnce().then(() => {
          if (!isOver) cancel = world.timers.after(LOOK_EVERY_MS, round);
        });
      };
      round();
      return () => {
        isOver = true;
        cancel();
      };
    },
  };
}

const STORED_AS = 'totem.hub';

/** Where the hub of a site was when the cloud last said; null when nothing is known of one. */
export function knownHub(storage: Pick<Storage, 'getItem'>, siteId: string): string | null {
  return storage.getItem(`${STORED_AS}.${siteId}`) || null;
}

function keepHub(storage: Pick<Storage, 'setItem'>, siteId: string, url: string | null): void {
  storage.setItem(`${STORED_AS}.${siteId}`, url?.replace(/\/+$/, '') ?? '');
}

function parsedDesk(body: unknown): SiteDesk | undefined {
  const isDesk =
    typeof body === 'object' &&
    body !== null &&
    'hub' in body &&
    'people' in body &&
    Array.isArray(body.people);
  // From our own server, whose schema this is; a proxy's page has neither.
  return isDesk ? (body as unknown as SiteDesk) : undefined;
}
