/**
 * `fetch` for one hub: over HTTPS, believing the authority of its site and nobody else. The platform's own `fetch` takes an
 * authority for the whole process or not at all.
 */
import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';

/** Two for each followed shape: a held request and the next. */
const SOCKETS_MAX = 32;
/** Statuses that a `Response` may only have without a body. */
const WITHOUT_BODY = new Set([101, 204, 205, 304]);

export interface HubFetch {
  readonly fetch: typeof fetch;
  /** Ends connections that nobody uses. */
  close(): void;
}

/** @param authority the certificate of the site's authority, in PEM. */
export function createHubFetch(authority: string): HubFetch {
  const agents = {
    'https:': new Agent({ ca: authority, keepAlive: true, maxSockets: SOCKETS_MAX }),
    // A hub on this same machine may serve without TLS.
    'http:': new PlainAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
  };
  return {
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
    fetch: async (input, init) => {
      const asked = new Request(input, init);
      const body = asked.body === null ? undefined : Buffer.from(await asked.arrayBuffer());
      const signal = init?.signal ?? asked.signal;
      const isPlain = new URL(asked.url).protocol === 'http:';
      const agent = agents[isPlain ? 'http:' : 'https:'];
      return answerOf(await exchange(isPlain ? requestPlain : request, agent, asked, body, signal));
    },
  };
}

function exchange(
  send: typeof requestPlain,
  agent: PlainAgent,
  asked: Request,
  body: Buffer | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(asked.headers);
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const outgoing = send(
      asked.url,
      { agent, method: asked.method, headers: { ...headers, ...length }, signal },
      resolve,
    );
    // As `fetch` does: the cause says what it was, and a given reason is what is thrown.
    outgoing.on('error', (cause) =>
      reject(signal.aborted ? signal.reason : new TypeError('fetch failed', { cause })),
    );
    outgoing.end(body);
  });
}

function answerOf(incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) headers.append(name, one);
  }
  const status = incoming.statusCode ?? 502;
  if (WITHOUT_BODY.has(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, { status, headers });
}
