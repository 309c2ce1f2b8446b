/**
 * The print queue: one job after another, each at most once. A printer that is not ready is waited for only as long as its
 * customer would wait; afterwards the paper would be somebody else's (I-EDG-8, I-EDG-9).
 */
import { epochMsOf, instantText, ProblemError, type Timers } from '@totem/domain';
import {
  type Block,
  encodeJob,
  type PrinterStatus,
  type PrintOutcome,
  printable,
} from '@totem/drivers/printer';
import type { Log } from '@totem/host';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Store } from '../store/store.ts';
import {
  endJob,
  jobsIn,
  moveJob,
  NO_PRINTER,
  PRINT_PATIENCE_MS,
  type PrintJob,
  recordNotTaken,
} from './jobs.ts';
import { paperOf } from './paper.ts';
import type { Printer, TotemPrinter } from './printer.ts';

/** How often a printer that is not ready is looked at while somebody waits. */
const WAITING_POLL_MS = 2_000;
/** How often a printer is looked at otherwise: staff should know before the next customer does. */
const IDLE_POLL_MS = 10_000;
/** A job that is being sent when the agent stops may take this long; then it is given up, as unknown. */
const STOP_GRACE_MS = 3_000;
/** After a disk fault the queue looks again. */
const STUMBLE_MS = 5_000;

export interface PrintQueue {
  start(): void;
  /** There may be a job. */
  wake(): void;
  /** What the printer last said; undefined when it has not been asked, null when there is none. */
  printerStatus(): PrinterStatus | null | undefined;
  /** Calls back when the printer says something new, and whenever the queue has done what it could. @returns stops it. */
  onChange(listener: () => void): () => void;
  /** Prints what is no customer's, at once. @returns null when there is no printer. */
  printTest(blocks: readonly Block[]): Promise<PrintOutcome | null>;
  /** Lets a job that is being sent end; resolves when nothing runs. */
  stop(): Promise<void>;
}

export interface PrintParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly key: DeviceKey;
  readonly publicUrl: string | null;
  readonly printer: TotemPrinter;
  readonly timers: Timers;
  readonly log: Log;
}

