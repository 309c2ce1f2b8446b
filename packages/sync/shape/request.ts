/**
 * Reads the query of a shape request. What the protocol offers and this server does not serve is refused with a clear
 * 400 and never ignored, because a client that believes it got a filter or a stream it did not get loses data silently
 * (I-SHP-13). Parameters that the protocol does not know are ignored, as it demands.
 */
import { type Offset, parseOffset } from './offset.ts';

export const replicas = ['default', 'full'] as const;
/** What updates and deletes carry: the key and what changed, or every column. */
export type Replica = (typeof replicas)[number];

/** A well-formed request. `position` requests always have a handle. */
export type ShapeQuery =
  | { readonly kind: 'start'; readonly replica: Replica }
  | { readonly kind: 'now'; readonly replica: Replica }
  | {
      readonly kind: 'resume';
      readonly replica: Replica;
      readonly handle: string;
      readonly offset: Extract<Offset, { kind: 'chunk' | 'log' }>;
      readonly live: boolean;
      readonly cursor: string;
    };

export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export type ParsedQuery =
  | { readonly ok: true; readonly query: ShapeQuery }
  | { readonly ok: false; readonly errors: FieldErrors };

/** Parameters by which a caller would define a shape of its own; `params[1]` style names are matched by prefix. */
const definitionParameters: readonly string[] = ['table', 'where', 'columns', 'params', 'shape_definition'];
const definitionPrefix = 'params[';
const subsetPrefix = 'subset__';
const streamParameters: readonly string[] = ['live_sse', 'experimental_live_sse'];

/**
 * @param pairs the query's parameters; of a repeated one the last counts.
 * @param definedByCaller whether `table`, `where`, `columns` and `params` are left to the caller's resolver.
 */
export function parseShapeQuery(
  pairs: Iterable<readonly [string, string]>,
  definedByCaller: boolean,
): ParsedQuery {
  const parameters = new Map(pairs);
  const errors = refusals(parameters, definedByCaller);
  const replica = replicas.find((known) => known === (parameters.get('replica') ?? 'default'));
  if (replica === undefined) errors.replica = ['is invalid'];
  const live = flag(parameters, 'live', errors);
  const offset = readOffset(parameters, live, errors);
  if (Object.keys(errors).length > 0 || offset === null || replica === undefined) {
    return { ok: false, errors };
  }
  if (offset.kind === 'start' || offset.kind === 'now') {
    return { ok: true, query: { kind: offset.kind, replica } };
  }
  const handle = parameters.get('handle') ?? '';
  if (handle === '') return { ok: false, errors: { handle: ["can't be blank when offset != -1"] } };
  return {
    ok: true,
    query: { kind: 'resume', replica, handle, offset, live, cursor: parameters.get('cursor') ?? '' },
  };
}

function refusals(
  parameters: ReadonlyMap<string, string>,
  definedByCaller: boolean,
): Record<string, readonly string[]> {
  const errors: Record<string, readonly string[]> = {};
  for (const [name, value] of parameters) {
    if (name.startsWith(subsetPrefix)) errors[name] = ['subset snapshots are not served'];
    if (!definedByCaller && (definitionParameters.includes(name) || name.startsWith(definitionPrefix))) {
      errors[name] = ['is decided by the server for this shape'];
    }
    if (streamParameters.includes(name) && flagValues[value] !== false) {
      errors[name] = ['server-sent events are not served, use long-polling'];
    }
  }
  const log = parameters.get('log') ?? 'full';
  if (log !== 'full') errors.log = [log === 'changes_only' ? 'only the full log is served' : 'is invalid'];
  return errors;
}

function readOffset(
  parameters: ReadonlyMap<string, string>,
  live: boolean,
  errors: Record<string, readonly string[]>,
): Offset | null {
  const text = parameters.get('offset') ?? '';
  if (text === '') {
    errors.offset = ["can't be blank"];
    return null;
  }
  const offset = parseOffset(text);
  if (offset === null) {
    errors.offset = ['has invalid format'];
    return null;
  }
  if (live && offset.kind === 'start') errors.live = ["can't be true when offset == -1"];
  if (live && offset.kind === 'now') errors.live = ["can't be true when offset is 'now'"];
  return offset;
}

const flagValues: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  false: false,
  0: false,
  '': false,
};

function flag(
  parameters: ReadonlyMap<string, string>,
  name: string,
  errors: Record<string, readonly string[]>,
): boolean {
  const value = flagValues[parameters.get(name) ?? ''];
  if (value === undefined) errors[name] = ['is invalid'];
  return value ?? false;
}
