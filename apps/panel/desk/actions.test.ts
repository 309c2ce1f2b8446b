/** The desk offers what the machine allows, all of it, once. */
import { COMMANDS, commandSchema, isActive, TICKET_STATES, type TicketId } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import {
  DESK_ACTIONS,
  type DeskTicket,
  deskFor,
  detailCommand,
  isAllowed,
  needsDetail,
  type PlainAction,
  plainCommand,
} from './actions.ts';

const ID = '019ab000-0000-7000-8000-000000000001' as TicketId;
const MACHINE = {
  start: 'TICKET_START',
  finish: 'TICKET_FINISH',
  recall: 'TICKET_RECALL',
  noShow: 'TICKET_NO_SHOW',
  cancel: 'TICKET_CANCEL',
  transfer: 'TICKET_TRANSFER',
  hold: 'TICKET_HOLD',
  requeue: 'TICKET_REQUEUE',
} as const;

describe('the desk', () => {
  it('with no ticket in hand offers only the next call', () => {
    expect(deskFor(undefined)).toEqual({ main: 'callNext', beside: [], menu: [] });
  });

  it.each(TICKET_STATES)('with a ticket in state %s offers exactly what the machine allows', (state) => {
    const ticket: DeskTicket = { id: ID, state };
    const { main, beside, menu } = deskFor(ticket);
    const offered = [main, ...beside, ...menu].filter((action) => action !== undefined);
    expect(new Set(offered).size).toBe(offered.length);
    expect(isAllowed('callNext', ticket)).toBe(false);
    for (const action of DESK_ACTIONS) {
      if (action === 'callNext') continue;
      expect(offered.includes(action)).toBe('to' in COMMANDS[MACHINE[action]][state]);
    }
    if (isActive(state)) expect(main).toBeDefined();
  });

  it('leads from the call to the start to the end', () => {
    expect(deskFor({ id: ID, state: 'called' }).main).toBe('start');
    expect(deskFor({ id: ID, state: 'called' }).beside).toEqual(['recall', 'noShow', 'cancel']);
    expect(deskFor({ id: ID, state: 'in_service' }).main).toBe('finish');
  });

  it('makes commands that the write door accepts', () => {
    const withId = (command: object) => commandSchema.safeParse({ ...command, id: ID }).success;
    for (const action of DESK_ACTIONS) {
      if (action === 'callNext' || needsDetail(action)) continue;
      expect(withId(plainCommand(action satisfies PlainAction, ID))).toBe(true);
    }
    expect(withId(detailCommand({ action: 'cancel', reason: 'customer_left' }, ID))).toBe(true);
    expect(withId(detailCommand({ action: 'hold', reason: 'documento' }, ID))).toBe(true);
    expect(withId(detailCommand({ action: 'transfer', toServiceId: ID as string as never }, ID))).toBe(true);
  });
});
