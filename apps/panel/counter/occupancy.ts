/** Which counters of a site are free, and where an operator sits, from the rows of open sessions. */
import type { CounterRow, OperatorSessionRow } from '@totem/domain';

export interface CounterPlace {
  readonly counter: CounterRow;
  readonly taken: 'free' | 'by_me' | 'by_other';
  /** Since when it is taken; null when it is free. */
  readonly since: string | null;
}

/** Every counter that is in use at the site, by number, with who has it. */
export function counterPlaces(
  counters: readonly CounterRow[],
  sessions: readonly OperatorSessionRow[],
  userId: string,
): CounterPlace[] {
  const open = new Map(
    sessions.filter((session) => session.until === null).map((session) => [session.counterId, session]),
  );
  return counters
    .filter((counter) => counter.active && counter.deletedAt === null)
    .sort((a, b) => a.number - b.number || (a.id < b.id ? -1 : 1))
    .map((counter) => {
      const session = open.get(counter.id);
      if (session === undefined) return { counter, taken: 'free', since: null };
      return { counter, taken: session.userId === userId ? 'by_me' : 'by_other', since: session.since };
    });
}

/** The open session of the operator: the newest, should there be two. */
export function mySession(
  sessions: readonly OperatorSessionRow[],
  userId: string,
): OperatorSessionRow | undefined {
  return sessions
    .filter((session) => session.until === null && session.userId === userId)
    .sort((a, b) => (a.since < b.since ? 1 : -1))[0];
}
