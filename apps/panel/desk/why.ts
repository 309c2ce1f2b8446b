/** Why a ticket was the one that was called, as lines for the operator: what decided, against whom, and by which rule. */
import type { CallRow, CallWhy, RankInputs } from '@totem/domain';

export const WHY_LINES = [
  'byHand',
  'only',
  'turn_preferential',
  'turn_normal',
  'appointment',
  'tier',
  'weighed',
  'earlier',
] as const;
export type WhyKey = (typeof WHY_LINES)[number];

export interface WhyLine {
  readonly key: WhyKey;
  readonly params: Readonly<Record<string, string | number>>;
}

/** The call that was the choice: being called again explains nothing. */
export function choiceOf(calls: readonly CallRow[], ticketId: string): CallRow | undefined {
  return calls
    .filter((call) => call.ticketId === ticketId && call.why.policy !== 'recall')
    .toSorted((a, b) => (a.calledAt < b.calledAt ? 1 : -1))[0];
}

/**
 * @param codeOf the code of the ticket that would have been next.
 * @param timeOf a booked time, as people read it.
 */
export function whyLines(
  why: CallWhy,
  codeOf: (ticketId: string) => string | undefined,
  timeOf: (instant: string) => string,
): WhyLine[] {
  if (why.policy === 'by_hand') return [{ key: 'byHand', params: {} }];
  const lines: WhyLine[] = [];
  if (why.turn !== undefined) lines.push({ key: `turn_${why.turn}`, params: {} });
  const { inputs, runnerUpInputs } = why;
  if (inputs?.appointmentAt !== undefined)
    lines.push({ key: 'appointment', params: { time: timeOf(inputs.appointmentAt) } });
  const code = why.runnerUp === null ? undefined : codeOf(why.runnerUp);
  if (why.runnerUp === null) return [...lines, { key: 'only', params: {} }];
  if (inputs === undefined || runnerUpInputs === undefined || code === undefined) return lines;
  return [...lines, ...comparison(why, inputs, runnerUpInputs, code)];
}

function comparison(why: CallWhy, mine: RankInputs, theirs: RankInputs, code: string): WhyLine[] {
  if (why.policy === 'aging') {
    const params = {
      code,
      minutes: Math.floor(mine.waitedSeconds / 60),
      weight: mine.weight ?? 1,
      otherMinutes: Math.floor(theirs.waitedSeconds / 60),
      otherWeight: theirs.weight ?? 1,
    };
    return [{ key: 'weighed', params }];
  }
  if (why.policy !== 'arrival' && mine.tier > theirs.tier) return [{ key: 'tier', params: { code } }];
  // On another side of a turn, or by a booked time, somebody later may come first: that has been said already.
  return mine.waitedSeconds >= theirs.waitedSeconds && (why.policy === 'arrival' || mine.tier === theirs.tier)
    ? [{ key: 'earlier', params: { code } }]
    : [];
}
