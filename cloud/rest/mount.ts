/**
 * Mounts the contract on Hono: for each route who may call it, what is parsed before its handler runs, one transaction of the
 * caller's tenant for its work, and the same headers and refusals everywhere. A route without a handler does not compile.
 */
import type { Hook } from '@hono/zod-openapi';
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import {
  type AnswerOf,
  type BodyOf,
  etagOf,
  type ParamsOf,
  type QueryOf,
  ROUTES,
  type Route,
  type RouteName,
  type Routes,
} from '@totem/api';
import { type Env, may, type Principal, ProblemError, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import type { Context, MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import {
  type ReadHandle,
  readTenant,
  type Statement,
  type WriteHandle,
  withTenant,
} from '../db/with-tenant.ts';
import { type BodyRule, boundedBody, JSON_BODY, TYPED_BODY } from '../http/body.ts';
import { type Authenticate, authenticated, type CloudEnv } from '../http/context.ts';
import type { Counts } from '../metrics/counts.ts';
import type { Vault } from '../secrets/vault.ts';
import { type KeptAnswer, onceByKey } from './idempotency.ts';
import { mountConfigOf } from './openapi.ts';

export interface RestParts {
  readonly db: Database;
  readonly env: Env;
  readonly vault: Vault;
  readonly log: Log;
  readonly counts: Counts;
}

/** What a handler is given. */
export interface Asked<R extends Route> {
  readonly principal: Principal;
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  /** The version that the caller wants to change, from `If-Match`. */
  readonly version: number;
  readonly env: Env;
  readonly vault: Vault;
  readonly log: Log;
}

/** A value that nobody changes: rows are handed on as they were read. */
export type Frozen<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer E)[]
      ? readonly Frozen<E>[]
      : { readonly [K in keyof T]: Frozen<T[K]> };

/** What a handler gives back. */
export interface Answered<R extends Route> {
  readonly body: Frozen<AnswerOf<R>>;
  /** The version of what is answered, for `ETag`. */
  readonly version?: number;
}

export type Handler<R extends Route = Route> =
  | { readonly kind: 'read'; run(tx: ReadHandle, asked: Asked<R>): Promise<Answered<R>> }
  | {
      readonly kind: 'write';
      run(tx: WriteHandle, asked: Asked<R>): Promise<Answered<R>>;
      /** Whose rows are written, where they are not of the caller's own tenant. */
      tenantOf?(asked: Asked<R>, key: string): TenantId;
    }
  /** Where one transaction of the caller's tenant is not the right thing: sign-in, streams. */
  | {
      readonly kind: 'own';
      run(c: Context<CloudEnv>, asked: Asked<R>, parts: RestParts): Promise<Response>;
    };

export type Handlers = { readonly [N in RouteName]: Handler<Routes[N]> };

/** Runs in one reading transaction. */
export function read<R extends Route>(
  run: (tx: ReadHandle, asked: Asked<R>) => Promise<Answered<R>>,
): Handler<R> {
  return { kind: 'read', run };
}

/** Runs in one writing transaction, once for each idempotency key. */
export function write<R extends Route>(
  run: (tx: WriteHandle, asked: Asked<R>) => Promise<Answered<R>>,
): Handler<R> {
  return { kind: 'write', run };
}

/** Like `write`, in the tenant that is named: the platform's owner works on tenants, each behind its own fence. */
export function writeIn<R extends Route>(
  tenantOf: (asked: Asked<R>, key: string) => TenantId,
  run: (tx: WriteHandle, asked: Asked<R>) => Promise<Answered<R>>,
): Handler<R> {
  return { kind: 'write', run, tenantOf };
}

export function own<R extends Route>(
  run: (c: Context<CloudEnv>, asked: Asked<R>, parts: RestParts) => Promise<Response>,
): Handler<R> {
  return { kind: 'own', run };
}

/** Shorter than the pool's own: a list that takes longer is asked for too much, or lacks an index. */
const READ_TIME_LIMIT: Statement = {
  name: 'read-time-limit',
  text: `SELECT set_config('statement_timeout', '5s', true)`,
};

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,100}$/;
const ETAG = /^"(\d{1,9})"$/;

/** Every route of the contract, with its handler. */
export function restApp(
  parts: RestParts,
  handlers: Handlers,
  authenticate: Authenticate,
): OpenAPIHono<CloudEnv> {
  const app = new OpenAPIHono<CloudEnv>({ defaultHook: refuseInvalid });
  for (const [name, route] of fixedFirst(Object.entries(ROUTES) as [RouteName, Route][])) {
    const handler = handlers[name] as Handler;
    const guard =
      route.access === 'anyone'
        ? []
        : [authenticated(authenticate, route.beforeSecondFactor), permitted(route)];
    const body = route.method === 'GET' ? [] : [boundedBody(bodyRuleOf(route))];
    const middleware = [...guard, ...body];
    const config = createRoute({ ...mountConfigOf(route), middleware } as RouteConfig);
    app.openapi(config, (async (c: Context<CloudEnv>) => serve(parts, name, route, handler, c)) as never);
  }
  return app;
}

