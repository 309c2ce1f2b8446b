/**
 * The read door in front of a real Electric service: the same shapes, the same authorisation and the same refusals as with
 * the built-in server, for an installation that has outgrown one machine. Electric serves whatever its database role can
 * read, so table, columns, filter and replica mode are set here and nothing that a client wrote reaches them.
 *
 * Frozen values must stay what they were for the life of a copy, and Electric's handle can't carry them. So the handle that
 * a client has is Electric's own and the frozen values, sealed together.
 */
import type { Env, Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import {
  createSeal,
  createStopSource,
  type Frozen,
  fingerprintOf,
  invalidAnswer,
  methodAnswer,
  parseShapeQuery,
  privateCaching,
  type Replica,
  refetchAnswer,
  refusedAnswer,
  type Seal,
  type ShapeAnswer,
  type ShapeDefinition,
  type ShapeQuery,
  type ShapeRequest,
  type StopSource,
  unavailableAnswer,
} from '@totem/sync';
import { z } from 'zod';
import { electricDefinition } from './electric-query.ts';

export interface ElectricProxyParts {
  /** Address of the service, without a path. */
  readonly electricUrl: URL;
  /** The service's own credential; never leaves this process towards a client. */
  readonly secret?: string;
  /** At least 32 secret bytes, the same on every node. */
  readonly handleKey: Uint8Array;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
}

/** An answer whose body may still be on its way. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReadableStream<Uint8Array> | string | null;
}

export interface ElectricProxy {
  handle(request: ShapeRequest): Promise<StreamedAnswer>;
  /** Ends what is being waited for, and waits for nothing more. */
  end(): void;
}

/** What of a client's query is passed on, beside offset and handle. What is not served was refused before. */
const PASSED_PARAMETERS = ['live', 'cursor', 'log', 'cache-buster'] as const;
/** What of Electric's answer is passed on. Caching is ours to say, and encodings are of each connection. */
const PASSED_HEADERS = /^(electric-[a-z-]+|etag|content-type)$/;
/** Without these the official client stops for good, so an answer that lacks one is not passed on. */
const REQUIRED_HEADERS = ['electric-handle', 'electric-offset'] as const;
/** Set here, so that an error about them is not the client's. */
const OWN_PARAMETERS: readonly string[] = ['table', 'where', 'columns', 'params', 'replica', 'secret'];
const METHODS: readonly string[] = ['GET', 'HEAD'];
/** Longer than Electric holds a request. */
const UPSTREAM_TIMEOUT_MS = 40_000;
const RETRY_AFTER_SECONDS = 1;
const NONCE_BYTES = 12;
const HANDLE_CHARS_MAX = 2_048;

const handleSchema = z.tuple([
  z.literal('electric'),
  z.string(),
  z.string(),
  z.record(z.string(), z.string()),
]);
const errorsSchema = z.object({ errors: z.record(z.string(), z.array(z.string())) });

/** What a client's handle says: Electric's handle, of which definition, with which frozen values. */
interface ClientHandle {
  readonly upstream: string;
  readonly fingerprint: string;
  readonly frozen: Frozen;
}

interface Forwarding {
  readonly request: ShapeRequest;
  readonly shape: ShapeDefinition;
  readonly replica: Replica;
  readonly frozen: Frozen;
  /** Electric's own handle; null for a first request. */
  readonly upstream: string | null;
}

/** @throws RangeError when the handle key is too short. */
export function createElectricProxy(parts: ElectricProxyParts): ElectricProxy {
  const core: Core = { ...parts, seal: createSeal(parts.handleKey), ending: createStopSource() };
  return {
    end: () => core.ending.stop(),
    handle: async (request) => {
      if (request.method === 'POST') return invalidAnswer({ subset: ['subset snapshots are not served'] });
      if (!METHODS.includes(request.method)) return methodAnswer();
      const parsed = parseShapeQuery(request.query, false);
      return parsed.ok ? resolved(core, request, parsed.query) : invalidAnswer(parsed.errors);
    },
  };
}

interface Core extends ElectricProxyParts {
  readonly seal: Seal;
  readonly ending: StopSource;
}

async function resolved(core: Core, request: ShapeRequest, query: ShapeQuery): Promise<StreamedAnswer> {
  const { replica } = query;
  const known = query.kind === 'resume' ? openHandle(core.seal, query.handle) : null;
  const resolution = await request.resolve(known?.frozen ?? null);
  switch (resolution.kind) {
    case 'refused':
      return refusedAnswer(resolution.status, resolution.code, resolution.message);
    case 'invalid':
      return invalidAnswer(resolution.errors);
    case 'expired':
      return startOver(core);
    case 'shape': {
      const { shape, frozen } = resolution;
      const isOther = known?.fingerprint !== fingerprintOf(shape, replica);
      if (query.kind === 'resume' && isOther) return startOver(core);
      return forward(core, { request, shape, replica, frozen, upstream: known?.upstream ?? null });
    }
    default:
      return resolution satisfies never;
  }
}

