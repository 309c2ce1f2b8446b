/**
 * The real cloud in the world: one node or several, each with its app and its read door in this process, over one clock and
 * one PostgreSQL. What comes in goes to them in turn, to those that are up. A node can die between any two queries, and come
 * back as a new process over the same database.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Cloud,
  createCloud,
  type DataKeys,
  newSigningKey,
  type ServingUrls,
  type SigningKey,
} from '@totem/cloud';
import type { Env } from '@totem/domain';
import { type CloudFaultPoint, createLog } from '@totem/host';
import type { FaultPoints } from './fault-points.ts';
import { type ProcessLife, within } from './life.ts';
import { type QueryGate, setQueryGate } from './rest.ts';
import { type ActorClock, type Schedule, timersOf } from './schedule.ts';

export interface WireRequest {
  readonly method: string;
  /** From the root, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request at the cloud. */
export interface Asked {
  /** Rejects when the node dies first. */
  readonly answer: Promise<WireAnswer>;
  /** The asker has gone. */
  leave(): void;
}

export interface CloudNode {
  /** Starts the nodes that are down. */
  start(): Promise<void>;
  ask(request: WireRequest): Asked;
  /** Ends these processes as a power cut does. @param node one of them, counted from 0; all by default. */
  die(node?: number): void;
  /** Ends a node before or after one of the next commits of something written. @param when of the commits, counted from now. */
  dieAtCommit(when: { readonly countdown: number; readonly isAfter: boolean }): void;
  /** Ends the node that comes by this place next. */
  dieAtPoint(point: CloudFaultPoint): void;
  /** Nothing that was prepared befalls it any more. */
  spare(): void;
  /** Whether all nodes are. */
  isUp(): boolean;
  /** Whether a death at a commit is prepared. */
  isArmed(): boolean;
  /** How often something may have been written: while it stays, what was read stays true. */
  writes(): number;
  /** From now on a commit that a death comes before is answered as if it had been made; for planted defects. */
  answerTooEarly(): void;
  readonly signingKey: SigningKey;
  /** The wall clock of all. */
  now(): number;
  cloud(): Cloud;
  close(): Promise<void>;
}

/** One life of a node's process. */
interface Life extends ProcessLife {
  cloud: Cloud | undefined;
  readonly leavers: Set<() => void>;
}

const lives = new AsyncLocalStorage<Life>();
const inLife = <T>(life: Life, run: () => T): T => lives.run(life, () => within(life, run));
const silentLog = createLog('world-cloud', { level: 'silent' });

/** Whom a query belongs to, and what is in its way. */
let onQuery: (life: Life, query: Parameters<QueryGate>[0]) => Promise<unknown> | undefined;
setQueryGate((query) => {
  const life = lives.getStore();
  return life === undefined ? undefined : onQuery(life, query);
});

/** From an answer that was given too early to the death that it should have waited for. */
const EARLY_MS = 1;

class NodeDied extends Error {
  readonly code = 'ECONNRESET';
}

