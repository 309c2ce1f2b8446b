/** Second copies: only of paper that nobody can vouch for, marked on the paper and in the ledger, and not without end. */
import {
  instantText,
  newId,
  type PrintState,
  printJobTable,
  rowFromSql,
  type TicketReprint,
  ticketTable,
} from '@totem/domain';
import { createTcpPrinter, DEFAULT_PROFILE, startVirtualPrinter } from '@totem/drivers/printer';
import { systemTimers } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { rowByKey, upsertRow } from '../store/rows.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace, until } from '../testing/totem.ts';
import { ASKED_MS_MAX, queueAsked } from './asked.ts';
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

describe('a copy that is asked for at a counter', () => {
  /** The ticket's row as it comes here once somebody has asked. */
  const asked = (ticketId: string, over: Partial<TicketReprint> = {}): TicketReprint => {
    const reprint: TicketReprint = {
      printJobId: newId<'print_job'>(place.world.env),
      lane: place.device.lane,
      copy: 2,
      at: instantText(place.world.env.now()),
      ...over,
    };
    parts.store.write((db) => {
      const ticket = rowByKey(db, ticketTable, place.device.tenantId, ticketId);
      if (ticket === undefined) throw new Error('there is a ticket');
      upsertRow(db, ticketTable, { ...ticket, reprint });
    });
    return reprint;
  };
  const actions = () =>
    parts.store
      .read((db) => db.all("SELECT action FROM audit_log WHERE entity = 'print_job' ORDER BY seq"))
      .map(({ action }) => action);

  it('is queued once, as the job that the ticket names, also of paper that came out', () => {
    const { id } = issueOne(parts, place);
    endQueued('confirmed');
    const { printJobId } = asked(id);
    expect([queueAsked(parts), queueAsked(parts)]).toEqual([1, 0]);
    expect(newest()).toMatchObject({ id: printJobId, copy: 2, state: 'queued' });
    endQueued('confirmed');
    expect(queueAsked(parts)).toBe(0);
    expect(actions()).toEqual(['PRINT_CONFIRMED', 'PRINT_REPEATED', 'PRINT_CONFIRMED']);
    // The next one is another job, and counts on from what was printed here.
    asked(id, { copy: 2 });
    expect(queueAsked(parts)).toBe(1);
    expect(newest().copy).toBe(3);
  });

  it('waits for a paper of the same ticket that is on its way', () => {
    const { id } = issueOne(parts, place);
    asked(id);
    expect(queueAsked(parts)).toBe(0);
    endQueued('unknown');
    expect(queueAsked(parts)).toBe(1);
  });

  it('is not printed for another totem, nor when whoever asked has gone', () => {
    const { id } = issueOne(parts, place);
    endQueued('confirmed');
    asked(id, { lane: '9' });
    expect(queueAsked(parts)).toBe(0);
    asked(id);
    place.world.advance(ASKED_MS_MAX);
    expect(queueAsked(parts)).toBe(0);
    expect(actions()).toEqual(['PRINT_CONFIRMED']);
  });

  it('of what had no paper is no second copy, and speaks the language of the site', async () => {
    const printer = await startVirtualPrinter({ timers: systemTimers });
    const port = createTcpPrinter({ address: printer, profile: DEFAULT_PROFILE, timers: systemTimers });
    const { id, code } = issueOne(parts, place);
    parts.store.write((db) => {
      db.run('DELETE FROM print_paper');
      db.run('DELETE FROM print_job');
    });
    asked(id, { copy: 1 });
    queueAsked(parts);
    parts.store.close();
    parts = openTotem(place, { printer: port });
    parts.prints.start();
    await until(() => newest().state === 'confirmed', parts.store.onCommit);
    const [slip] = printer.papers();
    expect(slip?.text).toContain(code);
    expect(slip?.text).not.toContain('2ª via');
    await parts.prints.stop();
    await port.close();
    await printer.close();
  });
});
