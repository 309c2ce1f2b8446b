/**
 * The printer's real-time status: what to ask (DLE EOT n) and how to read the four answers. Each answer is one byte whose
 * bits Epson's reference lists; off line, cover, paper and error are separate things there, and stay separate here.
 */
import type { PaperLevel, PrinterError, PrinterStatus } from '../port.ts';
import type { StatusQuestion } from '../profile.ts';

const DLE = 0x10;
const EOT = 0x04;

/** Bits of the answers, by question. */
export const STATUS_BITS = {
  printer: { offline: 0x08 },
  offlineCause: { coverOpen: 0x04, paperEnd: 0x20, error: 0x40 },
  errorCause: { mechanical: 0x04, cutter: 0x08, unrecoverable: 0x20, passing: 0x40 },
  /** Kiosk models use bit 6 for their presenter, so paper end is bit 5 alone. */
  paper: { nearEnd: 0x0c, end: 0x20 },
} as const;

/** DLE EOT n. Must never be sent inside a job. */
export function statusQuestion(question: StatusQuestion): Uint8Array {
  return Uint8Array.of(DLE, EOT, question);
}

/** Reads the answers; a question that was not asked leaves its part unknown or quiet. */
export function readStatus(answers: ReadonlyMap<StatusQuestion, number>): PrinterStatus {
  const offlineCause = answers.get(2) ?? 0;
  return {
    reachable: true,
    online: ((answers.get(1) ?? 0) & STATUS_BITS.printer.offline) === 0,
    paper: readPaper(answers.get(4), offlineCause),
    coverOpen: (offlineCause & STATUS_BITS.offlineCause.coverOpen) !== 0,
    error: readError(answers.get(3) ?? 0, offlineCause),
  };
}

function readPaper(paper: number | undefined, offlineCause: number): PaperLevel {
  if ((offlineCause & STATUS_BITS.offlineCause.paperEnd) !== 0) return 'out';
  if (paper === undefined) return 'unknown';
  if ((paper & STATUS_BITS.paper.end) !== 0) return 'out';
  return (paper & STATUS_BITS.paper.nearEnd) !== 0 ? 'near_end' : 'adequate';
}

function readError(errorCause: number, offlineCause: number): PrinterError | null {
  const { mechanical, cutter, unrecoverable, passing } = STATUS_BITS.errorCause;
  if ((errorCause & unrecoverable) !== 0) return 'unrecoverable';
  if ((errorCause & cutter) !== 0) return 'cutter';
  if ((errorCause & (mechanical | passing)) !== 0) return 'recoverable';
  return (offlineCause & STATUS_BITS.offlineCause.error) !== 0 ? 'recoverable' : null;
}
