/**
 * Which call the screen shows, and which it announces. The calls of a site are an ordered log; the screen is a reader of it
 * that skips nothing and announces nothing twice. Pure: rows and instants come in, what to show comes out, so that every
 * burst, reload and cut of the link can be tried in a test.
 */
import type { CallRow } from '@totem/domain';

/** How long a call stays on the screen before the next one may take its place. */
export const CALL_SHOW_MS = 6_000;
/** The same when many wait behind it: shorter, but each is still shown and heard. */
export const CALL_SHOW_BURST_MS = 3_000;
/** From this many waiting calls on, it is a burst. */
export const BURST_CALLS_MIN = 3;
/** Calls that are kept for the list of the last ones; recalls of one ticket share a line, so more are kept than shown. */
export const SHOWN_CALLS_MAX = 40;
/** A call this much older than one that is known is a fact that arrived late: nobody is on the way to that counter. */
export const LATE_CALL_MS = 5 * 60_000;
/** A link that was away for no longer than this was not away for the people in the room: what came meanwhile is announced. */
export const HICCUP_MS = 5_000;
/** After this long without a call the last one is no longer news, and the screen goes back to its resting state. */
export const QUIET_CLEAR_MS = 3 * 60 * 60_000;
/** Ids remembered besides the rows at hand, so that rows which vanish and come back are not announced again. */
export const KNOWN_CALLS_MAX = 10_000;

/** What the screen needs of a call. */
export type Call = Pick<
  CallRow,
  | 'id'
  | 'ticketId'
  | 'code'
  | 'businessDay'
  | 'counterId'
  | 'counterNumber'
  | 'number'
  | 'priority'
  | 'calledAt'
>;

/** A call on its way to the screen. A silent one was missed while the link was down: it is shown as history. */
interface Queued {
  readonly call: Call;
  readonly silent: boolean;
}

export interface Announcer {
  /** Whether the rows were live when they were last looked at, and when they last stopped being it. */
  readonly live: boolean;
  readonly lostAtMs: number;
  readonly known: ReadonlySet<string>;
  /** The newest instant at which any known call was made. */
  readonly newestAtMs: number;
  readonly queue: readonly Queued[];
  /** Newest first; the first is the current call. */
  readonly shown: readonly Call[];
  /** When the current call was announced, in milliseconds of the caller's clock; null when it is history. */
  readonly announcedAtMs: number | null;
  /** When the current call changed last. */
  readonly changedAtMs: number;
}

export const ANNOUNCER_START: Announcer = {
  live: false,
  lostAtMs: Number.NEGATIVE_INFINITY,
  known: new Set(),
  newestAtMs: Number.NEGATIVE_INFINITY,
  queue: [],
  shown: [],
  announcedAtMs: null,
  changedAtMs: 0,
};

export type AnnouncerEvent =
  /** The rows of the log as they are now. `live`: nothing can have been missed up to this moment. */
  | {
      readonly type: 'synced';
      readonly calls: readonly Call[];
      readonly live: boolean;
      readonly nowMs: number;
    }
  | { readonly type: 'elapsed'; readonly nowMs: number };

/** The next state. `nowMs` is any clock that does not jump; only its differences mean something. */
export function announcerReducer(state: Announcer, event: AnnouncerEvent): Announcer {
  switch (event.type) {
    case 'synced':
      return advanced(taken(state, event), event.nowMs);
    case 'elapsed':
      return advanced(state, event.nowMs);
    default:
      return event satisfies never;
  }
}

/** Milliseconds until something changes by itself: the next call's turn, or the end of the last call's news. Null: never. */
export function nextChangeMs(state: Announcer, nowMs: number): number | null {
  const turn =
    state.queue.length === 0 ? null : (state.announcedAtMs ?? nowMs) + showMs(state.queue.length) - nowMs;
  const quiet = state.shown.length === 0 ? null : state.changedAtMs + QUIET_CLEAR_MS - nowMs;
  if (turn === null && quiet === null) return null;
  return Math.max(0, Math.min(turn ?? Number.POSITIVE_INFINITY, quiet ?? Number.POSITIVE_INFINITY));
}

