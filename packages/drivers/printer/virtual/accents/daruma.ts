/** Daruma as a printer speaks it. */
import { DARUMA_BITS, DARUMA_QUESTIONS } from '../../talk/daruma-talk.ts';
import { type Accent, type Condition, endsWith } from './accent.ts';
import { readDaruma } from './daruma-tokens.ts';

export const darumaAccent: Accent = {
  readToken: readDaruma,
  answerAtOnce: (heard, condition) => {
    if (endsWith(heard, DARUMA_QUESTIONS.sensors)) return Uint8Array.of(sensorsOf(condition()));
    return endsWith(heard, DARUMA_QUESTIONS.state) ? Uint8Array.of(stateOf(condition())) : null;
  },
  answerInTurn: () => null,
  automatic: () => null,
};

function stateOf({ isPrinting, jammed, isOffline, paper, coverOpen }: Condition): number {
  const bits = DARUMA_BITS.state;
  return (
    (isPrinting ? bits.printing : 0) |
    (jammed ? bits.error : 0) |
    (isOffline ? 0 : bits.online) |
    (paper === 'out' ? bits.paperOut : 0) |
    (coverOpen ? bits.coverOpen : 0)
  );
}

function sensorsOf({ paper, isOffline, jammed }: Condition): number {
  const bits = DARUMA_BITS.sensors;
  return (
    (paper === 'ok' ? 0 : bits.nearEnd) |
    (paper === 'out' ? bits.paperOut : 0) |
    (isOffline ? bits.offline : 0) |
    (jammed ? bits.fault : 0)
  );
}
