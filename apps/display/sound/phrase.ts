/** A call as it is read out: recordings by name, in their order. Each language has every one of them. */
import type { Call } from '../calls/announcer.ts';

/** Counters up to here have a recording of their own number; others are read sign by sign. */
export const COUNTERS_SPOKEN_MAX = 30;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const NUMBERS = Array.from({ length: COUNTERS_SPOKEN_MAX + 1 }, (_, number) => String(number));
export const WORD_CLIPS = ['ticket', 'counter', 'test'] as const;
export const ALL_CLIPS: readonly string[] = [...WORD_CLIPS, ...LETTERS, ...NUMBERS];

/** "Senha A zero um dois, guichê três". */
export function clipsOf({ code, counterNumber }: Pick<Call, 'code' | 'counterNumber'>): string[] {
  const counter =
    counterNumber <= COUNTERS_SPOKEN_MAX ? [String(counterNumber)] : signsOf(String(counterNumber));
  return ['ticket', ...signsOf(code), 'counter', ...counter];
}

/** A code sign by sign, without what only separates. */
function signsOf(code: string): string[] {
  return [...code.toLowerCase()].filter((sign) => /^[a-z0-9]$/.test(sign));
}
