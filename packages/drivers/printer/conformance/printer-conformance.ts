/**
 * What every printer port must do, whatever the cable: run against a port and a printer whose paper, cover and faults a
 * test can set. The printer's side is judged by what lies on its paper, never by what the port claims.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeJob } from '../encode-job.ts';
import type { PrinterPort, PrintOptions, PrintOutcome } from '../port.ts';
import type { PrinterLimits } from '../printer-port.ts';
import type { PrinterProfile } from '../profile.ts';
import { type TicketContent, ticketLayout } from '../ticket.ts';
import { SLOW_ROW_MS } from '../virtual/mechanism.ts';
import type { PrinterBody } from '../virtual/printer-body.ts';
import type { ManualTimers } from './manual-timers.ts';
import { largestText, readQr } from './paper-reader.ts';
import { buildTicket } from './tickets.ts';

/** A port, the printer at its other end, and the clock of both. */
export interface PrinterStage {
  readonly port: PrinterPort;
  readonly printer: PrinterBody & { close(): Promise<void> };
  readonly clock: ManualTimers;
  readonly profile: PrinterProfile;
  readonly limits: PrinterLimits;
}

/** Declares the suite. `make` gives a fresh stage for each test, whose counts of polls are small. */
export function describePrinter(name: string, make: () => Promise<PrinterStage>): void {
  describe(name, () => {
    let stage: PrinterStage;
    beforeEach(async () => {
      stage = await make();
    });
    afterEach(async () => {
      await stage.port.close();
      await stage.printer.close();
    });

    const jobOf = (over: Partial<TicketContent> = {}): Uint8Array =>
      encodeJob(ticketLayout(buildTicket(over)), stage.profile);
    /** Whole slips. After an uncertain job, what is left of it is cut off, which may be nothing but blank paper. */
    const fullSlips = () => stage.printer.papers().filter(({ end, text }) => end !== 'torn' && text !== '');
    const codes = (): string[] => fullSlips().map(largestText);
    /** Some printers say nothing by themselves: only the looks of the port find out that a job is out. */
    const isPolled = (): boolean => ['etb_counter', 'idle'].includes(stage.profile.completion);
    const look = (): void => {
      if (isPolled()) stage.clock.fireAlways(stage.limits.pollMs);
    };
    const print = async (job: Uint8Array, options?: PrintOptions): Promise<PrintOutcome> => {
      look();
      const outcome = await stage.port.print(job, options);
      stage.clock.fireNever(stage.limits.pollMs);
      return outcome;
    };
    const pollOut = async (polls: number): Promise<void> => {
      for (let poll = 0; poll < polls; poll++) await stage.clock.fire(stage.limits.pollMs);
    };

    describe('a ready printer', () => {
      test('I-PRN-4 what is confirmed is on paper, whole, with the code that was asked for', async () => {
        expect(await print(jobOf({ code: 'B7-123' }))).toEqual({ kind: 'confirmed' });
        expect(codes()).toEqual(['B7-123']);
        const text = stage.printer.papers()[0]?.text ?? '';
        for (const words of ['Unidade São João', 'Atendimento geral e informações', 'Pessoa com deficiência'])
          expect(text).toContain(words);
      });

      test('the QR code on the paper reads as the address', async () => {
        await print(jobOf());
        const [paper] = fullSlips();
        expect(paper && readQr(paper)).toBe(buildTicket().qrUrl);
      });

      test('I-PRN-7 one job leaves nothing behind that changes the next: accents stay right', async () => {
        for (const code of ['A001', 'A002', 'A003']) await print(jobOf({ code }));
        expect(codes()).toEqual(['A001', 'A002', 'A003']);
        const [first, ...others] = stage.printer.papers().map((paper) => paper.text.replace(/A00\d/, ''));
        for (const other of others) expect(other).toBe(first);
        expect(first).toContain('deficiência');
      });

      test('calls made at once run one after another', async () => {
        look();
        const outcomes = await Promise.all(
          ['C1', 'C2', 'C3'].map((code) => stage.port.print(jobOf({ code }))),
        );
        expect(outcomes.map(({ kind }) => kind)).toEqual(['confirmed', 'confirmed', 'confirmed']);
        expect(codes()).toEqual(['C1', 'C2', 'C3']);
      });

      test('slow paper is waited for', async () => {
        stage.clock.fireAlways(SLOW_ROW_MS);
        stage.printer.set({ slow: true });
        stage.printer.onPaper(look);
        expect(await stage.port.print(jobOf({ code: 'S1' }))).toEqual({ kind: 'confirmed' });
        expect(codes()).toEqual(['S1']);
      });

      test('its status says so, and a roll near its end still prints', async () => {
        const ready = { reachable: true, online: true, paper: 'adequate', coverOpen: false, error: null };
        expect(await stage.port.status()).toEqual(ready);
        stage.printer.set({ paper: 'low' });
        expect(await stage.port.status()).toEqual({ ...ready, paper: 'near_end' });
        expect(await print(jobOf())).toEqual({ kind: 'confirmed' });
      });

      test('the first byte is told once, and no timer is left behind', async () => {
        let firstBytes = 0;
        await print(jobOf(), {
          onFirstByte: () => {
            firstBytes += 1;
          },
        });
        expect(firstBytes).toBe(1);
        // A presenter is still watched: the next call waits for the slip to be taken.
        await stage.port.status();
        expect(stage.clock.armed()).toBe(0);
      });
    });

    describe('a printer that cannot print', () => {
      const troubles = [
        ['has no paper', { paper: 'out' }, 'paper_out'],
        ['has an open cover', { coverOpen: true }, 'cover_open'],
        ['has an open cover and no paper', { coverOpen: true, paper: 'out' }, 'cover_open'],
        ['was taken off line', { offline: true }, 'offline'],
      ] as const;

      test.each(troubles)('I-PRN-3 that %s gets no byte of the job', async (_what, switches, cause) => {
        stage.printer.set(switches);
        let firstBytes = 0;
        const outcome = await print(jobOf(), {
          onFirstByte: () => {
            firstBytes += 1;
          },
        });
        expect(outcome).toEqual({ kind: 'not_sent', cause });
        expect(firstBytes).toBe(0);
        // All that it holds are status questions: no line comes out once it can print.
        stage.printer.set({ paper: 'ok', coverOpen: false, offline: false });
        expect(stage.printer.state().heldBytes).toBe(0);
        expect(await print(jobOf({ code: 'Z9' }))).toEqual({ kind: 'confirmed' });
        expect(codes()).toEqual(['Z9']);
      });

      test('that is switched off is unreachable, and gets no byte', async () => {
        await stage.printer.close();
        expect(await print(jobOf())).toEqual({ kind: 'not_sent', cause: 'offline' });
        expect((await stage.port.status()).reachable).toBe(false);
      });
    });

    describe('trouble in the middle of a job', () => {
      test('I-PRN-5 a jam ends in unknown, the next job is not sent, and a cleared printer prints whole', async () => {
        stage.printer.set({ jam: true });
        const jammed = stage.port.print(jobOf({ code: 'J1' }));
        await pollOut(stage.limits.completionPollsMax);
        expect(await jammed).toEqual({ kind: 'unknown', cause: 'error' });
        expect(await stage.port.print(jobOf({ code: 'J2' }))).toEqual({ kind: 'not_sent', cause: 'error' });
        stage.printer.set({ jam: false });
        expect(await print(jobOf({ code: 'J3' }))).toEqual({ kind: 'confirmed' });
        expect(codes()).toEqual(['J3']);
        const written = stage.printer.papers().filter(({ text }) => text !== '');
        expect(written.map(({ end }) => end)).toEqual(['torn', stage.profile.cut]);
      });

      const hands = [
        ['paper that ends', 'paper_out', { paper: 'ok' }],
        ['a cover that opens', 'cover_open', { coverOpen: false }],
      ] as const;

      /** Starts a slow job, and makes the trouble after its first row. */
      const troubled = async (
        cause: 'paper_out' | 'cover_open',
      ): Promise<{ outcome: Promise<PrintOutcome> }> => {
        if (cause === 'paper_out') stage.printer.set({ paperRowsLeft: 2 });
        stage.printer.set({ slow: true });
        const outcome = stage.port.print(jobOf({ code: 'M1' }));
        await stage.clock.fire(SLOW_ROW_MS);
        if (cause === 'cover_open') stage.printer.set({ coverOpen: true });
        stage.printer.set({ slow: false });
        return { outcome };
      };

      test.each(hands)('I-PRN-5 %s, and stays so, ends in unknown', async (_what, cause, mended) => {
        const { outcome } = await troubled(cause);
        await pollOut(stage.limits.heldPollsMax);
        expect(await outcome).toEqual({ kind: 'unknown', cause });
        expect(codes()).toEqual([]);
        // What was held comes out after all: the reason why nothing is reprinted without a word on it.
        stage.printer.set(mended);
        stage.clock.fireAlways(SLOW_ROW_MS);
        expect(await print(jobOf({ code: 'M2' }))).toEqual({ kind: 'confirmed' });
        expect(codes()).toEqual(['M1', 'M2']);
      });

      test.each(hands)(
        '%s is waited for, and mended in time it is confirmed',
        async (_what, cause, mended) => {
          const { outcome } = await troubled(cause);
          await pollOut(1);
          stage.clock.fireAlways(SLOW_ROW_MS);
          stage.printer.set(mended);
          look();
          expect(await outcome).toEqual({ kind: 'confirmed' });
          expect(codes()).toEqual(['M1']);
        },
      );

      test('I-PRN-5 a printer that is switched off after the first byte ends in unknown', async () => {
        stage.printer.set({ paperRowsLeft: 2 });
        const outcome = stage.port.print(jobOf(), { onFirstByte: () => void stage.printer.close() });
        expect((await outcome).kind).toBe('unknown');
      });
    });

    describe('giving up', () => {
      test('before the first byte is not sent', async () => {
        const outcome = await stage.port.print(jobOf(), { signal: AbortSignal.abort() });
        expect(outcome).toEqual({ kind: 'not_sent', cause: 'offline' });
        expect(stage.printer.papers()).toEqual([]);
      });

      test('I-PRN-5 after the first byte is unknown', async () => {
        const giveUp = new AbortController();
        stage.printer.set({ jam: true });
        const outcome = stage.port.print(jobOf(), {
          signal: giveUp.signal,
          onFirstByte: () => giveUp.abort(),
        });
        expect((await outcome).kind).toBe('unknown');
      });

      test('closing ends the job that runs, and lets nothing new start', async () => {
        stage.printer.set({ jam: true });
        const started = Promise.withResolvers<void>();
        const outcome = stage.port.print(jobOf(), { onFirstByte: started.resolve });
        await started.promise;
        await stage.port.close();
        expect((await outcome).kind).toBe('unknown');
        expect(await stage.port.print(jobOf())).toEqual({ kind: 'not_sent', cause: 'offline' });
        expect((await stage.port.status()).reachable).toBe(false);
      });

      test('an empty job and one call too many are bugs, and say so', async () => {
        await expect(stage.port.print(new Uint8Array(0))).rejects.toThrow(RangeError);
        const calls = Array.from({ length: stage.limits.callsMax }, () => stage.port.status());
        await expect(stage.port.status()).rejects.toThrow(RangeError);
        await Promise.all(calls);
        expect((await stage.port.status()).reachable).toBe(true);
      });
    });
  });
}
