/**
 * The network between the nodes: each request and each answer goes its own way, and may be lost, late, repeated, overtaken, or
 * cut off in one direction. What becomes of one depends on the seed and on its own name alone.
 */
import { gunzipSync } from 'node:zlib';
import { draw, logUniform } from './chance.ts';
import type { Asked, CloudNode, WireAnswer, WireRequest } from './cloud-node.ts';
import type { FaultPoint, FaultPoints } from './fault-points.ts';
import type { Schedule } from './schedule.ts';
import type { Weather } from './weather.ts';

export type Direction = 'up' | 'down' | 'both';

export interface Network {
  /** A request of an actor to the cloud, or on its branch's own network to somebody there. */
  send(actor: string, request: WireRequest, signal?: AbortSignal, to?: Neighbour): Promise<WireAnswer>;
  cut(actor: string, direction: Direction): void;
  heal(actor: string): void;
  isCut(actor: string): boolean;
  /** From now on nothing goes wrong by itself. */
  calm(): void;
  /** The actor is no more: nobody waits for its answers. */
  drop(actor: string): void;
  /** What an answer becomes on its way; for planted defects. */
  onAnswer(change: AnswerChange): void;
}

/** Somebody on the network of the branch. */
export interface Neighbour {
  ask(request: WireRequest): Asked;
}

/** The cable of an actor to its branch's own network: one of its own, which is cut by itself. */
export const lanOf = (actor: string): string => `${actor}~lan`;

export type AnswerChange = (
  actor: string,
  request: WireRequest,
  answer: WireAnswer | undefined,
) => WireAnswer | undefined;

/** On a line where nothing is wrong, each way. */
const CALM_MS = 8;
/** A connection that swallows all ends after a while: a router forgets it, or the system gives up. */
/** In a branch, each way. */
const LAN_MS = { least: 0.5, most: 4 } as const;
const HANGS_MS = { least: 2_000, most: 120_000 } as const;
const OVERTAKEN_MS = { least: 500, most: 90_000 } as const;
const CLOG_MS = { least: 1_000, most: 20_000 } as const;

/** One request on its way, as its sender sees it. */
interface Trip {
  readonly id: string;
  readonly actor: string;
  readonly request: WireRequest;
  readonly to: Neighbour;
  readonly end: PromiseWithResolvers<WireAnswer>;
  asked: Asked | undefined;
  isOver: boolean;
}

