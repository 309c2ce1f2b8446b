/**
 * The printer's port: what the print queue knows of any printer, whatever its cable or dialect. The distinction that
 * matters is between "no byte of the job left" and "nobody can know": only the first may be retried without asking.
 */

export const PAPER_LEVELS = ['adequate', 'near_end', 'out', 'unknown'] as const;
/** Printers without a near-end sensor always say `adequate`; those that cannot be asked are `unknown`. */
export type PaperLevel = (typeof PAPER_LEVELS)[number];

export const PRINTER_ERRORS = ['recoverable', 'cutter', 'unrecoverable'] as const;
/** `recoverable` goes away by itself or by a hand (hot head, jam); the others need a technician or a restart. */
export type PrinterError = (typeof PRINTER_ERRORS)[number];

/** What the printer says of itself. */
export interface PrinterStatus {
  /** It answered every question within its time. When false, the rest means nothing. */
  readonly reachable: boolean;
  /** Not the same as reachable: an open cover, missing paper or an error also take a printer off line. */
  readonly online: boolean;
  readonly paper: PaperLevel;
  readonly coverOpen: boolean;
  readonly error: PrinterError | null;
}

export const UNREACHABLE: PrinterStatus = {
  reachable: false,
  online: false,
  paper: 'unknown',
  coverOpen: false,
  error: null,
};

export const PRINTER_CAUSES = ['offline', 'paper_out', 'cover_open', 'error'] as const;
/** Why it does not print, in the words of the error catalogue (`printer_` + cause). */
export type PrinterCause = (typeof PRINTER_CAUSES)[number];

/** Whether a job may be started, and if not, the cause that a person at the printer should look at first. */
export function printable(
  status: PrinterStatus,
): { readonly ok: true } | { readonly ok: false; readonly cause: PrinterCause } {
  const cause = causeOf(status);
  return cause === null ? { ok: true } : { ok: false, cause };
}

function causeOf(status: PrinterStatus): PrinterCause | null {
  if (!status.reachable) return 'offline';
  // An open cover often reads as missing paper too, and both as an error: the thing to do first comes first.
  if (status.coverOpen) return 'cover_open';
  if (status.paper === 'out') return 'paper_out';
  if (status.error !== null) return 'error';
  return status.online ? null : 'offline';
}

/**
 * How a job ended. `confirmed`: the printer said so after the last byte. `not_sent`: no byte of the job left, so it may
 * be retried. `unknown`: some may be on paper; a second copy is for a rule or a person to decide, marked as such. Its cause
 * is null where the way to the printer cannot say.
 */
export type PrintOutcome =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'not_sent'; readonly cause: PrinterCause }
  | { readonly kind: 'unknown'; readonly cause: PrinterCause | null };

export interface PrintOptions {
  /** Called once, when the first byte of the job has been handed to the transport: from here on there is no `not_sent`. */
  readonly onFirstByte?: (() => void) | undefined;
  /** Called when the slip was printed and nobody took it: it has been drawn in. May come after the outcome. */
  readonly onNotTaken?: (() => void) | undefined;
  /** Gives the job up: `not_sent` before the first byte, `unknown` after it. */
  readonly signal?: AbortSignal | undefined;
}

/** One printer. Calls run one after another; trouble with the printer is an answer, never an exception. */
export interface PrinterPort {
  status(signal?: AbortSignal): Promise<PrinterStatus>;
  /** Prints one whole job. @throws RangeError for an empty job, or when more calls wait than the port's limit: both are bugs. */
  print(job: Uint8Array, options?: PrintOptions): Promise<PrintOutcome>;
  /** Gives up what runs, lets nothing new start, and waits until the transport is closed. May be called again. */
  close(): Promise<void>;
}
