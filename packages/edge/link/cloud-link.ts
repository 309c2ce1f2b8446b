/**
 * The link to the cloud: every request of this device goes through here, so that it carries the device's token, teaches the
 * clock, and tells in one place whether the link is up.
 */
import {
  ERROR_CODES,
  type ErrorCode,
  epochMsOf,
  type InstantText,
  instantText,
  ProblemError,
  type Timers,
} from '@totem/domain';
import { z } from 'zod';
import type { Clock, ClockMemory } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { RenewableKey } from '../identity/device-key.ts';
import { createTokens } from '../identity/tokens.ts';

/** A request that has no answer by then is given up: a link that swallows answers must not stop the outbox. */
const REQUEST_TIMEOUT_MS = 60_000;

/** `clock`: certificates are refused because this machine's clock is wrong, not because there is no link. */
export type LinkCause = 'no_link' | 'clock' | 'certificate';
export type LinkState =
  | { readonly state: 'unknown' }
  | { readonly state: 'up'; readonly since: InstantText }
  | { readonly state: 'down'; readonly since: InstantText; readonly cause: LinkCause };

export interface CloudRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** From the root, with its query: `/v1/ledger`. */
  readonly path: string;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface CloudLink {
  readonly cloudUrl: string;
  /** A request as this device, whatever its status. @throws ProblemError `unreachable`; what getting a token throws. */
  request(request: CloudRequest): Promise<Response>;
  /** `fetch` as this device, for the shape client: rejects as `fetch` does. */
  readonly fetch: typeof fetch;
  state(): LinkState;
  /** The cloud said what time it is, with milliseconds. */
  heard(serverTime: InstantText): void;
  /** Calls back when the link has come back. @returns stops it. */
  onUp(listener: () => void): () => void;
  /** Calls back when the state has changed. @returns stops it. */
  onChange(listener: () => void): () => void;
}

const CLOCK_FAULTS = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

export function createCloudLink(parts: {
  readonly cloudUrl: string;
  readonly device: Device;
  readonly key: RenewableKey;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Keeps what the clock has learned. */
  readonly onLearned: (memory: ClockMemory) => void;
}): CloudLink {
  const { clock, timers } = parts;
  const cloudUrl = parts.cloudUrl.replace(/\/+$/, '');
  const upListeners = new Set<() => void>();
  const changeListeners = new Set<() => void>();
  let state: LinkState = { state: 'unknown' };

  const learn = (serverMs: number, precise: boolean) => {
    const memory = clock.learn(serverMs, precise);
    if (memory !== undefined) parts.onLearned(memory);
  };
  const setState = (next: LinkState) => {
    const was = state;
    const isSame =
      was.state === next.state &&
      (next.state !== 'down' || (was.state === 'down' && was.cause === next.cause));
    if (isSame) return;
    state = next;
    for (const listener of [...changeListeners]) listener();
    if (next.state === 'up') for (const listener of [...upListeners]) listener();
  };
  const reach = async (url: string, init: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(url, { ...init, redirect: 'error' });
    } catch (error) {
      // What was given up by this side says nothing about the link.
      if (init.signal?.aborted !== true || init.signal.reason === TIMED_OUT)
        setState({ state: 'down', since: instantText(clock.env.now()), cause: causeOf(error) });
      throw error;
    }
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) learn(date, false);
    setState({ state: 'up', since: instantText(clock.env.now()) });
    return response;
  };
  const tokens = createTokens({
    device: parts.device,
    key: parts.key,
    env: clock.env,
    timers,
    post: async (form) => {
      const attempt = () =>
        timed(timers, undefined, async (signal) => {
          const reply = await reach(`${cloudUrl}/v1/token`, { method: 'POST', body: form, signal });
          // With its body: everything else waits for it, and would wait for ever for one that never ends.
          return new Response(await reply.text(), { status: reply.status, headers: reply.headers });
        });
      const answer = await asUnreachable(attempt);
      if (answer.ok) return answer.json();
      const problem = await problemIn(answer);
      // An assertion by a wrong clock is refused; the refusal says what time it is.
      const { serverTime } = problem.extra;
      if (typeof serverTime === 'string') learn(epochMsOf(serverTime), true);
      throw problem;
    },
  });
  const asDevice = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await tokens.current()}`);
    const response = await reach(url, { ...init, headers });
    if (response.status === 401) tokens.forget();
    return response;
  };
  return {
    cloudUrl,
    request: ({ method, path, body, headers, signal }) =>
      asUnreachable(() =>
        timed(timers, signal, (bounded) =>
          asDevice(`${cloudUrl}${path}`, {
            method,
            signal: bounded,
            ...(body === undefined ? {} : { body }),
            ...(headers === undefined ? {} : { headers }),
          }),
        ),
      ),
    fetch: (input, init) => asDevice(String(input instanceof Request ? input.url : input), init ?? {}),
    state: () => state,
    heard: (serverTime) => learn(epochMsOf(serverTime), true),
    onUp: (listener) => subscribe(upListeners, listener),
    onChange: (listener) => subscribe(changeListeners, listener),
  };
}

const TIMED_OUT = new Error('no answer in time');

/** Bounds a request in time. For a caller's request the bound is over when the headers are there: the body is the caller's. */
async function timed<T>(
  timers: Timers,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = timers.after(REQUEST_TIMEOUT_MS, () => controller.abort(TIMED_OUT));
  try {
    return await run(outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]));
  } finally {
    cancel();
  }
}

async function asUnreachable(run: () => Promise<Response>): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof ProblemError ? error : new ProblemError('unreachable', { cause: error });
  }
}

const problemSchema = z.looseObject({
  code: z.string().refine((code): code is ErrorCode => (ERROR_CODES as string[]).includes(code)),
});

/** The problem that an answer carries; `unreachable` for anything that is not one of ours. */
export async function problemIn(response: Response): Promise<ProblemError> {
  const text = await response.text().catch(() => '');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const options = Number.isFinite(retryAfter) ? { retryAfter } : {};
  try {
    const parsed = problemSchema.safeParse(JSON.parse(text));
    if (parsed.success) return new ProblemError(parsed.data.code, { ...options, extra: parsed.data });
  } catch {
    // No JSON at all: a proxy or a portal has answered in the cloud's place.
  }
  return new ProblemError('unreachable', { ...options, extra: { status: response.status } });
}

function causeOf(error: unknown): LinkCause {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (CLOCK_FAULTS.has(code)) return 'clock';
  return CERTIFICATE_FAULT.test(code) ? 'certificate' : 'no_link';
}

function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
