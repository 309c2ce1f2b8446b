/**
 * The typed client, made from the routes: what a caller must give and what comes back follows from the contract. Only the
 * names and addresses of routes are looked at when it runs, so a screen that names its routes carries nothing else.
 */
import type { ErrorCode } from '@totem/domain';
import type { AnswerOf, BodyInput, ParamsInput, QueryInput, Route } from './route.ts';

export interface ApiClientOptions {
  /** Origin and path before `/v1`, without a final slash; empty for the page's own origin. */
  readonly baseUrl: string;
  /** The headers of this moment: authorization, language. */
  headers(): Readonly<Record<string, string>>;
  /** Makes an idempotency key for a new act; not asked when the caller brings its own. */
  newKey(): string;
  readonly fetch: Fetch;
}

/** What is used of the standard `fetch`. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: never;
  },
) => Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>;

type Given<Name extends string, T> = [T] extends [undefined]
  ? { readonly [K in Name]?: never }
  : { readonly [K in Name]: T };

/** What a call of a route takes. */
export type CallOf<R extends Route> = Given<'params', ParamsInput<R>> &
  Partial<Given<'query', QueryInput<R>>> &
  Given<'body', BodyInput<R>> & {
    /** The version that a change is made to: of the row as the caller last saw it. */
    readonly version?: number;
    /** Of the first try, when this is a repetition. */
    readonly key?: string;
    /** An `AbortSignal`, where the caller may lose interest. */
    readonly signal?: unknown;
  };

/** A refusal of the server, or that it did not answer in its own form. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | 'unreadable';
  /** The problem document (RFC 9457), as far as there was one. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    const code = typeof problem.code === 'string' ? (problem.code as ErrorCode) : 'unreadable';
    super(typeof problem.detail === 'string' ? problem.detail : code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

export interface ApiClient {
  /** Calls a route. @throws ApiError for every answer that is no success; whatever `fetch` throws when there is none. */
  call<R extends Route>(route: R, call: CallOf<R>): Promise<AnswerOf<R>>;
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  return {
    call: async (route, call) => {
      const { params, query, body, version, key, signal } = call as {
        readonly [K in keyof CallOf<Route>]?: CallOf<Route>[K] & {};
      };
      const answer = await options.fetch(addressOf(options.baseUrl, route, params, query), {
        method: route.method,
        headers: {
          accept: 'application/json',
          ...options.headers(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(route.once ? { 'idempotency-key': key ?? options.newKey() } : {}),
          ...(version === undefined ? {} : { 'if-match': etagOf(version) }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal: signal as never }),
      });
      const text = await answer.text();
      const read = parsed(text);
      if (!answer.ok) throw new ApiError(answer.status, asRecord(read));
      return read as AnswerOf<typeof route>;
    },
  };
}

/** The `ETag` of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

function addressOf(baseUrl: string, route: Route, params: unknown, query: unknown): string {
  const given = asRecord(params);
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
  const search = Object.entries(asRecord(query)).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return `${baseUrl}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