export function createPrintQueue(parts: PrintParts): PrintQueue {
  const { store, ledger, clock, printer, timers, log } = parts;
  const listeners = new Set<() => void>();
  /** Until when each job waits, on the clock that never jumps. */
  const deadlines = new Map<string, number>();
  let status: PrinterStatus | undefined;
  /** The printer was last found unable to print: it is asked before it is given anything. */
  let isTroubled = false;
  let running: Promise<void> | undefined;
  let again = false;
  let isStarted = false;
  let stopped = false;
  let nextLookAt = 0;
  let cancelTimer: (() => void) | undefined;
  const givingUp = new AbortController();

  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const setStatus = (next: PrinterStatus): void => {
    const isSame = JSON.stringify(next) === JSON.stringify(status);
    status = next;
    if (!isSame) tell();
  };
  const deadlineOf = ({ row, paper }: PrintJob): number => {
    const known = deadlines.get(row.id);
    if (known !== undefined) return known;
    const left = Math.min(epochMsOf(paper.expiresAt) - clock.env.now(), PRINT_PATIENCE_MS);
    const deadline = timers.monotonicMs() + left;
    deadlines.set(row.id, deadline);
    return deadline;
  };
  const end = (job: PrintJob, state: Parameters<typeof endJob>[3], cause: string | null): void => {
    endJob(ledger, clock, job, state, cause);
    deadlines.delete(job.row.id);
  };
  /** Jobs that somebody still waits for, oldest first; the others end here. */
  const waitingJobs = (): PrintJob[] =>
    store
      .read((db) => jobsIn(db, 'queued'))
      .filter((job) => {
        if (deadlineOf(job) > timers.monotonicMs()) return true;
        end(job, 'expired', job.row.cause ?? NO_PRINTER);
        return false;
      });
  const queue = (job: PrintJob, cause: string): void =>
    store.write((db) => moveJob(db, job, 'queued', cause, instantText(clock.env.now())));
  /** @returns whether the printer can go on with the next job. */
  const printOne = async (job: PrintJob, { port, profile }: Printer): Promise<boolean> => {
    const blocks = store.read((db) => paperOf(db, parts, job));
    if (blocks === undefined) {
      end(job, 'failed', 'ticket_not_found');
      return true;
    }
    const bytes = encodeJob(blocks, profile);
    // On disk before the first byte: a job that is found `sent` at a start may be on paper.
    store.write((db) => moveJob(db, job, 'sent', null, instantText(clock.env.now())));
    const outcome = await port.print(bytes, {
      signal: givingUp.signal,
      onNotTaken: () => {
        log.warn({ ticketId: job.row.ticketId }, 'nobody took the paper');
        recordNotTaken(ledger, job);
      },
    });
    switch (outcome.kind) {
      case 'confirmed':
        end(job, 'confirmed', null);
        return true;
      case 'not_sent':
        queue(job, `printer_${outcome.cause}`);
        return false;
      case 'unknown':
        end(job, 'unknown', outcome.cause === null ? null : `printer_${outcome.cause}`);
        return false;
      default:
        return outcome satisfies never;
    }
  };
  const look = async ({ port }: Printer): Promise<boolean> => {
    const found = await port.status(givingUp.signal);
    setStatus(found);
    const verdict = printable(found);
    isTroubled = !verdict.ok;
    if (!verdict.ok)
      for (const job of waitingJobs())
        if (job.row.cause !== `printer_${verdict.cause}`) queue(job, `printer_${verdict.cause}`);
    return verdict.ok;
  };
  /** Nobody knows whether these are on paper: the process ended while they were being sent, or the disk did not take their end. */
  const giveUpSent = (): void => {
    for (const job of store.read((db) => jobsIn(db, 'sent'))) end(job, 'unknown', null);
  };
  const drain = async (): Promise<void> => {
    giveUpSent();
    const current = printer.current();
    if (current === null) {
      for (const job of waitingJobs()) end(job, 'failed', NO_PRINTER);
      return;
    }
    let isLookDue = isTroubled || status === undefined || timers.monotonicMs() >= nextLookAt;
    for (;;) {
      const [job] = waitingJobs();
      if (stopped) return;
      // A customer is served before the printer is asked how it is, unless it was last found in trouble.
      if (job !== undefined && !isTroubled) {
        isTroubled = !(await printOne(job, current));
        isLookDue ||= isTroubled;
      } else if (isLookDue) {
        isLookDue = false;
        nextLookAt = timers.monotonicMs() + IDLE_POLL_MS;
        if (!(await look(current))) return;
      } else return;
    }
  };
  const schedule = (delayMs: number): void => {
    if (stopped || printer.current() === null) return;
    cancelTimer?.();
    cancelTimer = timers.after(delayMs, wake);
  };
  const wake = (): void => {
    if (!isStarted || stopped) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    cancelTimer?.();
    // Not at once: a commit in the first steps would wake the queue again before it counts as running.
    running = Promise.resolve()
      .then(drain)
      .then(() => schedule(isTroubled && deadlines.size > 0 ? WAITING_POLL_MS : IDLE_POLL_MS))
      .catch((error: unknown) => {
        if (!(error instanceof ProblemError)) log.error({ err: error }, 'the print queue stumbled');
        schedule(STUMBLE_MS);
      })
      .finally(() => {
        running = undefined;
        const isDue = again && !isTroubled;
        again = false;
        if (isDue) wake();
        tell();
      });
  };
  /** Another printer: nothing is known of it yet. */
  const stopFollowing = printer.onChange(() => {
    status = undefined;
    isTroubled = false;
    nextLookAt = 0;
    tell();
    wake();
  });
  return {
    start() {
      giveUpSent();
      isStarted = true;
      wake();
    },
    wake,
    printerStatus: () => (printer.current() === null ? null : status),
    async printTest(blocks) {
      const current = printer.current();
      return current === null ? null : current.port.print(encodeJob(blocks, current.profile));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      stopFollowing();
      cancelTimer?.();
      const cancelGrace = timers.after(STOP_GRACE_MS, () => givingUp.abort());
      await running;
      cancelGrace();
    },
  };
}
