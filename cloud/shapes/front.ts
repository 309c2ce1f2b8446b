/**
 * `/v1/shape`, the read door, on Node's own request and response: one change wakes every screen of a branch at once, and each
 * asks again at once, so this is the one path whose cost for each request counts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { localeFor, ProblemError } from '@totem/domain';
import { createBodyEncoder, type HttpFront, type Log, plainTags, problemOf } from '@totem/host';
import type { Authenticate } from '../http/context.ts';
import type { ShapeDoor } from './door.ts';
import type { StreamedAnswer } from './electric-proxy.ts';
import type { ShapeResolvers } from './resolve.ts';

const PATH = '/v1/shape';

export function createShapeFront(parts: {
  readonly shapes: ShapeDoor;
  readonly resolvers: ShapeResolvers;
  readonly authenticate: Authenticate;
  /** What every answer carries, for a page of this origin. */
  readonly headers: (origin: string | undefined) => Readonly<Record<string, string>>;
  readonly log: Log;
}): HttpFront {
  const { headers, log } = parts;
  const encoder = createBodyEncoder();
  const answer = async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    query: string,
  ): Promise<void> => {
    try {
      const { status, ...rest } = await encoded(
        encoder,
        incoming,
        await answerOf(parts, incoming, outgoing, query),
      );
      await send(outgoing, status, { ...headers(incoming.headers.origin), ...rest.headers }, rest.body);
    } catch (error) {
      const problem = problemOf(
        error,
        localeFor(incoming.headers['accept-language']?.split(/[,;]/)[0]?.trim()),
      );
      if (problem.status >= 500) log.error({ err: error }, 'a shape could not be answered');
      if (outgoing.headersSent) outgoing.destroy();
      else {
        const sent = { ...headers(incoming.headers.origin), ...problem.headers };
        await send(outgoing, problem.status, sent, JSON.stringify(problem.document));
      }
    }
  };
  return (incoming, outgoing) => {
    const { url = '', method } = incoming;
    const end = url.indexOf('?');
    // A preflight is the same for every path, and is the app's.
    if ((end === -1 ? url : url.slice(0, end)) !== PATH || method === 'OPTIONS') return false;
    answer(incoming, outgoing, end === -1 ? '' : url.slice(end + 1)).catch(() => outgoing.destroy());
    return true;
  };
}

async function answerOf(
  parts: Parameters<typeof createShapeFront>[0],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  text: string,
): Promise<StreamedAnswer> {
  const principal = await parts.authenticate(incoming.headers.authorization);
  if (text.length > QUERY_CHARS_MAX) throw new ProblemError('invalid_request');
  const query = new URLSearchParams(text);
  const left = new AbortController();
  outgoing.once('close', () => left.abort());
  return parts.shapes.handle({
    method: incoming.method ?? 'GET',
    name: query.get('shape') ?? '',
    query,
    ifNoneMatch: plainTags(incoming.headers['if-none-match']) ?? null,
    resolve: parts.resolvers(principal, query),
    signal: left.signal,
  });
}

const QUERY_CHARS_MAX = 8_192;

async function encoded(
  encoder: ReturnType<typeof createBodyEncoder>,
  incoming: IncomingMessage,
  { status, headers, body }: StreamedAnswer,
): Promise<StreamedAnswer | Awaited<ReturnType<typeof encoder.encode>>> {
  if (body !== null && typeof body !== 'string') return { status, headers, body };
  const acceptEncoding = incoming.headers['accept-encoding']?.toString();
  return encoder.encode(
    { status, headers, body },
    { acceptEncoding, ifNoneMatch: incoming.headers['if-none-match'] },
  );
}

async function send(
  outgoing: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: StreamedAnswer['body'] | Uint8Array,
): Promise<void> {
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    outgoing.writeHead(status, { ...headers, ...length });
    outgoing.end(body);
    return;
  }
  outgoing.writeHead(status, headers);
  await pipeline(body, outgoing);
}
