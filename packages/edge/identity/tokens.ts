/**
 * Access tokens of the device: short ones, for an assertion that the device signs (RFC 7523 section 2.1, with a JWT of
 * RFC 7519 by EdDSA, RFC 8037). They are refreshed ahead of their end, and asked for once however many want one.
 */
import { type Env, newId, ProblemError, type Timers } from '@totem/domain';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Device } from '../device.ts';
import type { DeviceKey, RenewableKey } from './device-key.ts';

export const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Whom the assertion is for. The name of the service, not its address: one cloud is reached by several. */
export const ASSERTION_AUDIENCE = 'totem-cloud';
/** The assertion is used at once; a clock may differ by about as much. */
const ASSERTION_SECONDS = 120;
/** A token is replaced this long before its end. */
const REFRESH_AHEAD_MS = 60_000;

/** After a refusal that was repeated the cloud is asked no sooner than this, doubled each time up to the most. */
const REFUSED_HOLD_FIRST_MS = 1_000;
const REFUSED_HOLD_MOST_MS = 30_000;

const tokenSchema = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  expires_in: z.number().positive(),
});

export interface Tokens {
  /** A token that is good for a while. @throws ProblemError `unreachable`, `unauthorized` or `device_suspended`. */
  current(): Promise<string>;
  /** The token was refused: the next one is new. */
  forget(): void;
}

export function createTokens(parts: {
  readonly device: Device;
  readonly key: DeviceKey & Partial<Pick<RenewableKey, 'successor' | 'promote'>>;
  readonly env: Env;
  readonly timers: Timers;
  /** Sends the form to the token endpoint. @throws ProblemError */
  readonly post: (form: URLSearchParams) => Promise<unknown>;
}): Tokens {
  const { timers } = parts;
  let held: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;
  /** The cloud has said no: every follower asks by itself, and each would be one more request for the same answer. */
  let refused: { readonly error: ProblemError; readonly times: number; readonly until: number } | undefined;

  const refuse = (error: unknown): never => {
    if (error instanceof ProblemError && error.code !== 'unreachable') {
      const times = (refused?.times ?? 0) + 1;
      // The first is not held against it: a wrong clock learns from it what time it is.
      const holdMs =
        times === 1
          ? 0
          : Math.min(REFUSED_HOLD_MOST_MS, REFUSED_HOLD_FIRST_MS * 2 ** Math.min(times - 2, 30));
      refused = { error, times, until: timers.monotonicMs() + holdMs };
    }
    throw error;
  };
  const ask = async (): Promise<string> => {
    try {
      return await askWith(parts.key);
    } catch (error) {
      const next = parts.key.successor?.();
      if (!(error instanceof ProblemError) || error.code !== 'unauthorized' || next === undefined)
        throw error;
      // The cloud has perhaps taken the next key, and this device lost its power before it heard so.
      const token = await askWith(next);
      parts.key.promote?.();
      return token;
    }
  };
  const askWith = async (key: DeviceKey): Promise<string> => {
    const assertion = await signAssertion(parts.device, key, parts.env);
    const answer = tokenSchema.safeParse(
      await parts.post(new URLSearchParams({ grant_type: JWT_BEARER_GRANT, assertion })),
    );
    if (!answer.success) throw new ProblemError('unreachable', { cause: answer.error });
    const { access_token: token, expires_in: seconds } = answer.data;
    refused = undefined;
    const lifeMs = seconds * 1_000;
    held = { token, until: timers.monotonicMs() + lifeMs - Math.min(REFRESH_AHEAD_MS, lifeMs / 2) };
    return token;
  };
  return {
    current() {
      if (held !== undefined && timers.monotonicMs() < held.until) return Promise.resolve(held.token);
      if (refused !== undefined && timers.monotonicMs() < refused.until) return Promise.reject(refused.error);
      asking ??= ask()
        .catch(refuse)
        .finally(() => {
          asking = undefined;
        });
      return asking;
    },
    forget() {
      held = undefined;
    },
  };
}

/** The signed claim to be this device. Its times are the effective clock's. */
export function signAssertion(device: Device, key: DeviceKey, env: Env): Promise<string> {
  const nowSeconds = Math.floor(env.now() / 1_000);
  return new SignJWT({ tenant: device.tenantId })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setIssuer(device.equipmentId)
    .setSubject(device.equipmentId)
    .setAudience(ASSERTION_AUDIENCE)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ASSERTION_SECONDS)
    .setJti(newId<'assertion'>(env))
    .sign(key.privateKey);
}