async function forward(core: Core, forwarding: Forwarding): Promise<StreamedAnswer> {
  const { signal, method, ifNoneMatch } = forwarding.request;
  const ending = core.ending.signal;
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const cancelTimer = core.timers.after(UPSTREAM_TIMEOUT_MS, stop);
  signal.addEventListener('abort', stop);
  ending.addEventListener('abort', stop);
  if (signal.aborted || ending.aborted) stop();
  try {
    const answer = await fetch(upstreamUrl(core, forwarding), {
      method,
      headers: ifNoneMatch ? { 'if-none-match': ifNoneMatch } : {},
      redirect: 'manual',
      signal: stopping.signal,
    });
    return await passedOn(core, forwarding, answer);
  } catch (error) {
    // Not the error itself: it may carry the address, and that has the secret in it.
    const reason = error instanceof Error ? error.name : 'unknown';
    if (!signal.aborted && !ending.aborted) core.log.warn({ reason }, 'Electric does not answer');
    return unavailable();
  } finally {
    // From here on the body is the client's to read or to cancel.
    cancelTimer();
    signal.removeEventListener('abort', stop);
    ending.removeEventListener('abort', stop);
  }
}

/** The address of the service with what defines the shape, and of the client's query only what the protocol needs. */
function upstreamUrl({ electricUrl, secret }: ElectricProxyParts, forwarding: Forwarding): URL {
  const url = new URL('/v1/shape', electricUrl);
  const { searchParams } = url;
  const asked = new Map(forwarding.request.query);
  for (const name of ['offset', ...PASSED_PARAMETERS]) {
    const value = asked.get(name);
    if (value !== undefined) searchParams.set(name, value);
  }
  if (forwarding.upstream !== null) searchParams.set('handle', forwarding.upstream);
  for (const [name, value] of electricDefinition(forwarding.shape, forwarding.replica)) {
    searchParams.set(name, value);
  }
  if (secret !== undefined) searchParams.set('secret', secret);
  searchParams.sort();
  return url;
}

async function passedOn(core: Core, forwarding: Forwarding, answer: Response): Promise<StreamedAnswer> {
  const { status, headers } = answer;
  if (status === 200 || status === 304) {
    const missing = REQUIRED_HEADERS.filter((name) => !headers.has(name));
    if (missing.length > 0) return unexpected(core, answer, { missing });
    return { status, headers: passedHeaders(core.seal, forwarding, headers), body: answer.body };
  }
  if (status === 409) {
    await answer.body?.cancel();
    return startOver(core);
  }
  if (status === 400) {
    const errors = errorsSchema.safeParse(await answer.json().catch(() => null)).data?.errors;
    const fields = Object.keys(errors ?? {});
    const isOurs = fields.length === 0 || fields.some((field) => OWN_PARAMETERS.includes(field));
    return errors === undefined || isOurs ? unexpected(core, answer, { fields }) : invalidAnswer(errors);
  }
  if (status === 429 || status === 503) {
    await answer.body?.cancel();
    return unavailable(Number(headers.get('retry-after')));
  }
  return unexpected(core, answer, {});
}

function passedHeaders(seal: Seal, forwarding: Forwarding, headers: Headers): Record<string, string> {
  const { shape, replica, frozen } = forwarding;
  const upstream = headers.get('electric-handle') ?? '';
  return {
    ...Object.fromEntries([...headers].filter(([name]) => PASSED_HEADERS.test(name))),
    'electric-handle': closeHandle(seal, { upstream, fingerprint: fingerprintOf(shape, replica), frozen }),
    'cache-control': 'private, no-store',
    vary: 'authorization',
  };
}

/** An answer that no client could do anything about: a wrong secret, a table that is not published, a portal in between. */
async function unexpected(
  { log }: Core,
  answer: Response,
  details: Readonly<Record<string, readonly string[]>>,
): Promise<StreamedAnswer> {
  log.error({ status: answer.status, ...details }, 'Electric refuses what it was asked');
  if (!answer.bodyUsed) await answer.body?.cancel();
  return unavailable();
}

function unavailable(retryAfter: number = RETRY_AFTER_SECONDS): ShapeAnswer {
  const seconds = retryAfter >= 1 ? Math.ceil(retryAfter) : RETRY_AFTER_SECONDS;
  return unavailableAnswer('change_log_unavailable', 'Data cannot be read now', seconds);
}

/** 409 of our own. The handle that goes with it names no copy, so it can't have been issued before. */
function startOver({ env, seal }: Core): ShapeAnswer {
  return refetchAnswer(privateCaching, seal.close(env.randomBytes(NONCE_BYTES).toHex()));
}

function closeHandle(seal: Seal, { upstream, fingerprint, frozen }: ClientHandle): string {
  return seal.close(JSON.stringify(['electric', upstream, fingerprint, frozen]));
}

function openHandle(seal: Seal, handle: string): ClientHandle | null {
  const text = handle.length > HANDLE_CHARS_MAX ? null : seal.open(handle);
  if (text === null || !text.startsWith('[')) return null;
  const parsed = handleSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  const [, upstream, fingerprint, frozen] = parsed.data;
  return { upstream, fingerprint, frozen };
}
