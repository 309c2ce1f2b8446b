/** The link of a totem to the hub of its site: requests as this device, with a token that the hub gave for its assertion. */
import { ProblemError, type Timers } from '@totem/domain';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import type { DeviceKey } from '../../identity/device-key.ts';
import { createTokens } from '../../identity/tokens.ts';
import { problemIn } from '../../link/cloud-link.ts';
import type { BranchNetwork } from '../lan/branch-network.ts';

/** A hub is in the next room: one that has not begun to answer by then is not there. */
const REQUEST_TIMEOUT_MS = 5_000;

export interface HubPlace {
  readonly url: string;
  /** PEM. */
  readonly authority: string;
}

export interface HubLink {
  readonly url: string;
  /** A request as this device, whatever its status. @throws ProblemError `unreachable`; what getting a token throws. */
  request(request: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly body?: Uint8Array<ArrayBuffer>;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<Response>;
  /** `fetch` as this device, for the shape client. */
  readonly fetch: typeof fetch;
  close(): void;
}

export function createHubLink(parts: {
  readonly place: HubPlace;
  readonly device: Device;
  readonly key: DeviceKey;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly network: BranchNetwork;
}): HubLink {
  const { place, device, key, clock, timers, network } = parts;
  const url = place.url.replace(/\/+$/, '');
  const hub = network.fetchFor(place.authority);
  const tokens = createTokens({
    device,
    key,
    env: clock.env,
    timers,
    post: async (form) => {
      const answer = await timed(timers, (signal) =>
        hub.fetch(`${url}/v1/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
          signal,
        }),
      );
      if (!answer.ok) throw await problemIn(answer);
      return answer.json();
    },
  });
  const asDevice = async (input: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await tokens.current()}`);
    const response = await hub.fetch(input, { ...init, headers });
    if (response.status === 401) tokens.forget();
    return response;
  };
  return {
    url,
    request: ({ method, path, body, headers }) =>
      timed(timers, (signal) =>
        asDevice(`${url}${path}`, {
          method,
          signal,
          ...(body === undefined ? {} : { body }),
          ...(headers === undefined ? {} : { headers }),
        }),
      ),
    fetch: (input, init) => asDevice(String(input instanceof Request ? input.url : input), init ?? {}),
    close: () => hub.close(),
  };
}

/** Bounds a request in time, and gives a failure of the network its name. */
async function timed(timers: Timers, run: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const controller = new AbortController();
  const cancel = timers.after(REQUEST_TIMEOUT_MS, () => controller.abort(new Error('no answer in time')));
  try {
    return await run(controller.signal);
  } catch (error) {
    throw error instanceof ProblemError ? error : new ProblemError('unreachable', { cause: error });
  } finally {
    cancel();
  }
}
