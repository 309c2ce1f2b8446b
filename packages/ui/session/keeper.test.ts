/** The session of a tab lives on by itself: refreshed ahead, once over all tabs, and ended by the server alone. */
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../door/door-error.ts';
import {
  createKeeper,
  PEERS_ANSWER_MS,
  REFRESH_AGAIN_MS,
  REFRESH_AHEAD_MS,
  REFRESH_EVERY_MS_MIN,
} from './keeper.ts';
import type { PeerListener, Peers } from './peers.ts';
import { keepSession, type Session, type TabStorage } from './session.ts';

const STORED_AS = 'totem.test.session';
const MINUTE = 60_000;
const LIFE_MS = 10 * MINUTE;

function tabStorage(): TabStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A server, a clock and the tabs of one browser. */
function stage() {
  const world = virtualWorld();
  let generation = 1;
  const refreshes: string[] = [];
  const trouble: DoorError[] = [];
  const sessionNow = (): Session => ({
    accessToken: `access ${generation}`,
    refreshToken: `refresh ${generation}`,
    expiresAt: new Date(world.env.now() + LIFE_MS).toISOString(),
    sessionId: 'sign-in',
    user: { id: 'u', fullName: 'Ana', role: 'operator' },
    tenantId: 't',
    sites: [
      { id: 's1', name: 'Centro' },
      { id: 's2', name: 'Norte' },
    ],
  });
  const refresh = async (token: string): Promise<Session> => {
    refreshes.push(token);
    const error = trouble.shift();
    if (error !== undefined) throw error;
    if (token !== `refresh ${generation}`) throw new DoorError('token_reused');
    generation += 1;
    return sessionNow();
  };
  const listeners = new Map<symbol, PeerListener>();
  let turn: Promise<unknown> = Promise.resolve();
  const peersOf = (): Peers => {
    const own = Symbol('tab');
    const others = () => [...listeners].flatMap(([tab, listener]) => (tab === own ? [] : [listener]));
    return {
      alone: (_, work) => {
        const mine = turn.then(work);
        turn = mine.catch(() => undefined);
        return mine;
      },
      ask: ({ sessionId }) => {
        for (const listener of others()) listener.asked(sessionId);
      },
      tell: (session) => {
        for (const listener of others()) listener.heard(session);
      },
      listen: (listener) => {
        listeners.set(own, listener);
        return () => void listeners.delete(own);
      },
    };
  };
  const tab = (storage = tabStorage()) => {
    const keeper = createKeeper({ world, storage, storedAs: STORED_AS, peers: peersOf(), refresh });
    return { keeper, storage };
  };
  /** Lets time pass, and everything that it sets off. */
  const pass = async (ms: number): Promise<void> => {
    world.advance(ms);
    for (const settled of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) await Promise.resolve(settled);
  };
  return { tab, pass, refreshes, trouble, sessionNow, world };
}

