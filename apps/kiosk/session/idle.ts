/**
 * When a session ends by itself: nobody touches anything, the screen asks whether they need more time (WCAG 2.2, 2.2.1), and
 * nobody answers. Pure: times are milliseconds on a clock that never jumps.
 */

export interface IdleLimits {
  /** Without a touch, until the question. */
  readonly quietMs: number;
  /** From the question to the end; 0 ends without a question. */
  readonly warningMs: number;
}

/** On pages where the customer chooses. */
export const CHOOSING: IdleLimits = { quietMs: 45_000, warningMs: 20_000 };
/** Where something is typed. */
export const TYPING: IdleLimits = { quietMs: 90_000, warningMs: 20_000 };
/** After the ticket: everything is done, and nothing is lost by going. */
export const DONE: IdleLimits = { quietMs: 20_000, warningMs: 0 };
/** On the first screen, in somebody's language or contrast: put back without asking. */
export const LEFT: IdleLimits = { quietMs: 45_000, warningMs: 0 };
/** Who listens needs longer than who reads. */
const LISTENING_TIMES = 3;

/** The limits for somebody who is guided by voice. */
export function listening({ quietMs, warningMs }: IdleLimits): IdleLimits {
  return { quietMs: quietMs * LISTENING_TIMES, warningMs: warningMs * LISTENING_TIMES };
}

/** How often the question can be answered with more time; a kiosk with a stuck touch panel must come back by itself. */
export const EXTENSIONS_MAX = 10;

export interface IdleState {
  readonly phase: 'active' | 'asking' | 'over';
  /** When the phase began, or the last touch. */
  readonly since: number;
  readonly extensions: number;
}

export type IdleEvent =
  /** Any pointer, key, scanner or card. */
  | { readonly kind: 'touched'; readonly at: number }
  | { readonly kind: 'passed'; readonly at: number; readonly limits: IdleLimits };

export function idleAtStart(at: number): IdleState {
  return { phase: 'active', since: at, extensions: 0 };
}

/** What follows. `over` is the end: a new session has a new state. */
export function idleAfter(state: IdleState, event: IdleEvent): IdleState {
  switch (state.phase) {
    case 'over':
      return state;
    case 'active':
      if (event.kind === 'touched') return { ...state, since: event.at };
      if (event.at - state.since < event.limits.quietMs) return state;
      return { ...state, phase: event.limits.warningMs === 0 ? 'over' : 'asking', since: event.at };
    case 'asking':
      if (event.kind === 'touched') {
        return state.extensions >= EXTENSIONS_MAX
          ? state
          : { phase: 'active', since: event.at, extensions: state.extensions + 1 };
      }
      return event.at - state.since < event.limits.warningMs
        ? state
        : { ...state, phase: 'over', since: event.at };
    default:
      return state.phase satisfies never;
  }
}

/** Milliseconds until something happens if nobody touches anything; 0 when it is over. */
export function idleLeftMs(state: IdleState, limits: IdleLimits, now: number): number {
  if (state.phase === 'over') return 0;
  return Math.max(0, state.since + (state.phase === 'active' ? limits.quietMs : limits.warningMs) - now);
}