function bodyRuleOf({ upload, cleansText }: Route): BodyRule {
  if (upload !== undefined)
    return { type: 'file', fileTypes: upload.types, bytesMax: upload.bytesMax, isRaw: true };
  return cleansText ? TYPED_BODY : JSON_BODY;
}

/** The first route that matches answers: `/v1/audit/origins` must not be taken for an entry of that id. */
function fixedFirst<R extends Route>(routes: [RouteName, R][]): [RouteName, R][] {
  const open = ([, { path }]: [RouteName, R]) => path.split('{').length;
  return routes.toSorted((a, b) => open(a) - open(b));
}

const refuseInvalid: Hook<unknown, CloudEnv, string, unknown> = (result) => {
  if (!result.success) throw result.error;
};

function permitted(route: Route): MiddlewareHandler<CloudEnv> {
  return async (c, next) => {
    const { access } = route;
    if (access !== 'signed_in' && access !== 'anyone' && !may(c.get('principal'), access))
      throw new ProblemError('forbidden');
    await next();
  };
}

async function serve(
  parts: RestParts,
  name: RouteName,
  route: Route,
  handler: Handler,
  c: Context<CloudEnv>,
): Promise<Response> {
  const { env, vault, log, db } = parts;
  const principal = c.get('principal');
  const asked: Asked<Route> = {
    principal,
    params: validOf(c, 'param', route.params),
    query: validOf(c, 'query', route.query),
    body: validOf(c, 'json', route.body),
    version: versionOf(route, c.req.header('if-match')),
    env,
    vault,
    log,
  };
  switch (handler.kind) {
    case 'own':
      return handler.run(c, asked, parts);
    case 'read': {
      const answered = await readTenant(db, principal.tenantId, async (tx) => {
        await tx.one(READ_TIME_LIMIT);
        return handler.run(tx, asked);
      });
      const kept = keptOf(route, answered);
      const etag = kept.version === undefined ? undefined : etagOf(kept.version);
      if (etag !== undefined && c.req.header('if-none-match') === etag) return c.body(null, 304, { etag });
      return respond(c, kept, false);
    }
    case 'write': {
      const key = idempotencyKeyOf(route, c.req.header('idempotency-key'));
      const run = (tx: WriteHandle) => handler.run(tx, asked).then((answered) => keptOf(route, answered));
      const tenantId = handler.tenantOf?.(asked, key ?? '') ?? principal.tenantId;
      const { answer, replayed } = await withTenant(db, tenantId, async (tx) =>
        key === undefined
          ? { answer: await run(tx), replayed: false }
          : onceByKey(
              tx,
              parts,
              { ...asked, operation: name, key, version: asked.version || undefined },
              () => run(tx),
            ),
      );
      return respond(c, answer, replayed);
    }
    default:
      return handler satisfies never;
  }
}

function validOf(c: Context<CloudEnv>, target: 'param' | 'query' | 'json', schema: unknown): never {
  return (schema === undefined ? undefined : c.req.valid(target as never)) as never;
}

/** @throws ProblemError `idempotency_key_missing` */
export function idempotencyKeyOf(route: Route, given: string | undefined): string | undefined {
  if (!route.once) return undefined;
  if (given === undefined || !IDEMPOTENCY_KEY.test(given)) throw new ProblemError('idempotency_key_missing');
  return given;
}

/** 0 where no version is asked for. @throws ProblemError `version_missing` */
function versionOf(route: Route, given: string | undefined): number {
  const isNeeded =
    route.versioned === true &&
    (route.method === 'PATCH' || route.method === 'DELETE' || route.method === 'PUT');
  if (!isNeeded) return 0;
  const [, version] = ETAG.exec(given ?? '') ?? [];
  if (version === undefined) throw new ProblemError('version_missing');
  return Number(version);
}

function keptOf(route: Route, { body, version }: Answered<Route>): KeptAnswer {
  return { status: route.answer.status, version, body: body ?? null };
}

function respond(c: Context<CloudEnv>, { status, version, body }: KeptAnswer, replayed: boolean): Response {
  if (version !== undefined) c.header('etag', etagOf(version));
  if (replayed) c.header('idempotent-replayed', 'true');
  return status === 204 ? c.body(null, 204) : c.json(body, status as 200);
}
