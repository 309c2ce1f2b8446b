/** ESC/POS as a printer speaks it. */
import type { StatusQuestion } from '../../profile.ts';
import { STATUS_BITS } from '../../talk/escpos-status.ts';
import { type Accent, type Condition, endsWith, type Roll } from './accent.ts';
import { readEscPos } from './escpos-tokens.ts';

const DLE = 0x10;
const EOT = 0x04;
/** Bits that every real-time answer has. */
const REALTIME = 0x12;
const QUESTIONS: readonly StatusQuestion[] = [1, 2, 3, 4];
const FULL_STATUS = 20;

export const escPosAccent: Accent = {
  readToken: readEscPos,
  answerAtOnce: (heard, condition) => {
    const n = heard.at(-1);
    if (!endsWith(heard.slice(0, -1), [DLE, EOT])) return null;
    if (n === FULL_STATUS) return fullStatus(condition());
    const question = QUESTIONS.find((known) => known === n);
    return question === undefined ? null : Uint8Array.of(realtimeStatus(question, condition()));
  },
  answerInTurn: (token, condition) => {
    if (token.kind === 'paper_status') return Uint8Array.of(paperSensors(condition.paper));
    return token.kind === 'process_id' ? Uint8Array.of(0x37, 0x22, ...token.id, 0x00) : null;
  },
  automatic: ({ isOffline, coverOpen, jammed, paper }) => {
    const first = 0x10 | (isOffline ? 0x08 : 0) | (coverOpen ? 0x20 : 0);
    return Uint8Array.of(first, jammed ? 0x04 : 0, paperSensors(paper), 0);
  },
};

/** A presenter's: paper and mouth, covers, heat, cutter. */
function fullStatus({ paper, isSlipAtMouth, coverOpen }: Condition): Uint8Array {
  const paperBits = (paper === 'out' ? 0x01 : 0) | (paper === 'ok' ? 0 : 0x04) | (isSlipAtMouth ? 0x20 : 0);
  return Uint8Array.of(DLE, 0x0f, paperBits, coverOpen ? 0x02 : 0, 0, 0);
}

function realtimeStatus(question: StatusQuestion, condition: Condition): number {
  const { printer, offlineCause, errorCause, paper } = STATUS_BITS;
  switch (question) {
    case 1:
      return REALTIME | (condition.isOffline ? printer.offline : 0);
    case 2:
      return (
        REALTIME |
        (condition.coverOpen ? offlineCause.coverOpen : 0) |
        (condition.paper === 'out' ? offlineCause.paperEnd : 0) |
        (condition.jammed ? offlineCause.error : 0)
      );
    case 3:
      return REALTIME | (condition.jammed ? errorCause.mechanical : 0);
    case 4:
      return (
        REALTIME |
        (condition.paper === 'ok' ? 0 : paper.nearEnd) |
        // The presenter's bit goes with it on models without a presenter.
        (condition.paper === 'out' ? paper.end | 0x40 : 0)
      );
    default:
      return question satisfies never;
  }
}

/** The answer to GS r 1, and the third byte of automatic status. */
function paperSensors(paper: Roll): number {
  switch (paper) {
    case 'ok':
      return 0x00;
    case 'low':
      return 0x03;
    case 'out':
      return 0x0f;
    default:
      return paper satisfies never;
  }
}
