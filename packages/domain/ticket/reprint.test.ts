/** Another copy of a ticket's paper: where it is printed, which copy it is, and when there is none. */
import { describe, expect, it } from 'vitest';
import { refusedWith, testDesk } from '../testing/desk.ts';
import { PAPERS_MAX } from './reprint.ts';

const desk = testDesk();
const reason = { reason: 'papel rasgado' };

describe('another copy', () => {
  it('is printed where the ticket was given, is the second one, and leaves the ticket as it was', () => {
    const row = desk.called();
    desk.world.advance(1_000);
    const asked = desk.done(row, desk.act(row, 'ticket.reprint', reason, { totemLanes: ['2', '1'] }));
    expect(asked.reprint).toMatchObject({ lane: '1', copy: 2, at: asked.updatedAt });
    const { reprint: _, folded: __, updatedAt: ___, ...rest } = asked;
    expect(row).toMatchObject(rest);
  });

  it('of what no totem gave is the first, at the first totem', () => {
    const row = { ...desk.issued(), lane: 'R', channel: 'reception' as const };
    const asked = desk.done(row, desk.act(row, 'ticket.reprint', reason, { totemLanes: ['2', '3'] }));
    expect(asked.reprint).toMatchObject({ lane: '2', copy: 1 });
  });

  it('is another job each time, and ends somewhere', () => {
    let row = desk.issued();
    const jobs = new Set<string>();
    for (let copy = 2; copy <= PAPERS_MAX; copy += 1) {
      row = desk.done(row, desk.act(row, 'ticket.reprint', reason));
      expect(row.reprint?.copy).toBe(copy);
      jobs.add(row.reprint?.printJobId ?? '');
    }
    expect(jobs.size).toBe(PAPERS_MAX - 1);
    expect(refusedWith(desk.act(row, 'ticket.reprint', reason))).toBe('reprint_refused');
  });

  it.each([
    ['without a reason', { reason: '  ' }, {}, 'text_empty'],
    ['without a totem', reason, { totemLanes: [] }, 'reprint_refused'],
  ] as const)('%s is refused', (_, over, context, code) => {
    expect(refusedWith(desk.act(desk.issued(), 'ticket.reprint', over, context))).toBe(code);
  });

  it('of what has ended is refused, and says nothing new when it is heard of later', () => {
    const row = desk.inState('finished');
    expect(refusedWith(desk.act(row, 'ticket.reprint', reason))).toBe('ticket_ended');
    const waiting = desk.issued();
    const decision = desk.act(waiting, 'ticket.reprint', reason);
    const ended = { ...row, id: waiting.id };
    expect(desk.done(ended, decision)).toMatchObject({ state: 'finished', reprint: null, conflict: null });
  });
});
