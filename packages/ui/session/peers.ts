/**
 * Other tabs with the same session: a tab that was duplicated has the same tokens, and a token is good for one refresh. So
 * tabs take turns, ask each other first, and tell what they got. Where the browser has no locks (a page over plain HTTP) the
 * server's grace of thirty seconds has to do.
 */
import { parseSession, type Session } from './session.ts';

export interface Peers {
  /** Runs `work` while no other tab does the same for this session. */
  alone<T>(sessionId: string, work: () => Promise<T>): Promise<T>;
  /** Asks who has newer tokens; answers come to `heard`. */
  ask(session: Session): void;
  tell(session: Session): void;
  /** @returns stops listening. */
  listen(listener: PeerListener): () => void;
}

export interface PeerListener {
  /** Another tab has these. */
  heard(session: Session): void;
  /** Another tab asks. */
  asked(sessionId: string): void;
}

/** The tabs of this browser that speak on a channel. */
export function browserPeers(channelName: string): Peers {
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(channelName);
  // Only secure pages have locks, whatever the types say.
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  return {
    alone: async (sessionId, work) =>
      locks === undefined ? work() : await locks.request(`${channelName}.${sessionId}`, () => work()),
    ask: ({ sessionId }) => channel?.postMessage({ ask: sessionId }),
    tell: (session) => channel?.postMessage({ session }),
    listen: (listener) => {
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        if (typeof data !== 'object' || data === null) return;
        const session = 'session' in data ? parseSession(data.session) : undefined;
        if (session !== undefined) listener.heard(session);
        if ('ask' in data && typeof data.ask === 'string') listener.asked(data.ask);
      };
      channel?.addEventListener('message', onMessage);
      return () => channel?.removeEventListener('message', onMessage);
    },
  };
}
