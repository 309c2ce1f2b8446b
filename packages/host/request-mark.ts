/**
 * The mark of a request: its id, the trace it belongs to, and what became of it. It follows the request through everything
 * that is awaited for it, so that each line of the log and each problem document says which request it is about without
 * anyone handing it on.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorCode, newId } from '@totem/domain';
import { systemEnv } from './system.ts';

export interface RequestMark {
  readonly id: string;
  /** Of a W3C trace that the caller has begun. */
  readonly traceId: string | undefined;
  /** The pattern of the path that answers, never the path itself: ids and capabilities are in that. */
  route: string;
  /** The refusal or fault that was answered. */
  code: ErrorCode | undefined;
  /** Whether the answer waits for something to happen: how long it took says nothing then. */
  isHeld: boolean;
}

/** The route of a request that no route answers. */
export const UNMATCHED = 'unmatched';

/** Long enough to be unlike any other, short enough for a line of a log, and nothing in it that a log could stumble over. */
const REQUEST_ID = /^[A-Za-z0-9._-]{16,64}$/;
/** Trace Context, 3.2: version, trace, parent, flags; a later version may say more after another hyphen. */
const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const ZEROS = /^0+$/;

const storage = new AsyncLocalStorage<RequestMark>();

/** Runs the work of a request under its mark. */
export function underMark<T>(mark: RequestMark, work: () => T): T {
  return storage.run(mark, work);
}

/** The mark of the request that is being answered here; undefined where none is. */
export function currentRequest(): RequestMark | undefined {
  return storage.getStore();
}

/** The mark of a request that has just come in. An id that the caller chose is kept when it is one. */
export function markOf(headers: IncomingHttpHeaders): RequestMark {
  const given = headers['x-request-id'];
  return {
    id: typeof given === 'string' && REQUEST_ID.test(given) ? given : newId<'request'>(systemEnv),
    traceId: traceOf(headers.traceparent),
    route: UNMATCHED,
    code: undefined,
    isHeld: false,
  };
}

function traceOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const [, version, trace = '', parent = '', rest] = TRACE_PARENT.exec(header) ?? [];
  const isValid =
    version !== undefined &&
    version !== 'ff' &&
    (version !== '00' || rest === undefined) &&
    !ZEROS.test(trace) &&
    !ZEROS.test(parent);
  return isValid ? trace : undefined;
}
