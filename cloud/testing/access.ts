/** Signing in as tests do it: over HTTP, with clocks that only a test moves and sockets that live in real time. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import type { Env, Timers } from '@totem/domain';
import { systemEnv, systemTimers } from '@totem/host';
import type { VirtualWorld } from '@totem/testkit/virtual';
import { apiOf } from './api.ts';

export type SignedIn = AnswerOf<Routes['signIn']>;

/** What a cloud is given so that the test's clock says when something ends, and nothing else waits for it. */
export function clockOf(world: VirtualWorld): { readonly env: Env; readonly timers: Timers } {
  return {
    env: { ...systemEnv, now: world.env.now },
    timers: { after: systemTimers.after, monotonicMs: world.timers.monotonicMs },
  };
}

export function signInAt(
  url: string,
  username: string,
  password: string,
  more: { readonly code?: string; readonly newPassword?: string; readonly device?: string } = {},
): Promise<SignedIn> {
  return apiOf(url).call(ROUTES.signIn, { body: { username, password, ...more } });
}

export function refreshAt(url: string, refreshToken: string): Promise<AnswerOf<Routes['refreshSession']>> {
  return apiOf(url).call(ROUTES.refreshSession, { body: { refreshToken } });
}

/** What a node says to a person's token: 200, or the code of its refusal. */
export async function standingAt(url: string, token: string): Promise<string | number> {
  const answer = await fetch(`${url}/v1/me/sessions`, { headers: { authorization: `Bearer ${token}` } });
  return answer.ok ? answer.status : ((await answer.json()) as { readonly code: string }).code;
}
