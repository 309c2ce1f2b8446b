/**
 * The server side of Electric's HTTP Shape protocol over a `ChangeLog`: initial rows, catch-up, live long-polling. It
 * knows no HTTP library and no database; the caller says who may read what through a resolver, and sends the answers.
 *
 * Nodes share nothing. What a client's copy is made of travels in its handle; only the chunks of fresh initial rows are
 * kept, for a while, in memory.
 */
import {
  asRequested,
  invalidAnswer,
  methodAnswer,
  refusedAnswer,
  type ShapeAnswer,
  unavailableAnswer,
} from './answer.ts';
import {
  createShapeCore,
  refetch,
  retryAfterSeconds,
  type ShapeCore,
  type ShapeRequest,
  type ShapeServerParts,
} from './core.ts';
import { assertServable } from './filter.ts';
import { fingerprintOf } from './handle.ts';
import { ChangeLogFault } from './log-fault.ts';
import { parseShapeQuery, type ShapeQuery } from './request.ts';
import { answerResumed } from './resume.ts';
import { answerNow, answerStart } from './start.ts';

export interface ShapeServer {
  /** Answers one request. Rejects only for a mistake in the code or in the resolver. */
  handle(request: ShapeRequest): Promise<ShapeAnswer>;
  /** Requests on hold now. */
  held(): number;
  /** Answers held requests with what they have, and holds none any more: before the process ends. */
  endHolds(): void;
}

/** @throws RangeError when the handle key is too short. */
export function createShapeServer(parts: ShapeServerParts): ShapeServer {
  const core = createShapeCore(parts);
  return {
    held: () => core.holds.count(),
    endHolds: () => core.holds.end(),
    handle: async (request) => {
      try {
        const answered = await answer(core, request);
        const { status } = answered;
        if (status >= 400 && status !== 409) core.onEvent({ kind: 'refused', status });
        return asRequested(answered, request.method, request.ifNoneMatch ?? null);
      } catch (error) {
        if (!(error instanceof ChangeLogFault)) throw error;
        core.onEvent({ kind: 'fault', error: error.cause });
        return unavailableAnswer('change_log_unavailable', 'Data cannot be read now', retryAfterSeconds);
      }
    },
  };
}

const methods: readonly string[] = ['GET', 'HEAD'];
/** The protocol has POST for one thing: a subset in the body. */
const postErrors = { subset: ['subset snapshots are not served'] } as const;

async function answer(core: ShapeCore, request: ShapeRequest): Promise<ShapeAnswer> {
  if (request.method === 'POST') return invalidAnswer(postErrors);
  if (!methods.includes(request.method)) return methodAnswer();
  const parsed = parseShapeQuery(request.query, core.definedByCaller);
  if (!parsed.ok) return invalidAnswer(parsed.errors);
  const { query } = parsed;
  return query.kind === 'resume' ? resumed(core, request, query) : started(core, request, query);
}

async function started(
  core: ShapeCore,
  request: ShapeRequest,
  query: Exclude<ShapeQuery, { kind: 'resume' }>,
): Promise<ShapeAnswer> {
  const resolution = await request.resolve(null);
  switch (resolution.kind) {
    case 'refused':
      return refusedAnswer(resolution.status, resolution.code, resolution.message);
    case 'invalid':
      return invalidAnswer(resolution.errors);
    case 'expired':
      throw new RangeError('a first request has no frozen values that could be out of date');
    case 'shape': {
      const { shape, frozen } = resolution;
      assertServable(shape);
      const first = { name: request.name, replica: query.replica, shape, frozen };
      return query.kind === 'start' ? answerStart(core, first) : answerNow(core, first);
    }
    default:
      return resolution satisfies never;
  }
}

/** Asks the resolver before it says anything about the handle: who may not read learns nothing from a 409. */
async function resumed(
  core: ShapeCore,
  request: ShapeRequest,
  query: Extract<ShapeQuery, { kind: 'resume' }>,
): Promise<ShapeAnswer> {
  const { name, signal } = request;
  const content = core.codec.open(query.handle);
  const isCopy = content !== null && content.chunks > 0;
  const resolution = await request.resolve(isCopy ? content.frozen : null);
  switch (resolution.kind) {
    case 'refused':
      return refusedAnswer(resolution.status, resolution.code, resolution.message);
    case 'invalid':
      return invalidAnswer(resolution.errors);
    case 'expired':
      return refetch(core, name, 'expired', query.handle);
    case 'shape': {
      const { shape } = resolution;
      assertServable(shape);
      if (content === null) return refetch(core, name, 'unknown_handle', query.handle);
      if (!isCopy) return refetch(core, name, 'pending_handle', query.handle);
      if (fingerprintOf(shape, query.replica) !== content.fingerprint) {
        return refetch(core, name, 'other_shape', query.handle);
      }
      return answerResumed(core, { name, query, shape, content, signal });
    }
    default:
      return resolution satisfies never;
  }
}
