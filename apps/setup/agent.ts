/** What the screen asks of its own agent, before the agent knows who it is. */
import type { EnrollingState } from '@totem/domain';

/** As the agent answers it. */
export type SetupState = EnrollingState & {
  /** Of this device's key. */
  readonly ownFingerprint: string;
};

export interface Agent {
  /** What is so now. @throws when nobody answers. */
  state(): Promise<SetupState>;
  show(code: string): Promise<SetupState>;
  again(): Promise<SetupState>;
  /** Whether the totem serves its customers already. */
  serves(): Promise<boolean>;
}

/** @param token of this boot, from the fragment of the address. */
export function agentWith(token: string): Agent {
  const ask = (path: string, body?: object): Promise<Response> =>
    fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      cache: 'no-store',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answered = async (asked: Promise<Response>): Promise<SetupState> => {
    const answer = await asked;
    if (!answer.ok) throw new Error(`the agent answered ${answer.status}`);
    return (await answer.json()) as SetupState;
  };
  return {
    state: () => answered(ask('/v1/setup')),
    show: (code) => answered(ask('/v1/setup/code', { code })),
    again: () => answered(ask('/v1/setup/again', {})),
    serves: async () => (await ask('/v1/me')).ok,
  };
}
