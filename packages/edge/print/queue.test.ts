/** Paper on a virtual printer over real sockets: once, in time, or not at all; and the ledger says which. */
import { type PrintJobRow, type PrintState, printJobTable, rowFromSql } from '@totem/domain';
import {
  createTcpPrinter,
  DEFAULT_PROFILE,
  PRINTER_LIMITS,
  startVirtualPrinter,
  type VirtualPrinter,
} from '@totem/drivers/printer';
import { systemTimers } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import {
  failDisk,
  issueOne,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
  until,
} from '../testing/totem.ts';
import { jobsIn, moveJob, PRINT_PATIENCE_MS } from './jobs.ts';

/** The printer's own waits are short: it is on this machine, and the totem's patience is virtual. */
const limits = { ...PRINTER_LIMITS, pollMs: 1, completionPollsMax: 3, heldPollsMax: 3 };

let place: TestPlace;
let printer: VirtualPrinter;
let parts: Parts;
const closing: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  place = testPlace();
  printer = await startVirtualPrinter({ timers: systemTimers });
  closing.push(place.remove, () => printer.close());
  parts = open();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function open(address: { host: string; port: number } | null = printer): Parts {
  const port =
    address === null
      ? null
      : createTcpPrinter({
          address: { host: address.host, port: address.port },
          profile: DEFAULT_PROFILE,
          timers: systemTimers,
          limits,
        });
  const opened = openTotem(place, { printer: port });
  stockUp(opened, place.catalogue);
  opened.store.onCommit(() => opened.prints.wake());
  closing.push(async () => {
    await opened.prints.stop();
    await port?.close();
    opened.store.close();
  });
  return opened;
}

const jobs = (of: Parts = parts): PrintJobRow[] =>
  of.store.read((db) =>
    db.all('SELECT * FROM print_job ORDER BY created_at, id').map((row) => rowFromSql(printJobTable, row)),
  );
const states = (of: Parts = parts) => jobs(of).map(({ state, cause }) => [state, cause]);
const reached = (state: PrintState, count = 1, of: Parts = parts) =>
  until(() => jobs(of).filter((job) => job.state === state).length >= count, of.store.onCommit);
/** Lets time pass whenever the queue has done what it could, until the fact is there. */
const pump = (isTrue: () => boolean, of: Parts = parts) =>
  until(() => {
    if (isTrue()) return true;
    // Longer than the queue waits between two looks at the printer.
    place.world.advance(10_000);
    return false;
  }, of.prints.onChange);
const recorded = () =>
  parts.store
    .read((db) => db.all("SELECT action, data FROM audit_log WHERE entity = 'print_job' ORDER BY seq"))
    .map(({ action, data }) => [action, JSON.parse(String(data)).cause]);
/** After an uncertain job, what is left of it is cut off: blank paper, mostly. */
const slips = () => printer.papers().filter(({ end, text }) => end !== 'torn' && text !== '');

