/**
 * Access tokens of a paired display: short ones, for an assertion that it signs with its key, at the cloud or, while nothing answers
 * there, at the hub of its site. Only the cloud can say that the screen is this device no more: a hub may not have heard of it yet.
 */
import type { LinkSource, World } from '@totem/ui';
import { z } from 'zod';
import { assertionOf, type ScreenKey } from '../pairing/screen-key.ts';
import { send } from './send.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** A token is replaced this long before its end. */
export const AHEAD_MS = 120_000;
export const LOOK_EVERY_MS = 15_000;
/** A clock that is further off than this from its server's is put right before a refusal is believed. */
const CLOCK_OFF_MS = 5_000;

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const refusalSchema = z.object({ code: z.literal('unauthorized'), serverTime: z.iso.datetime() });

export interface ScreenTokens {
  /** What is shown to a server now; null while there is nothing. A hub takes the cloud's tokens too. */
  token(source: LinkSource): string | null;
  /** For the door: see `DoorOptions.renew`. */
  renew(refused: string | null): Promise<boolean>;
  /** Begins to keep a token at hand. @returns stops. */
  start(): () => void;
}

export interface ScreenTokensParts {
  readonly world: World;
  readonly key: ScreenKey;
  readonly equipmentId: string;
  /** The server that gave the page, and what it is. */
  readonly homeUrl: string;
  readonly home: LinkSource;
  readonly hubUrl: () => string | null;
  /** Which server the door asks now. */
  readonly source: () => LinkSource;
  /** The cloud has said that there is no such device. */
  readonly onGone: () => void;
}

type Outcome = 'given' | 'refused' | 'silent';

export function createScreenTokens(parts: ScreenTokensParts): ScreenTokens {
  const { world, key, equipmentId, homeUrl, home, hubUrl, onGone } = parts;
  const { env, timers } = world;
  const held: Partial<Record<LinkSource, { readonly token: string; readonly untilMs: number }>> = {};
  const asking: Partial<Record<LinkSource, Promise<Outcome>>> = {};
  let offsetMs = 0;

  const lifeMs = (source: LinkSource): number =>
    (held[source]?.untilMs ?? Number.NEGATIVE_INFINITY) - timers.monotonicMs();
  const good = (source: LinkSource): string | undefined =>
    lifeMs(source) > 0 ? held[source]?.token : undefined;
  const token = (source: LinkSource): string | null =>
    (source === 'hub' ? (good('hub') ?? good('cloud')) : good('cloud')) ?? null;

  const exchange = async (baseUrl: string, source: LinkSource): Promise<Outcome> => {
    for (let isSecond = false; ; isSecond = true) {
      const assertion = assertionOf(key, equipmentId, env, env.now() + offsetMs);
      const body = new URLSearchParams({ grant_type: GRANT, assertion });
      const said = await send(world, `${baseUrl}/v1/token`, { method: 'POST', body });
      const given = tokenSchema.safeParse(said.body);
      if (said.status === 200 && given.success) {
        const { access_token, expires_in } = given.data;
        held[source] = { token: access_token, untilMs: timers.monotonicMs() + expires_in * 1_000 };
        return 'given';
      }
      const refusal = refusalSchema.safeParse(said.body);
      // Whatever stands between the two may answer 401 as well; only the server's own word counts.
      if (said.status !== 401 || !refusal.success) return 'silent';
      if (isSecond || !hasLearntTheTime(refusal.data.serverTime)) return 'refused';
    }
  };
  const hasLearntTheTime = (serverTime: string): boolean => {
    const isOffMs = Date.parse(serverTime) - (env.now() + offsetMs);
    if (Math.abs(isOffMs) < CLOCK_OFF_MS) return false;
    offsetMs += isOffMs;
    return true;
  };
  /** Asked for once, however many want it. */
  const get = (source: LinkSource): Promise<Outcome> => {
    const baseUrl = source === home ? homeUrl : hubUrl();
    if (baseUrl === null) return Promise.resolve('silent');
    asking[source] ??= exchange(baseUrl, source)
      .catch(() => 'silent' as const)
      .then((outcome) => {
        delete asking[source];
        if (outcome === 'refused') delete held[source];
        if (outcome === 'refused' && source === 'cloud') onGone();
        return outcome;
      });
    return asking[source];
  };
  const look = async (): Promise<void> => {
    if (lifeMs(home) >= AHEAD_MS) return;
    const outcome = await get(home);
    if (outcome === 'silent' && home === 'cloud' && lifeMs('hub') < AHEAD_MS) await get('hub');
  };

  return {
    token,
    renew: async (refused) => {
      const source = parts.source();
      const now = token(source);
      if (now !== null && now !== refused) return true;
      const outcome = await get(source);
      // A screen that was let go is told so by the cloud alone.
      if (outcome === 'refused' && source !== home) await get(home);
      return outcome === 'given';
    },
    start: () => {
      let isOver = false;
      let cancel = (): void => {};
      const again = async (): Promise<void> => {
        await look();
        if (!isOver) cancel = timers.after(LOOK_EVERY_MS, () => void again());
      };
      void again();
      return () => {
        isOver = true;
        cancel();
      };
    },
  };
}