export function createNetwork(parts: {
  readonly seed: number;
  readonly schedule: Schedule;
  readonly cloud: CloudNode;
  readonly weather: Weather;
  readonly points: FaultPoints;
  readonly note: (line: string) => void;
}): Network {
  const { seed, schedule, cloud, weather, points } = parts;
  const cuts = new Map<string, Direction>();
  const trips = new Map<string, Set<Trip>>();
  const counts = new Map<string, number>();
  let isCalm = false;
  let change: AnswerChange = (_actor, _request, answer) => answer;

  const share = (...words: string[]) => draw(seed, 'network', ...words);
  const isHit = (chance: number, point: FaultPoint, ...words: string[]): boolean => {
    if (isCalm || share(point, ...words) >= chance) return false;
    points.reached(point);
    return true;
  };
  const latency = ({ id, to }: Pick<Trip, 'id' | 'to'>, way: string): number => {
    const drawn = share('latency', way, id);
    if (to !== cloud) return logUniform(drawn, LAN_MS.least, LAN_MS.most);
    return isCalm ? CALM_MS : weather.latencyMs * (0.5 + drawn);
  };
  const isCutOff = (actor: string, way: 'up' | 'down'): boolean => {
    const cut = cuts.get(actor);
    if (cut !== 'both' && cut !== way) return false;
    points.reached(actor.endsWith(lanOf('')) ? 'cut_lan' : way === 'up' ? 'cut_up' : 'cut_down');
    return true;
  };
  const finish = (trip: Trip): boolean => {
    if (trip.isOver) return false;
    trip.isOver = true;
    trips.get(trip.actor)?.delete(trip);
    return true;
  };
  /** The sender learns after a while that nothing comes. */
  const vanish = (trip: Trip, way: string): void => {
    const isHanging = share('hangs', way, trip.id) < 0.4;
    const afterMs = isHanging
      ? logUniform(share('hangs for', way, trip.id), HANGS_MS.least, HANGS_MS.most)
      : latency(trip, 'refused');
    schedule.after(afterMs, trip.id, () => {
      if (!finish(trip)) return;
      trip.asked?.leave();
      trip.end.reject(new TypeError('fetch failed', { cause: new Error('the world lost it') }));
    });
  };
  const answered = (trip: Trip, given: WireAnswer | undefined): void => {
    const answer = change(trip.actor, trip.request, given);
    if (answer === undefined) {
      vanish(trip, 'down');
      return;
    }
    const isLost = isHit(weather.loss, 'answer_lost', trip.id);
    const clogMs = isHit(weather.clog, 'clog', trip.id)
      ? logUniform(share('clog for', trip.id), CLOG_MS.least, CLOG_MS.most)
      : 0;
    schedule.after(latency(trip, 'down') + clogMs, trip.id, () => {
      if (isLost || isCutOff(trip.actor, 'down')) {
        vanish(trip, 'down');
        return;
      }
      if (!finish(trip)) return;
      parts.note(`${trip.id} ${answer.status}`);
      trip.end.resolve(answer);
    });
  };
  const deliver = (trip: Trip): void => {
    if (isCutOff(trip.actor, 'up')) {
      vanish(trip, 'up');
      return;
    }
    const asked = trip.to.ask(trip.request);
    trip.asked = asked;
    if (trip.isOver) asked.leave();
    asked.answer.then(
      (answer) => answered(trip, answer),
      () => answered(trip, undefined),
    );
  };
  const repeat = (trip: Trip): void => {
    const { request, to } = trip;
    schedule.after(share('repeated after', trip.id) * 30_000, `${trip.id} again`, () => {
      // The copy is no one's: what it asks to be held for is let go at once.
      const asked = to.ask(request);
      asked.answer.catch(() => {});
      schedule.after(CALM_MS, `${trip.id} left`, asked.leave);
    });
  };
  return {
    send(sender, request, signal, to = cloud) {
      const actor = to === cloud ? sender : lanOf(sender);
      const kind = kindOf(request);
      const count = (counts.get(`${actor} ${kind}`) ?? 0) + 1;
      counts.set(`${actor} ${kind}`, count);
      const end = Promise.withResolvers<WireAnswer>();
      const trip: Trip = {
        id: `${actor} ${kind} ${count}`,
        actor,
        request: to === cloud ? plain(request) : request,
        to,
        end,
        asked: undefined,
        isOver: false,
      };
      const open = trips.get(actor) ?? new Set();
      trips.set(actor, open.add(trip));
      const abort = (): void => {
        if (!finish(trip)) return;
        trip.asked?.leave();
        end.reject(signal?.reason);
      };
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort, { once: true });
      if (isHit(weather.loss, share('how', trip.id) < 0.5 ? 'request_lost' : 'request_refused', trip.id)) {
        vanish(trip, 'up');
        return end.promise;
      }
      const lateMs = isHit(weather.late, 'request_overtaken', trip.id)
        ? logUniform(share('late', trip.id), OVERTAKEN_MS.least, OVERTAKEN_MS.most)
        : 0;
      schedule.after(latency(trip, 'up') + lateMs, trip.id, () => deliver(trip));
      if (isHit(weather.repeat, 'request_repeated', trip.id)) repeat(trip);
      return end.promise;
    },
    cut: (actor, direction) => void cuts.set(actor, direction),
    heal: (actor) => void cuts.delete(actor),
    isCut: (actor) => cuts.has(actor),
    calm: () => {
      isCalm = true;
    },
    drop: (actor) => {
      for (const trip of [...(trips.get(actor) ?? []), ...(trips.get(lanOf(actor)) ?? [])]) {
        if (!finish(trip)) continue;
        trip.asked?.leave();
        trip.end.reject(new Error('nobody is there any more'));
      }
    },
    onAnswer: (next) => {
      change = next;
    },
  };
}

/** What is asked for, in a word. */
export function kindOf({ path }: WireRequest): string {
  const shape = /[?&]shape=(\w+)/.exec(path)?.[1];
  return shape ?? path.replace(/^\/v1\//, '').replace(/\?.*/, '');
}

/** Compression is not what is looked at here, and would be done aside from the world's turns. */
function plain(request: WireRequest): WireRequest {
  const { 'content-encoding': encoding, 'accept-encoding': _, ...headers } = request.headers;
  if (encoding !== 'gzip' || request.body === undefined) return { ...request, headers };
  return { ...request, headers, body: new Uint8Array(gunzipSync(request.body)) };
}