export function createCloudNode(parts: {
  /** How many. */
  readonly nodes: number;
  readonly urls: ServingUrls;
  readonly dataKeys: DataKeys;
  readonly clock: ActorClock;
  readonly schedule: Schedule;
  readonly points: FaultPoints;
}): CloudNode {
  const { schedule, points, clock } = parts;
  const signingKey = newSigningKey();
  const nodes: (Life | undefined)[] = Array.from({ length: parts.nodes }, () => undefined);
  let turns = 0;
  let armed: { countdown: number; readonly isAfter: boolean } | undefined;
  let armedPoint: CloudFaultPoint | undefined;
  let isEarly = false;
  let writes = 0;
  const writing = new WeakSet<object>();

  const end = (dying: Life | undefined): void => {
    if (dying === undefined || dying.isDead) return;
    dying.isDead = true;
    nodes[nodes.indexOf(dying)] = undefined;
    for (const leave of [...dying.leavers]) leave();
    const { cloud } = dying;
    cloud?.close().catch(() => {});
  };
  const startNode = async (node: number): Promise<void> => {
    const reach: Life['reach'] = (point) => {
      if (point !== armedPoint && !life.isDead) return;
      if (point === armedPoint && !life.isDead) {
        armedPoint = undefined;
        points.reached(point);
        end(life);
      }
      throw new NodeDied('the node died');
    };
    const life: Life = { cloud: undefined, isDead: false, leavers: new Set(), reach };
    nodes[node] = life;
    const timers = timersOf(schedule, node === 0 ? 'cloud' : `cloud ${node}`, () => !life.isDead);
    await inLife(life, async () => {
      life.cloud = createCloud({
        databaseUrls: parts.urls,
        signingKey,
        dataKeys: parts.dataKeys,
        env: clock.env,
        timers: {
          monotonicMs: timers.monotonicMs,
          after: (delayMs, run) => timers.after(stretched(delayMs), () => inLife(life, run)),
        },
        log: silentLog,
        publicUrl: 'http://cloud.world',
        jobsComeRound: false,
      });
      await life.cloud.start({ host: '127.0.0.1', port: 0 });
    });
  };
  /** As whoever stands before the nodes does it: in turn. */
  const nextUp = (): Life | undefined => {
    const up = nodes.filter((one) => one?.cloud !== undefined);
    turns += 1;
    return up[turns % up.length];
  };
  onQuery = (asking, { sql, connection, pass, instead }) => {
    if (asking.isDead) return sql === 'ROLLBACK' ? undefined : Promise.reject(new NodeDied('the node died'));
    if (sql.startsWith('BEGIN')) writing.delete(connection);
    if (sql === 'BEGIN') writing.add(connection);
    if (sql !== 'COMMIT' || !writing.has(connection)) return undefined;
    writes += 1;
    if (armed === undefined || !nodes.includes(asking)) return undefined;
    armed.countdown -= 1;
    if (armed.countdown > 0) return undefined;
    const { isAfter } = armed;
    armed = undefined;
    points.reached(isAfter ? 'cloud_died_after_commit' : 'cloud_died_before_commit');
    if (isEarly && !isAfter) {
      schedule.after(EARLY_MS, 'cloud', () => end(asking));
      return instead('ROLLBACK').then(() => ({ command: 'COMMIT' }));
    }
    const dying = async (): Promise<never> => {
      if (isAfter) await pass();
      end(asking);
      throw new NodeDied('the node died');
    };
    return dying();
  };
  return {
    signingKey,
    now: () => clock.env.now(),
    async start() {
      for (const [node, life] of nodes.entries()) if (life === undefined) await startNode(node);
    },
    ask(request) {
      const at = nextUp();
      if (at?.cloud === undefined) return { answer: Promise.reject(new NodeDied('down')), leave: () => {} };
      const { cloud } = at;
      const died = Promise.withResolvers<never>();
      died.promise.catch(() => {});
      const gone = Promise.withResolvers<void>();
      const leave = (): void => {
        gone.resolve();
        died.reject(new NodeDied('the node died'));
      };
      at.leavers.add(leave);
      const answer = inLife(at, () =>
        request.path.startsWith('/v1/shape?')
          ? askFront(cloud, request, gone.promise)
          : askApp(cloud, request, clock.env),
      );
      answer.catch(() => {});
      return {
        answer: Promise.race([answer, died.promise]).finally(() => at.leavers.delete(leave)),
        leave: gone.resolve,
      };
    },
    die(node) {
      for (const life of node === undefined ? [...nodes] : [nodes[node]]) end(life);
    },
    dieAtCommit(when) {
      armed = { ...when };
    },
    dieAtPoint(point) {
      armedPoint = point;
    },
    spare() {
      armed = undefined;
      armedPoint = undefined;
    },
    isUp: () => nodes.every((life) => life !== undefined),
    isArmed: () => armed !== undefined,
    writes: () => writes,
    answerTooEarly() {
      isEarly = true;
    },
    cloud: () => {
      const { cloud } = nodes.find((life) => life !== undefined) ?? {};
      if (cloud === undefined) throw new Error('the cloud is down');
      return cloud;
    },
    async close() {
      armed = undefined;
      for (const last of [...nodes]) {
        if (last?.cloud === undefined) continue;
        for (const leave of [...last.leavers]) leave();
        await last.cloud.close();
        last.isDead = true;
      }
      nodes.fill(undefined);
    },
  };
}

/** The look for what other nodes have committed is the cloud's only frequent timer: its own commits wake it at once. */
const POLL_MS = 250;
const stretched = (delayMs: number): number => (delayMs === POLL_MS ? 8 * POLL_MS : delayMs);

async function askApp(cloud: Cloud, request: WireRequest, env: Env): Promise<WireAnswer> {
  const { method, path, headers, body } = request;
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(body.byteLength) };
  const answer = await cloud.app.fetch(
    new Request(`http://cloud.world${path}`, {
      method,
      headers: { ...headers, ...length },
      ...(body === undefined ? {} : { body }),
    }),
  );
  const date = new Date(env.now()).toUTCString();
  return {
    status: answer.status,
    headers: { ...Object.fromEntries(answer.headers), date },
    body: await answer.text(),
  };
}

/** The read door on Node's objects, or as much of them as it uses. */
function askFront(cloud: Cloud, request: WireRequest, gone: Promise<void>): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
  let status = 0;
  let headers: Record<string, string> = {};
  const outgoing = {
    headersSent: false,
    once: (event: string, listener: () => void) => {
      if (event === 'close') void gone.then(listener);
      return outgoing;
    },
    writeHead: (code: number, given: Record<string, string>) => {
      outgoing.headersSent = true;
      status = code;
      headers = given;
      return outgoing;
    },
    end: (text?: string | Uint8Array | null) => {
      resolve({
        status,
        headers,
        body: typeof text === 'string' ? text : Buffer.from(text ?? '').toString(),
      });
      return outgoing;
    },
    destroy: () => {
      reject(new NodeDied('ended'));
      return outgoing;
    },
  };
  const incoming = { method: request.method, url: request.path, headers: request.headers };
  const isTaken = cloud.front(incoming as unknown as IncomingMessage, outgoing as unknown as ServerResponse);
  if (!isTaken) reject(new Error(`nobody answers ${request.path}`));
  return promise;
}
