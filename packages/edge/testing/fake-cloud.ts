/**
 * A cloud for the agent's tests: the same doors over real sockets, batches judged by the real `judgeBatch`, rows folded by
 * the domain and served by the real shape server. What it keeps is in memory, so that it can be restored to an earlier day.
 */
import { type KeyObject, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  CHAIN_START,
  columnName,
  type Env,
  ERRORS,
  type ErrorCode,
  fold,
  instantText,
  isShapeName,
  type LedgerEntry,
  NAMED_SHAPES,
  type OriginId,
  type PrivateData,
  type RowOf,
  sealText,
  type Table,
  type TicketRow,
  type Timers,
  ticketTable,
} from '@totem/domain';
import { createMemoryChangeLog, createShapeServer, type MemoryChangeLog } from '@totem/sync';
import { judgeBatch, type LedgerCursor, ledgerBatchSchema, prepareBatch } from '@totem/sync/push';
import { jwtVerify } from 'jose';
import type { Device } from '../device.ts';
import { type PublicJwk, publicKeyOf } from '../identity/device-key.ts';
import { ASSERTION_AUDIENCE, JWT_BEARER_GRANT } from '../identity/tokens.ts';
import { wireRow } from './wire-row.ts';

/** What a dump would hold. */
interface Kept {
  readonly entries: Map<OriginId, LedgerEntry[]>;
  readonly privates: Map<string, PrivateData>;
  readonly tickets: Map<string, TicketRow>;
  suspended: boolean;
}

export interface FakeCloud {
  readonly url: string;
  /** Every entry that was taken, in the order of receipt. */
  entries(): readonly LedgerEntry[];
  /** What totems have said of what is behind their batches. */
  outboxes(): readonly string[];
  privates(): ReadonlyMap<string, PrivateData>;
  tickets(): ReadonlyMap<string, TicketRow>;
  /** Writes a row that the cloud owns. */
  put<T extends Table>(table: T, row: RowOf<T>): void;
  /** Applies entries of another writer, as if they had arrived. */
  receive(entries: readonly LedgerEntry[]): void;
  isSuspended(): boolean;
  suspend(suspended: boolean): void;
  /** Answers the next requests to a path with this problem, `times` of them. */
  refuse(path: string, code: ErrorCode, times: number, retryAfter?: number): void;
  /** Applies the next batch and breaks the connection before answering. */
  loseNextReply(): void;
  /** Answers the next requests to a path with headers, and never with a body. */
  hang(path: string, times: number): void;
  /** Answers the next requests for shapes like a network that wants a sign-in: 200 and a page. */
  standInTheWay(times: number): void;
  /** A dump of now. */
  dump(): () => void;
  /** Requests so far, as `METHOD path`; a shape that is read from its beginning ends in `offset=-1`. */
  requests(): readonly string[];
  /** Calls back after every request. @returns ends it. */
  onRequest(listener: () => void): () => void;
  close(): Promise<void>;
}