/** The call that has the large part of the screen. */
export function currentCall(state: Announcer): Call | undefined {
  return state.shown[0];
}

/** The last calls besides the current one, newest first, one line for each ticket. */
export function recentCalls(state: Announcer, max: number): Call[] {
  const seen = new Set<string>();
  const [current, ...rest] = state.shown;
  if (current !== undefined) seen.add(current.ticketId);
  return rest
    .filter(({ ticketId }) => {
      if (seen.has(ticketId)) return false;
      seen.add(ticketId);
      return true;
    })
    .slice(0, max);
}

/** The log's order: the day's number, which is drawn under a lock; the rest only makes the order total. */
export function compareCalls(a: Call, b: Call): number {
  if (a.businessDay !== b.businessDay) return a.businessDay < b.businessDay ? -1 : 1;
  if (a.number !== b.number) return a.number - b.number;
  if (a.calledAt !== b.calledAt) return a.calledAt < b.calledAt ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** Takes the calls that are new. They are announced only if the rows are live and were so, but for a hiccup, before. */
function taken(
  state: Announcer,
  { calls, live, nowMs }: Extract<AnnouncerEvent, { type: 'synced' }>,
): Announcer {
  const fresh = calls.filter((call) => !state.known.has(call.id)).sort(compareCalls);
  const lostAtMs = state.live && !live ? nowMs : state.lostAtMs;
  if (fresh.length === 0) return state.live === live ? state : { ...state, live, lostAtMs };
  const wasThere = state.live || nowMs - state.lostAtMs <= HICCUP_MS;
  const silent = !(wasThere && live);
  let { shown } = state;
  const queue = [...state.queue];
  for (const call of fresh) {
    const isLate = Date.parse(call.calledAt) < state.newestAtMs - LATE_CALL_MS;
    if (isLate) shown = placed(shown, call);
    else queue.push({ call, silent });
  }
  return {
    ...state,
    live,
    lostAtMs,
    queue,
    shown,
    known: remembered(state.known, fresh, calls),
    newestAtMs: fresh.reduce((max, call) => Math.max(max, Date.parse(call.calledAt)), state.newestAtMs),
  };
}

/** Brings queued calls to the screen whose turn has come, and clears what is no longer news. */
function advanced(state: Announcer, nowMs: number): Announcer {
  let { shown, announcedAtMs, changedAtMs } = state;
  let at = 0;
  for (; at < state.queue.length; at += 1) {
    const head = state.queue[at];
    const waiting = state.queue.length - at;
    if (head === undefined) break;
    if (announcedAtMs !== null && nowMs - announcedAtMs < showMs(waiting)) break;
    shown = [head.call, ...shown.filter((other) => other.businessDay >= head.call.businessDay)];
    announcedAtMs = head.silent ? null : nowMs;
    changedAtMs = nowMs;
  }
  if (at === 0) {
    const isOver = shown.length > 0 && state.queue.length === 0 && nowMs - changedAtMs >= QUIET_CLEAR_MS;
    return isOver ? { ...state, shown: [], announcedAtMs: null, changedAtMs: nowMs } : state;
  }
  return {
    ...state,
    shown: shown.slice(0, SHOWN_CALLS_MAX),
    queue: state.queue.slice(at),
    announcedAtMs,
    changedAtMs,
  };
}

function showMs(waiting: number): number {
  return waiting >= BURST_CALLS_MIN ? CALL_SHOW_BURST_MS : CALL_SHOW_MS;
}

/** Puts a late call where it belongs among the last ones, behind the current one. */
function placed(shown: readonly Call[], call: Call): readonly Call[] {
  const after = shown.findIndex((other, index) => index > 0 && other.calledAt < call.calledAt);
  const at = after === -1 ? shown.length : after;
  return [...shown.slice(0, at), call, ...shown.slice(at)];
}

function remembered(
  known: ReadonlySet<string>,
  fresh: readonly Call[],
  calls: readonly Call[],
): ReadonlySet<string> {
  const base = known.size > KNOWN_CALLS_MAX ? new Set(calls.map((call) => call.id as string)) : known;
  return new Set([...base, ...fresh.map((call) => call.id)]);
}
