/**
 * What a screen may believe about its rows: whether they have come, whether they still follow their source, and from when
 * they are. Pure, so that every order of events can be tried.
 */
import type { DoorError } from '../door/door-error.ts';

/**
 * - `loading`: nothing has come yet, and nothing has failed.
 * - `live`: the rows are those of the source.
 * - `stale`: there are rows, but the source does not answer; `asOf` says how old they are.
 * - `error`: there are no rows, and the source does not answer or refuses.
 */
export const SHAPE_STATUSES = ['loading', 'live', 'stale', 'error'] as const;
export type ShapeStatus = (typeof SHAPE_STATUSES)[number];

export interface LinkState {
  readonly status: ShapeStatus;
  /** When the rows last were those of the source, in milliseconds since the Unix epoch; null before the first. */
  readonly asOf: number | null;
  readonly error: DoorError | null;
}

export type LinkEvent =
  | { readonly kind: 'up_to_date'; readonly at: number }
  | { readonly kind: 'failed'; readonly error: DoorError };

export const LINK_AT_START: LinkState = { status: 'loading', asOf: null, error: null };

/** What follows. The same state is given back when nothing that a screen shows has changed. */
export function linkAfter(state: LinkState, event: LinkEvent): LinkState {
  switch (event.kind) {
    case 'up_to_date':
      return { status: 'live', asOf: event.at, error: null };
    case 'failed':
      return state.error?.code === event.error.code
        ? state
        : { status: state.asOf === null ? 'error' : 'stale', asOf: state.asOf, error: event.error };
    default:
      return event satisfies never;
  }
}

/** The worst of several shapes of one screen: nothing is live unless all are, and the oldest rows give the age. */
export function worstOf(states: readonly LinkState[]): LinkState {
  const badness = ['live', 'loading', 'stale', 'error'] as const satisfies readonly ShapeStatus[];
  return states.reduce(
    (worst, state) => {
      const isWorse = badness.indexOf(state.status) > badness.indexOf(worst.status);
      const ages = [worst.asOf, state.asOf].filter((asOf) => asOf !== null);
      return { ...(isWorse ? state : worst), asOf: ages.length === 0 ? null : Math.min(...ages) };
    },
    { status: 'live', asOf: null, error: null } as LinkState,
  );
}