export async function startFakeCloud(parts: {
  readonly env: Env;
  readonly timers: Timers;
  readonly device: Device;
  readonly publicJwk: PublicJwk;
}): Promise<FakeCloud> {
  const { env, device } = parts;
  const key = publicKeyOf(parts.publicJwk);
  const log = createMemoryChangeLog({
    tables: Object.fromEntries(
      Object.values(NAMED_SHAPES).map(({ table }) => [table.name, table.key.map(columnName)]),
    ),
  });
  const shapes = createShapeServer({
    log,
    env,
    timers: parts.timers,
    handleKey: Uint8Array.from({ length: 32 }, (_, index) => index),
  });
  let kept: Kept = { entries: new Map(), privates: new Map(), tickets: new Map(), suspended: false };
  const arrived: LedgerEntry[] = [];
  const requests: string[] = [];
  const outboxes: string[] = [];
  const listeners = new Set<() => void>();
  const refusals = new Map<string, { code: ErrorCode; times: number; retryAfter: number | undefined }>();
  let losesReply = false;
  const hangs = new Map<string, number>();
  let portals = 0;
  let issued = 0;

  const cursorOf = (origin: OriginId): LedgerCursor => kept.entries.get(origin)?.at(-1) ?? CHAIN_START;
  const take = (entries: readonly LedgerEntry[]): void => {
    arrived.push(...entries);
    for (const entry of entries) {
      const chain = kept.entries.get(entry.origin) ?? [];
      chain.push(entry);
      kept.entries.set(entry.origin, chain);
      if (entry.entity !== 'ticket') continue;
      const before = kept.tickets.get(entry.entityId);
      const { row } = fold('ticket', before, [], [entry]);
      if (row === undefined) continue;
      kept.tickets.set(row.id, row);
      writeRow(log, device.tenantId, ticketTable, row, before !== undefined);
    }
  };
  const token = async (request: IncomingMessage): Promise<Reply> => {
    const form = new URLSearchParams((await bodyOf(request)).toString('utf8'));
    if (!(await isGenuine(form, key, device, env))) return problem('unauthorized');
    issued += 1;
    return { status: 200, body: { access_token: `token-${issued}`, token_type: 'Bearer', expires_in: 900 } };
  };
  const cursor = (query: URLSearchParams): Reply => {
    const origin = query.get('origin') as OriginId;
    const { seq, hash } = cursorOf(origin);
    const hashAt = kept.entries.get(origin)?.[Number(query.get('seq')) - 1]?.hash ?? null;
    const serverTime = instantText(env.now());
    return { status: 200, body: { origin, seq, hash, hashAt, suspended: kept.suspended, serverTime } };
  };
  const push = async (request: IncomingMessage): Promise<Reply> => {
    outboxes.push(String(request.headers['totem-outbox']));
    const bytes = await bodyOf(request);
    const isGzip = request.headers['content-encoding'] === 'gzip';
    const batch = ledgerBatchSchema.parse(JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString('utf8')));
    if (kept.suspended) return problem('device_suspended');
    const text = sealText(batch.tenantId, batch.origin, batch.seal);
    if (!verify(null, Buffer.from(text), key, Buffer.from(batch.seal.signature, 'base64url')))
      return problem('ledger_unattributed');
    const known = kept.entries.get(batch.origin) ?? [];
    const verdict = judgeBatch(
      cursorOf(batch.origin),
      prepareBatch(batch),
      (seq) => known[seq - 1]?.hash ?? null,
    );
    switch (verdict.kind) {
      case 'fork':
      case 'malformed':
        kept.suspended = true;
        return problem('ledger_fork');
      case 'gap':
        return problem('ledger_gap', { expected: verdict.expected, hash: cursorOf(batch.origin).hash });
      case 'repeated':
        break;
      case 'new':
        take(verdict.entries.flatMap((one) => (one.verdict === 'accept' ? [one.entry] : [])));
        for (const one of verdict.entries)
          if (one.verdict === 'accept' && one.private !== null) kept.privates.set(one.entry.id, one.private);
        break;
      default:
        verdict satisfies never;
    }
    const { seq, hash } = cursorOf(batch.origin);
    const position = String(arrived.length);
    const body = {
      origin: batch.origin,
      acknowledged: seq,
      hash,
      position,
      serverTime: instantText(env.now()),
    };
    return { status: 200, body };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://cloud');
    const isStart = url.searchParams.get('offset') === '-1';
    requests.push(`${request.method} ${url.pathname}${isStart ? ' offset=-1' : ''}`);
    const refusal = refusals.get(url.pathname);
    if (refusal !== undefined && refusal.times > 0) {
      refusal.times -= 1;
      await bodyOf(request);
      send(env, response, { ...problem(refusal.code), retryAfter: refusal.retryAfter });
      return;
    }
    const hanging = hangs.get(url.pathname) ?? 0;
    if (hanging > 0) {
      hangs.set(url.pathname, hanging - 1);
      await bodyOf(request);
      response.writeHead(200, {
        'content-type': 'application/json',
        date: new Date(env.now()).toUTCString(),
      });
      response.flushHeaders();
      return;
    }
    if (url.pathname === '/v1/token') return send(env, response, await token(request));
    if (!/^Bearer token-\d+$/.test(request.headers.authorization ?? ''))
      return send(env, response, problem('unauthorized'));
    if (url.pathname === '/v1/ledger/cursor') return send(env, response, cursor(url.searchParams));
    if (url.pathname === '/v1/shape' && portals > 0) {
      portals -= 1;
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<h1>Welcome to this network</h1>');
      return;
    }
    if (url.pathname === '/v1/shape')
      return serveShape({ shapes, device, env }, request, response, url.searchParams);
    if (url.pathname !== '/v1/ledger') return send(env, response, problem('not_found'));
    const reply = await push(request);
    if (losesReply && reply.status === 200) {
      losesReply = false;
      response.destroy();
      return;
    }
    send(env, response, reply);
  };
  const server = createServer((request, response) => {
    answer(request, response)
      .catch((error: Error) => response.destroy(error))
      .finally(() => {
        for (const listener of [...listeners]) listener();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    entries: () => arrived,
    outboxes: () => outboxes,
    privates: () => kept.privates,
    tickets: () => kept.tickets,
    put: (table, row) => writeRow(log, device.tenantId, table, row, false),
    receive: take,
    isSuspended: () => kept.suspended,
    suspend(suspended) {
      kept.suspended = suspended;
    },
    refuse: (path, code, times, retryAfter) => void refusals.set(path, { code, times, retryAfter }),
    loseNextReply() {
      losesReply = true;
    },
    hang: (path, times) => void hangs.set(path, times),
    standInTheWay(times) {
      portals = times;
    },
    dump() {
      const dumped = copyOf(kept);
      return () => {
        for (const id of kept.tickets.keys())
          if (!dumped.tickets.has(id))
            log.write(device.tenantId, [
              { op: 'delete', table: 'ticket', key: { tenant_id: device.tenantId, id } },
            ]);
        kept = copyOf(dumped);
        log.bumpEpoch(device.tenantId);
      };
    },
    requests: () => requests,
    onRequest(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A shape as the real shape server gives it. */
async function serveShape(
  { shapes, device, env }: { shapes: ReturnType<typeof createShapeServer>; device: Device; env: Env },
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  const name = query.get('shape') ?? '';
  const shape = await shapes.handle({
    method: request.method ?? 'GET',
    name,
    query,
    signal: left.signal,
    resolve: () => resolved(name, device),
  });
  response.writeHead(shape.status, { ...shape.headers, date: new Date(env.now()).toUTCString() });
  response.end(shape.body);
}

function send(env: Env, response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    date: new Date(env.now()).toUTCString(),
    ...(reply.retryAfter === undefined ? {} : { 'retry-after': String(reply.retryAfter) }),
  });
  response.end(JSON.stringify(reply.body));
}

/** Whether the form claims to be the device, and the claim is signed by its key and fresh. */
async function isGenuine(form: URLSearchParams, key: KeyObject, device: Device, env: Env): Promise<boolean> {
  try {
    await jwtVerify(form.get('assertion') ?? '', key, {
      audience: ASSERTION_AUDIENCE,
      issuer: device.equipmentId,
      subject: device.equipmentId,
      currentDate: new Date(env.now()),
      clockTolerance: 60,
    });
    return form.get('grant_type') === JWT_BEARER_GRANT;
  } catch {
    return false;
  }
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter?: number | undefined;
}

function problem(code: ErrorCode, extra: object = {}): Reply {
  return { status: ERRORS[code].status, body: { code, ...extra } };
}

function copyOf(kept: Kept): Kept {
  return {
    entries: new Map([...kept.entries].map(([origin, entries]) => [origin, [...entries]])),
    privates: new Map(kept.privates),
    tickets: new Map(kept.tickets),
    suspended: kept.suspended,
  };
}

function resolved(name: string, device: Device) {
  if (!isShapeName(name))
    return { kind: 'refused', status: 404, code: 'not_found', message: 'no such shape' } as const;
  const { table, scope } = NAMED_SHAPES[name];
  const key = table.key.map(columnName);
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([field, { type, notNull }]) => {
      const column = columnName(field);
      const place = key.indexOf(column);
      return [column, { type, notNull, ...(place < 0 ? {} : { pkIndex: place }) }];
    }),
  );
  const site = { op: 'eq', value: device.siteId } as const;
  const where = scope === 'tenant' ? [] : [{ column: scope === 'site_itself' ? 'id' : 'site_id', ...site }];
  const shape = { name, table: table.name, columns, primaryKey: key, tenantId: device.tenantId, where };
  return { kind: 'shape', shape, frozen: {} } as const;
}

function writeRow<T extends Table>(
  log: MemoryChangeLog,
  tenantId: string,
  table: T,
  row: RowOf<T>,
  isKnown: boolean,
): void {
  const text = wireRow(table, row);
  const key = Object.fromEntries(
    table.key.map((field) => [columnName(field), text[columnName(field)] ?? null]),
  );
  log.write(tenantId, [
    isKnown
      ? { op: 'update', table: table.name, key, set: text }
      : { op: 'insert', table: table.name, row: text },
  ]);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