describe('a session', () => {
  it('is refreshed a minute before its token ends, again and again', async () => {
    const { tab, pass, refreshes, sessionNow } = stage();
    const { keeper } = tab();
    keeper.start();
    keeper.set({ ...sessionNow(), siteId: 's2' });
    await pass(LIFE_MS - REFRESH_AHEAD_MS - 1);
    expect(refreshes).toEqual([]);
    await pass(1);
    await pass(PEERS_ANSWER_MS);
    expect(keeper.token()).toBe('access 2');
    expect(keeper.state().session?.siteId).toBe('s2');
    await pass(LIFE_MS - REFRESH_AHEAD_MS);
    await pass(PEERS_ANSWER_MS);
    expect(refreshes).toEqual(['refresh 1', 'refresh 2']);
  });

  it('is refreshed once for all who are refused at the same moment', async () => {
    const { tab, pass, refreshes, sessionNow } = stage();
    const { keeper } = tab();
    keeper.start();
    keeper.set(sessionNow());
    const renewed = Promise.all([keeper.renew('access 1'), keeper.renew('access 1')]);
    await pass(0);
    await pass(PEERS_ANSWER_MS);
    expect(await renewed).toEqual([true, true]);
    expect(await keeper.renew('access 1')).toBe(true);
    expect(refreshes).toHaveLength(1);
  });

  it('is refreshed once for two tabs that have the same tokens, whoever is first', async () => {
    const { tab, pass, refreshes, sessionNow } = stage();
    const [one, two] = [tab(), tab()];
    for (const { keeper } of [one, two]) {
      keeper.start();
      keeper.set(sessionNow());
    }
    await pass(LIFE_MS - REFRESH_AHEAD_MS);
    await pass(PEERS_ANSWER_MS);
    await pass(PEERS_ANSWER_MS);
    expect([one.keeper.token(), two.keeper.token()]).toEqual(['access 2', 'access 2']);
    expect(refreshes).toHaveLength(1);
  });

  it('that one tab has refreshed is told to the others, which need not ask', async () => {
    const { tab, pass, refreshes, sessionNow } = stage();
    const [one, two] = [tab(), tab()];
    for (const { keeper } of [one, two]) {
      keeper.start();
      keeper.set(sessionNow());
    }
    const renewed = one.keeper.renew('access 1');
    await pass(0);
    await pass(PEERS_ANSWER_MS);
    expect(await renewed).toBe(true);
    expect(two.keeper.token()).toBe('access 2');
    expect(await two.keeper.renew('access 1')).toBe(true);
    expect(refreshes).toHaveLength(1);
  });

  it('of a tab that was asleep is brought up by the tab that was not', async () => {
    const { tab, pass, refreshes, sessionNow } = stage();
    const awake = tab();
    awake.keeper.start();
    awake.keeper.set(sessionNow());
    const asleep = tabStorage();
    keepSession(asleep, STORED_AS, sessionNow());
    await pass(LIFE_MS - REFRESH_AHEAD_MS);
    await pass(PEERS_ANSWER_MS);
    await pass(2 * MINUTE);
    const { keeper } = tab(asleep);
    keeper.start();
    await pass(0);
    await pass(PEERS_ANSWER_MS);
    expect(keeper.token()).toBe('access 2');
    expect(refreshes).toHaveLength(1);
  });

  it('survives a reload, even after its token has ended', async () => {
    const { tab, pass, sessionNow } = stage();
    const { keeper, storage } = tab();
    keeper.set(sessionNow());
    await pass(LIFE_MS + MINUTE);
    const again = tab(storage).keeper;
    again.start();
    await pass(0);
    await pass(PEERS_ANSWER_MS);
    expect(again.token()).toBe('access 2');
  });

  it('ends when the server says so, with its reason', async () => {
    const { tab, pass, trouble, sessionNow } = stage();
    const { keeper, storage } = tab();
    keeper.start();
    keeper.set(sessionNow());
    trouble.push(new DoorError('session_ended'));
    const renewed = keeper.renew('access 1');
    await pass(0);
    await pass(PEERS_ANSWER_MS);
    expect(await renewed).toBe(false);
    expect(keeper.state()).toMatchObject({ session: undefined, reason: { code: 'session_ended' } });
    expect(tab(storage).keeper.state().session).toBeUndefined();
  });

  it('does not end while nobody answers, and is tried again', async () => {
    const { tab, pass, refreshes, trouble, sessionNow } = stage();
    const { keeper } = tab();
    keeper.start();
    keeper.set(sessionNow());
    trouble.push(new DoorError('unreachable'), new DoorError('too_many_requests'));
    await pass(LIFE_MS - REFRESH_AHEAD_MS);
    await pass(PEERS_ANSWER_MS);
    for (const time of [1, 2]) {
      expect(keeper.token()).toBe('access 1');
      expect(refreshes).toHaveLength(time);
      await pass(REFRESH_AGAIN_MS);
      await pass(PEERS_ANSWER_MS);
    }
    expect(keeper.token()).toBe('access 2');
  });

  it('is not refreshed without a pause by a machine whose clock is ahead', async () => {
    const { tab, pass, refreshes, sessionNow } = stage();
    const { keeper } = tab();
    keeper.start();
    keeper.set({ ...sessionNow(), expiresAt: '2020-01-01T00:00:00.000Z' });
    await pass(REFRESH_EVERY_MS_MIN - 1);
    expect(refreshes).toEqual([]);
  });

  it('of a server without refresh ends with its token', async () => {
    const { tab, sessionNow } = stage();
    const { keeper } = tab();
    const { refreshToken: _, ...single } = sessionNow();
    keeper.set(single);
    expect(await keeper.renew('access 1')).toBe(false);
    expect(keeper.state().session).toBeDefined();
  });
});
