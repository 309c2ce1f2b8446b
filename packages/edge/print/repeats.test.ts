/** Second copies: only of paper that nobody can vouch for, marked on the paper and in the ledger, and not without end. */
import { type PrintState, printJobTable, rowFromSql } from '@totem/domain';
import { createTcpPrinter, DEFAULT_PROFILE, startVirtualPrinter } from '@totem/drivers/printer';
import { systemTimers } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace, until } from '../testing/totem.ts';
import { COPIES_MAX, endJob, jobsIn, repeatPaper } from './jobs.ts';

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
});
afterEach(() => {
  parts.store.close();
  place.remove();
});

const newest = () => {
  const rows = parts.store.read((db) => db.all('SELECT * FROM print_job ORDER BY copy DESC'));
  const [row] = rows.map((raw) => rowFromSql(printJobTable, raw));
  if (row === undefined) throw new Error('there is a job');
  return row;
};
const endQueued = (state: 'confirmed' | 'unknown' | 'failed' | 'expired'): void => {
  for (const job of parts.store.read((db) => jobsIn(db, 'queued')))
    endJob(parts.ledger, parts.clock, job, state, null);
};
const repeat = (ticketId: string) => repeatPaper(parts.ledger, parts.clock, place.device, ticketId);

describe('another copy', () => {
  it.each<[PrintState, boolean]>([
    ['unknown', true],
    ['failed', true],
    ['expired', true],
    ['confirmed', false],
    ['queued', false],
  ])('of paper that is %s is given: %s', (state, isGiven) => {
    const { id } = issueOne(parts, place);
    if (state !== 'queued' && state !== 'sent') endQueued(state);
    if (!isGiven) expect(() => repeat(id)).toThrow(expect.objectContaining({ code: 'reprint_refused' }));
    else expect(repeat(id)).toMatchObject({ copy: 2, state: 'queued', cause: null });
  });

  it('is not given without end, and not of what is no ticket', () => {
    const { id } = issueOne(parts, place);
    for (let copy = 2; copy <= COPIES_MAX; copy++) {
      endQueued('unknown');
      expect(repeat(id).copy).toBe(copy);
    }
    endQueued('unknown');
    expect(() => repeat(id)).toThrow(expect.objectContaining({ code: 'reprint_refused' }));
    expect(() => repeat(place.device.siteId)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('I-EDG-20: says on paper that it is one, and is in the ledger', async () => {
    const printer = await startVirtualPrinter({ timers: systemTimers });
    const port = createTcpPrinter({ address: printer, profile: DEFAULT_PROFILE, timers: systemTimers });
    const { id, code } = issueOne(parts, place);
    endQueued('unknown');
    repeat(id);
    parts.store.close();
    parts = openTotem(place, { printer: port });
    parts.prints.start();
    await until(() => newest().state === 'confirmed', parts.store.onCommit);
    const [slip] = printer.papers();
    expect(slip?.text).toContain('2ª via');
    expect(slip?.text).toContain(code);
    const said = parts.store.read((db) =>
      db.all("SELECT action FROM audit_log WHERE entity = 'print_job' ORDER BY seq"),
    );
    expect(said.map(({ action }) => action)).toEqual(['PRINT_UNKNOWN', 'PRINT_REPEATED', 'PRINT_CONFIRMED']);
    await parts.prints.stop();
    await port.close();
    await printer.close();
  });
});
