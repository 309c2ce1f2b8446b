/** How the virtual printer speaks a dialect: what it reads, what it answers at once, and what it answers in its turn. */
import type { Token, TokenRead } from '../tokens.ts';

export const ROLLS = ['ok', 'low', 'out'] as const;
export type Roll = (typeof ROLLS)[number];

/** How the printer is, for whoever asks. */
export interface Condition {
  readonly paper: Roll;
  readonly coverOpen: boolean;
  readonly isOffline: boolean;
  readonly jammed: boolean;
  /** A row is coming out, or more is held. */
  readonly isPrinting: boolean;
  readonly isSlipAtMouth: boolean;
  /** Star's marks that it has come to. */
  readonly etbCount: number;
}

export interface Accent {
  /** The command that starts at `at`. */
  readToken(bytes: Uint8Array, at: number): TokenRead;
  /** What the bytes up to the last are answered with at once; null when they are no question. `heard` ends with the newest. */
  answerAtOnce(heard: readonly number[], condition: () => Condition): Uint8Array | null;
  /** What a command is answered with when its turn comes; null for most. */
  answerInTurn(token: Token, condition: Condition): Uint8Array | null;
  /** What is sent unasked once it is switched on; null in dialects where it is not. */
  automatic(condition: Condition): Uint8Array | null;
}

/** How many bytes a question has at most. */
export const HEARD_BYTES_MAX = 3;

/** Whether what was heard ends with the question. */
export function endsWith(heard: readonly number[], question: ArrayLike<number>): boolean {
  const from = heard.length - question.length;
  if (from < 0) return false;
  for (let index = 0; index < question.length; index++)
    if (heard[from + index] !== question[index]) return false;
  return true;
}
