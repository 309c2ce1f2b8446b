/**
 * HTTP to providers: one request, one answer, or why there is none. What a caller must know of a failure is only whether
 * the request may have arrived.
 */
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Timers } from '@totem/domain';

/** How a client proves itself, and whom it believes. PEM texts, or a PKCS#12 file. */
export interface ClientTls {
  readonly cert?: string;
  readonly key?: string;
  readonly pfx?: Uint8Array;
  readonly passphrase?: string;
  /** Certificates of authorities besides those of the machine. */
  readonly ca?: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `not_sent`: no byte of the request left. `lost`: it may have arrived. */
export type HttpResult =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'not_sent' | 'lost'; readonly cause: string };

export type HttpSend = (request: HttpRequest) => Promise<HttpResult>;

/** Longer than any provider thinks; then the answer counts as lost. */
export const HTTP_TIMEOUT_MS = 20_000;
/** No provider's answer is longer. */
const BODY_BYTES_MAX = 2_000_000;

/** Failures in which no connection came to be. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ADDRESS_REFUSED|CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/**
 * Sends over Node's own HTTP. `send` never throws for what the world does.
 * @param lookup finds the address of a name; where it fails with `ADDRESS_REFUSED`, nothing was sent.
 * @param timeoutMs after which an answer counts as lost.
 */
export function createHttpSend(
  timers: Timers,
  tls: ClientTls = {},
  lookup?: LookupFunction,
  timeoutMs = HTTP_TIMEOUT_MS,
): { send: HttpSend; close(): void } {
  const { pfx, ...texts } = tls;
  const agent = new Agent({
    keepAlive: true,
    ...(lookup === undefined ? {} : { lookup }),
    ...texts,
    ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }),
  });
  const plainAgent = new PlainAgent({ keepAlive: true });
  const send: HttpSend = ({ method, url, headers, body }) =>
    new Promise((resolve) => {
      const isSecure = url.startsWith('https:');
      const options = { method, headers: { ...headers, ...lengthOf(body) } };
      const request = isSecure
        ? secureRequest(url, { ...options, agent }, receive)
        : plainRequest(url, { ...options, agent: plainAgent }, receive);
      const stop = timers.after(timeoutMs, () => request.destroy(new Error('timeout')));
      const end = (result: HttpResult): void => {
        stop();
        resolve(result);
      };
      const fail = (error: Error & { readonly code?: string }): void => {
        const cause = error.code ?? error.message;
        end({ kind: NOT_SENT.test(cause) ? 'not_sent' : 'lost', cause });
      };
      function receive(answer: IncomingMessage): void {
        const parts: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (part: Buffer) => {
          bytes += part.length;
          parts.push(part);
          if (bytes > BODY_BYTES_MAX) request.destroy(new Error('answer_too_long'));
        });
        answer.on('error', fail);
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (!answer.complete) return fail(new Error('answer_cut'));
          end({
            kind: 'answer',
            answer: { status: answer.statusCode ?? 0, headers: answer.headers, body: text },
          });
        });
      }
      request.on('error', fail);
      request.end(body);
    });
  const close = (): void => {
    agent.destroy();
    plainAgent.destroy();
  };
  return { send, close };
}

function lengthOf(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}