describe('the print queue', () => {
  it('prints the ticket that is on the screen, and the ledger says so', async () => {
    parts.prints.start();
    const { code } = issueOne(parts, place);
    await reached('confirmed');
    const text = slips()
      .map((paper) => paper.text)
      .join('\n');
    expect(text).toContain(code);
    for (const words of ['Unidade Centro', 'Atendimento geral', 'Pessoas à sua frente', '12:00'])
      expect(text).toContain(words);
    expect(recorded()).toEqual([['PRINT_CONFIRMED', null]]);
  });

  it.each([
    ['en', 'General service', 'People ahead of you'],
    ['es', 'Atención general', 'Personas delante de usted'],
  ] as const)('speaks the customer’s language: %s', async (locale, service, ahead) => {
    parts.prints.start();
    issueOne(parts, place, { locale });
    await reached('confirmed');
    expect(slips()[0]?.text).toContain(service);
    expect(slips()[0]?.text).toContain(ahead);
  });

  it('prints several tickets in the order in which they were issued', async () => {
    const codes = [1, 2, 3, 4].map(() => issueOne(parts, place).code);
    parts.prints.start();
    await reached('confirmed', 4);
    expect(slips().map(({ text }) => codes.find((code) => text.includes(code)))).toEqual(codes);
  });

  it('I-EDG-8: without paper the job waits a while, then expires; after a refill nothing old is printed', async () => {
    printer.set({ paper: 'out' });
    parts.prints.start();
    const late = issueOne(parts, place);
    await until(() => states()[0]?.[1] === 'printer_paper_out', parts.store.onCommit);
    expect(states()).toEqual([['queued', 'printer_paper_out']]);
    await pump(() => jobs()[0]?.state === 'expired');
    printer.set({ paper: 'ok' });
    await pump(() => parts.prints.printerStatus()?.paper === 'adequate');
    const next = issueOne(parts, place);
    await reached('confirmed');
    expect(slips().map(({ text }) => [text.includes(late.code), text.includes(next.code)])).toEqual([
      [false, true],
    ]);
    expect(recorded()).toEqual([
      ['PRINT_FAILED', 'printer_paper_out'],
      ['PRINT_CONFIRMED', null],
    ]);
  });

  it('I-EDG-8: a refill in time prints what somebody still waits for', async () => {
    printer.set({ coverOpen: true });
    parts.prints.start();
    const { code } = issueOne(parts, place);
    await until(() => states()[0]?.[1] === 'printer_cover_open', parts.store.onCommit);
    printer.set({ coverOpen: false });
    await pump(() => jobs()[0]?.state === 'confirmed');
    expect(slips().map(({ text }) => text.includes(code))).toEqual([true]);
  });

  it('I-EDG-9: a jam leaves the outcome unknown, and nothing is printed again unasked', async () => {
    printer.set({ jam: true });
    parts.prints.start();
    issueOne(parts, place);
    await reached('unknown');
    printer.set({ jam: false });
    await pump(() => parts.prints.printerStatus()?.error === null);
    const next = issueOne(parts, place);
    await reached('confirmed');
    expect(slips().map(({ text }) => text.includes(next.code))).toEqual([true]);
    expect(recorded()[0]?.[0]).toBe('PRINT_UNKNOWN');
  });

  it('I-EDG-9: a job that is found sent at a start is unknown', async () => {
    issueOne(parts, place);
    parts.store.write((db) => {
      for (const job of jobsIn(db, 'queued')) moveJob(db, job, 'sent', null, '2026-11-23T15:00:00.000Z');
    });
    parts.prints.start();
    expect(states()).toEqual([['unknown', null]]);
    const next = issueOne(parts, place);
    await reached('confirmed');
    expect(slips().map(({ text }) => text.includes(next.code))).toEqual([true]);
  });

  it('I-EDG-9: a job whose end a failing disk did not take is unknown when the disk takes writes again', async () => {
    parts.prints.start();
    const stop = parts.store.onCommit(() => {
      if (jobs()[0]?.state !== 'sent') return;
      stop();
      failDisk(parts);
    });
    issueOne(parts, place);
    await until(() => slips().length === 1, parts.prints.onChange);
    await until(() => parts.store.recover(), parts.prints.onChange);
    parts.prints.wake();
    await reached('unknown');
    const next = issueOne(parts, place);
    await reached('confirmed');
    expect(slips().map(({ text }) => text.includes(next.code))).toEqual([false, true]);
  });

  it('I-EDG-8: a job that is found queued at a start is printed only within its customer’s patience', async () => {
    issueOne(parts, place);
    place.world.advance(PRINT_PATIENCE_MS - 10_000);
    const fresh = issueOne(parts, place);
    place.world.advance(15_000);
    parts.prints.start();
    await reached('confirmed');
    expect(states()).toEqual([
      ['expired', 'printer_offline'],
      ['confirmed', null],
    ]);
    expect(slips().map(({ text }) => text.includes(fresh.code))).toEqual([true]);
  });

  it('a printer that is not there costs the paper and not the ticket', async () => {
    const absent = { host: printer.host, port: printer.port };
    await printer.close();
    const lonely = open(absent);
    lonely.prints.start();
    expect(issueOne(lonely, place)).toMatchObject({ code: 'A001', state: 'waiting' });
    await until(() => states(lonely)[0]?.[1] === 'printer_offline', lonely.store.onCommit);
    await pump(() => jobs(lonely)[0]?.state === 'expired', lonely);
  });

  it('a totem without a printer says so at once', async () => {
    const bare = open(null);
    bare.prints.start();
    issueOne(bare, place);
    await reached('failed', 1, bare);
    expect(states(bare)).toEqual([['failed', 'printer_offline']]);
  });
});
