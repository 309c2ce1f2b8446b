/**
 * One POST to an address that a tenant has configured. Its name is resolved once, every address it has is checked, and the
 * connection goes to one of those and nowhere else; a redirect is an answer like any other and is not followed; time and the
 * length of what comes back are bounded.
 */
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { isPublicAddress } from '@totem/api';
import type { Timers } from '@totem/domain';
import { isLoopbackIp, isPublicIp } from './public-address.ts';

/** Why nothing was answered. */
export const POST_FAULTS = [
  'address_refused',
  'name_unknown',
  'unreachable',
  'timed_out',
  'interrupted',
] as const;
export type PostFault = (typeof POST_FAULTS)[number];

export type Posted =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** `Retry-After` as it came. */
      readonly retryAfter: string | undefined;
      /** The beginning of what was answered. */
      readonly text: string;
    }
  | { readonly kind: 'failed'; readonly fault: PostFault };

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Outbound {
  post(request: PostRequest): Promise<Posted>;
  /** Whether an address may be called at all, as far as it says so itself. */
  mayCall(url: string): boolean;
  /** Ends what is under way, as interrupted; nothing is called from then on. */
  close(): void;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** From the look-up of the name to the last byte that is read: within what Standard Webhooks recommends (15 to 30 s). */
export const POST_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 16_384;
const PORTS: readonly string[] = ['', '443', '8443'];

export interface OutboundParts {
  readonly timers: Timers;
  /** Whether receivers may be on this very machine, without encryption: for demos and tests. */
  readonly allowsLoopback: boolean;
  readonly resolve?: Resolve;
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

export function createOutbound({ timers, allowsLoopback, resolve = systemResolve }: OutboundParts): Outbound {
  /** Of the calls under way. Each has an end of its own: what waits for one of the process' is kept until that comes. */
  const ends = new Set<(fault: PostFault) => void>();
  let isClosed = false;
  const isAllowed = (address: string) => isPublicIp(address) || (allowsLoopback && isLoopbackIp(address));

  const addressesOf = async (url: URL): Promise<readonly ResolvedAddress[] | PostFault> => {
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    // A number is connected to without a look-up, so it is checked here.
    const family = isIP(hostname);
    if (family !== 0) return isAllowed(hostname) ? [{ address: hostname, family }] : 'address_refused';
    const found = await resolve(hostname).catch(() => []);
    if (found.length === 0) return 'name_unknown';
    return found.every(({ address }) => isAllowed(address)) ? found : 'address_refused';
  };

  const post = async (request: PostRequest): Promise<Posted> => {
    if (isClosed) return failed('interrupted');
    const url = URL.parse(request.url);
    if (url === null || !mayBeCalled(request.url, url, allowsLoopback)) return failed('address_refused');
    const ended = Promise.withResolvers<Posted>();
    const abort = new AbortController();
    const end = (fault: PostFault): void => {
      ended.resolve(failed(fault));
      abort.abort();
    };
    const cancel = timers.after(POST_MS_MAX, () => end('timed_out'));
    ends.add(end);
    const run = async (): Promise<Posted> => {
      const addresses = await addressesOf(url);
      if (typeof addresses === 'string') return failed(addresses);
      return exchange(url, request, addresses, abort.signal);
    };
    try {
      return await Promise.race([run(), ended.promise]);
    } finally {
      cancel();
      ends.delete(end);
      abort.abort();
    }
  };
  return {
    post,
    mayCall: (text) => {
      const url = URL.parse(text);
      return url !== null && mayBeCalled(text, url, allowsLoopback);
    },
    close: () => {
      isClosed = true;
      for (const end of ends) end('interrupted');
    },
  };
}

function failed(fault: PostFault): Posted {
  return { kind: 'failed', fault };
}

/** Only what a tenant may configure is called, whatever the row says. */
function mayBeCalled(text: string, url: URL, allowsLoopback: boolean): boolean {
  if (isPublicAddress(text)) return PORTS.includes(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return allowsLoopback && url.username === '' && (isLoopbackIp(hostname) || hostname === 'localhost');
}

/** One request over a connection of its own, to one of the addresses. */
function exchange(
  url: URL,
  { headers, body }: PostRequest,
  addresses: readonly ResolvedAddress[],
  signal: AbortSignal,
): Promise<Posted> {
  const pinned: LookupFunction = (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise<Posted>((resolve) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: pinned,
        signal,
        headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
      },
      (answer) => void read(answer).then((text) => resolve(answeredOf(answer, text))),
    );
    request.on('error', () => resolve(failed('unreachable')));
    request.on('socket', (socket: Socket) => {
      // Whatever connected it: what is on the other side is one of the addresses that were checked.
      socket.once('connect', () => {
        if (!addresses.some(({ address }) => address === socket.remoteAddress))
          request.destroy(new Error('connected elsewhere'));
      });
    });
    request.end(body);
  });
}

function answeredOf(answer: IncomingMessage, text: string): Posted {
  return {
    kind: 'answered',
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers['retry-after'],
    text,
  };
}

/** The beginning of an answer. Its status has come, so an answer that is cut off is one all the same. */
async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // Cut off.
  }
  answer.destroy();
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
}
