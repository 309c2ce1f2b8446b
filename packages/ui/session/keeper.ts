/**
 * Keeps the session of this tab alive: refreshes its token before it ends and when the server refuses it, once at a time, and
 * ends it when the server says so. A server that cannot be reached ends nothing.
 */
import { asDoorError, type DoorError } from '../door/door-error.ts';
import type { World } from '../time/world.ts';
import type { Peers } from './peers.ts';
import { keepSession, keptSession, type Session, type TabStorage } from './session.ts';

/** Before the end of a token. */
export const REFRESH_AHEAD_MS = 60_000;
/** Between two refreshes by themselves, whatever a wrong clock says of the token's end. */
export const REFRESH_EVERY_MS_MIN = 30_000;
/** After a refresh that nobody answered. */
export const REFRESH_AGAIN_MS = 5_000;
/** How long other tabs have to say that they know better. */
export const PEERS_ANSWER_MS = 150;

export interface KeeperState {
  readonly session: Session | undefined;
  /** Why there is none any more, if there was one. */
  readonly reason: DoorError | undefined;
}

export interface Keeper {
  state(): KeeperState;
  subscribe(changed: () => void): () => void;
  /** Another session, or none. */
  set(session: Session | undefined, reason?: DoorError): void;
  token(): string | null;
  /** For the door: see `DoorOptions.renew`. */
  renew(refused: string | null): Promise<boolean>;
  /** Begins to watch the clock and the other tabs. @returns stops. */
  start(): () => void;
}

export interface KeeperParts {
  readonly world: Pick<World, 'env' | 'timers'>;
  readonly storage: TabStorage;
  /** The name under which the tab keeps the session. */
  readonly storedAs: string;
  readonly peers: Peers;
  /** The next tokens. @throws DoorError */
  refresh(refreshToken: string): Promise<Session>;
}

export function createKeeper({ world, storage, storedAs, peers, refresh }: KeeperParts): Keeper {
  const { timers, env } = world;
  const lookers = new Set<() => void>();
  let state: KeeperState = { session: keptSession(storage, storedAs, env.now()), reason: undefined };
  let renewing: Promise<boolean> | undefined;
  let cancelTimer = (): void => {};
  let isRunning = false;

  const show = (next: KeeperState): void => {
    state = next;
    keepSession(storage, storedAs, next.session);
    plan();
    for (const looker of lookers) looker();
  };
  const plan = (delayMs = delayOf(state.session, env.now())): void => {
    cancelTimer();
    if (!isRunning || state.session?.refreshToken === undefined) return;
    cancelTimer = timers.after(delayMs, () => {
      // A failure plans the next try itself; nobody waits for this one.
      void renewOnce(state.session?.accessToken ?? null).catch(() => false);
    });
  };
  /** Takes tokens of the same session that are newer; the place of work is this tab's own. */
  const adopt = (next: Session): void => {
    const { session } = state;
    if (session === undefined || next.sessionId !== session.sessionId) return;
    if (Date.parse(next.expiresAt) <= Date.parse(session.expiresAt)) return;
    const hasSite = next.sites.some((site) => site.id === session.siteId);
    const { siteId: _, ...tokens } = next;
    // A refresh does not say again what was typed at the sign-in.
    const rest = session.username === undefined ? tokens : { ...tokens, username: session.username };
    const only = next.sites.length === 1 ? next.sites[0]?.id : undefined;
    const siteId = hasSite ? session.siteId : only;
    show({ session: { ...rest, ...(siteId === undefined ? {} : { siteId }) }, reason: undefined });
  };
  const renewAlone = async (refused: string | null): Promise<boolean> => {
    const { session } = state;
    if (session === undefined) return false;
    if (session.accessToken !== refused) return true;
    if (session.refreshToken === undefined) return false;
    peers.ask(session);
    await pause(timers, PEERS_ANSWER_MS);
    if (state.session?.accessToken !== refused) return state.session !== undefined;
    try {
      const next = await refresh(session.refreshToken);
      adopt(next);
      peers.tell(next);
      return state.session !== undefined;
    } catch (thrown) {
      const error = asDoorError(thrown);
      if (error.status !== 401 && error.status !== 403) {
        plan(REFRESH_AGAIN_MS);
        throw error;
      }
      if (state.session?.sessionId === session.sessionId) show({ session: undefined, reason: error });
      return false;
    }
  };
  const renewOnce = (refused: string | null): Promise<boolean> => {
    renewing ??= peers
      .alone(state.session?.sessionId ?? '', () => renewAlone(refused))
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };

  return {
    state: () => state,
    subscribe: (changed) => {
      lookers.add(changed);
      return () => lookers.delete(changed);
    },
    set: (session, reason) => show({ session, reason }),
    token: () => state.session?.accessToken ?? null,
    renew: renewOnce,
    start: () => {
      isRunning = true;
      const deaf = peers.listen({
        heard: adopt,
        asked: (sessionId) => {
          const { session } = state;
          if (session?.sessionId === sessionId && Date.parse(session.expiresAt) > env.now())
            peers.tell(session);
        },
      });
      const { session } = state;
      plan(session !== undefined && isOver(session, env.now()) ? 0 : undefined);
      return () => {
        isRunning = false;
        cancelTimer();
        deaf();
      };
    },
  };
}

function isOver({ expiresAt }: Session, nowMs: number): boolean {
  return Date.parse(expiresAt) - nowMs <= REFRESH_AHEAD_MS;
}

function delayOf(session: Session | undefined, nowMs: number): number {
  const left = session === undefined ? 0 : Date.parse(session.expiresAt) - nowMs;
  return Math.max(left - REFRESH_AHEAD_MS, REFRESH_EVERY_MS_MIN);
}

function pause(timers: World['timers'], delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}
