/**
 * The proof of paper: tickets are printed while paper ends, covers open, power goes and links break at any byte of a job. Each
 * is confirmed and on paper once, or the screen says that it is not, or not surely; none is lost without a word, and none is
 * on paper twice unasked.
 */
import { type PrintJobRow, printJobTable, rowFromSql, type Timers } from '@totem/domain';
import {
  createSerialPrinter,
  createTcpPrinter,
  PRINTER_LIMITS,
  type PrinterPort,
  type PrinterProfile,
  profileById,
  startVirtualPrinter,
  type VirtualPrinter,
} from '@totem/drivers/printer';
import { hasSocat, startSerialPrinter } from '@totem/drivers/serial-cable';
import { systemTimers } from '@totem/host';
import { seededRandom } from '@totem/testkit';
import { proof, recordProof } from '@totem/testkit/proof';
import { describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { issueOne, openTotem, stockUp, testPlace, until } from '../testing/totem.ts';

/** The waits of the port are real and short; the totem's patience is virtual. */
const limits = {
  ...PRINTER_LIMITS,
  statusReplyMs: 120,
  sendMs: 400,
  pollMs: 2,
  completionPollsMax: 4,
  heldPollsMax: 4,
  closeMs: 200,
};
const FAULTS = ['paper', 'cover', 'power', 'link'] as const;
type Fault = (typeof FAULTS)[number];
/** Bytes of a ticket with its QR code, and of the questions before it. */
const JOB_BYTES = 14_000;

interface Stage {
  readonly port: PrinterPort;
  readonly printer: Pick<VirtualPrinter, 'set' | 'after' | 'onPaper' | 'close'>;
  cutLink(): void;
}

const strike = ({ printer, cutLink }: Stage, fault: Fault): void => {
  const strikes: Record<Fault, () => void> = {
    paper: () => printer.set({ paper: 'out' }),
    cover: () => printer.set({ coverOpen: true }),
    power: () => printer.set({ power: false }),
    link: cutLink,
  };
  strikes[fault]();
};
const mend = ({ printer }: Stage): void =>
  printer.set({ paper: 'ok', coverOpen: false, power: true, deaf: false });

const overTcp = async (profile: PrinterProfile, timers: Timers): Promise<Stage> => {
  const printer = await startVirtualPrinter({ profile, timers });
  const address = { host: printer.host, port: printer.port };
  const port = createTcpPrinter({ address, profile, timers, limits });
  return { port, printer, cutLink: () => printer.cutLine() };
};
const overSerial = async (profile: PrinterProfile, timers: Timers): Promise<Stage> => {
  const printer = await startSerialPrinter({ profile, timers });
  const line = { path: printer.path, baudRate: 115_200, hasFlowControl: false };
  const port = createSerialPrinter({ line, profile, timers, limits });
  // Nobody is told of a wire that has come loose.
  return { port, printer, cutLink: () => printer.set({ deaf: true }) };
};

const profileOf = (id: string): PrinterProfile => {
  const profile = profileById(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return profile;
};

const CABLES = [
  ['TCP', overTcp, ['generic-80', 'epson-80', 'star-80']],
  ['a serial line', overSerial, ['generic-80', 'epson-80']],
] as const;
const isOver = ({ state }: PrintJobRow): boolean => state !== 'queued' && state !== 'sent';

for (const [cable, makeStage, profileIds] of CABLES) {
  describe(`paper over ${cable}`, () => {
    const name = `printing/tickets over ${cable}, with faults at any byte`;
    const tickets = proof(name, { share: 40, full: 1_000, unit: 'tickets' });

    it('I-EDG-20: each ticket is confirmed and on paper once, or said not to be; none is lost or doubled in silence', async (context) => {
      if (cable !== 'TCP' && !hasSocat())
        return context.skip('socat is not installed: nothing was printed over a serial line');
      const random = seededRandom(7);
      const below = (limit: number): number => Math.floor(random() * limit);
      const place = testPlace();
      const ends = new Map<string, number>();
      let slips = 0;
      for (const [turn, profileId] of profileIds.entries()) {
        const share = Math.ceil((tickets - turn) / profileIds.length);
        const stage = await makeStage(profileOf(profileId), systemTimers);
        const papers = new Map<string, number>();
        stage.printer.onPaper(({ text, end }) => {
          const codes = new Set(text.match(/\b[A-Z]\d{3,}\b/g) ?? []);
          if (end !== 'torn') for (const code of codes) papers.set(code, (papers.get(code) ?? 0) + 1);
        });
        const parts = openTotem(place, { printer: stage.port, printerProfile: profileOf(profileId) });
        if (turn === 0) stockUp(parts, place.catalogue);
        parts.prints.start();
        const stopWaking = parts.store.onCommit(() => parts.prints.wake());
        for (let ticket = 0; ticket < share; ticket++) {
          if (below(2) === 1) {
            const fault = FAULTS[below(FAULTS.length)] ?? 'paper';
            stage.printer.after(below(JOB_BYTES), () => strike(stage, fault));
          }
          const { code, id } = issueOne(parts, place);
          await until(() => {
            if (isOver(jobOf(parts, id))) return true;
            // Somebody may come and mend it, or time goes by.
            if (below(3) === 0) mend(stage);
            place.world.advance(10_000);
            return false;
          }, parts.prints.onChange);
          mend(stage);
          const { state } = jobOf(parts, id);
          ends.set(state, (ends.get(state) ?? 0) + 1);
          const count = papers.get(code) ?? 0;
          expect(count, `${code} ${state}`).toBeLessThanOrEqual(1);
          if (state === 'confirmed') expect(count, `${code} was confirmed`).toBe(1);
          if (state === 'expired' || state === 'failed') expect(count, `${code} ${state}`).toBe(0);
          expect(said(parts, jobOf(parts, id).id)).toHaveLength(1);
          slips += count;
        }
        for (const [code, count] of papers) expect(count, code).toBe(1);
        stopWaking();
        await parts.prints.stop();
        await stage.port.close();
        parts.store.close();
        await stage.printer.close();
      }
      place.remove();
      recordProof(name, {
        tickets_count: tickets,
        slips_count: slips,
        ...Object.fromEntries([...ends].map(([state, count]) => [`${state}_count`, count])),
        lost_in_silence_count: 0,
        doubled_unasked_count: 0,
      });
    });
  });
}

function jobOf(parts: Parts, ticketId: string): PrintJobRow {
  const [job] = parts.store.read((db) =>
    db
      .all('SELECT * FROM print_job WHERE ticket_id = ?', ticketId)
      .map((row) => rowFromSql(printJobTable, row)),
  );
  if (job === undefined) throw new Error('a ticket has a print job');
  return job;
}

/** What the ledger says of how a job ended. */
function said(parts: Parts, jobId: string): readonly string[] {
  return parts.store
    .read((db) => db.all("SELECT action FROM audit_log WHERE entity = 'print_job' AND entity_id = ?", jobId))
    .map(({ action }) => String(action));
}
