/** The desk offers what the machine allows, all of it, once. */
import { COMMANDS, commandSchema, isActive, TICKET_STATES, type TicketId } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import {
  DESK_ACTIONS,
  type DeskNow,
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
  reprint: 'TICKET_REPRINT',
} as const;
const desk = (inHand: DeskTicket | undefined, over: Partial<DeskNow> = {}): DeskNow => ({
  inHand,
  isPaused: false,
  mayOverride: false,
  ...over,
});

describe('the desk', () => {
  it('with no ticket in hand offers the next call and a pause, and in a pause only its end', () => {
    expect(deskFor(desk(undefined))).toEqual({
      main: 'callNext',
      beside: ['find', 'issue', 'checkIn', 'pause'],
      menu: [],
    });
    const paused = desk(undefined, { isPaused: true, mayOverride: true });
    expect(deskFor(paused)).toEqual({ main: 'resume', beside: [], menu: [] });
  });

  it('offers a change by hand to who may make one, for every ticket in hand', () => {
    for (const state of ['called', 'in_service'] as const) {
      expect(deskFor(desk({ id: ID, state }, { mayOverride: true })).menu).toContain('override');
      expect(deskFor(desk({ id: ID, state })).menu).not.toContain('override');
    }
  });

  it.each(TICKET_STATES)('with a ticket in state %s offers exactly what the machine allows', (state) => {
    const ticket: DeskTicket = { id: ID, state };
    const { main, beside, menu } = deskFor(desk(ticket));
    const offered = [main, ...beside, ...menu].filter((action) => action !== undefined);
    expect(new Set(offered).size).toBe(offered.length);
    expect(isAllowed('callNext', desk(ticket))).toBe(false);
    for (const action of DESK_ACTIONS) {
      if (!(action in MACHINE)) continue;
      expect(offered.includes(action)).toBe('to' in COMMANDS[MACHINE[action as keyof typeof MACHINE]][state]);
    }
    if (isActive(state)) expect(main).toBeDefined();
  });

  it('leads from the call to the start to the end', () => {
    expect(deskFor(desk({ id: ID, state: 'called' })).main).toBe('start');
    expect(deskFor(desk({ id: ID, state: 'called' })).beside).toEqual(['recall', 'noShow', 'cancel']);
    expect(deskFor(desk({ id: ID, state: 'in_service' })).main).toBe('finish');
  });

  it('makes commands that the write door accepts', () => {
    const withId = (command: object) => commandSchema.safeParse({ ...command, id: ID }).success;
    for (const action of DESK_ACTIONS) {
      if (!(action in MACHINE) || needsDetail(action)) continue;
      expect(withId(plainCommand(action as PlainAction, ID))).toBe(true);
    }
    expect(withId(detailCommand({ action: 'cancel', reason: 'customer_left' }, ID))).toBe(true);
    expect(withId(detailCommand({ action: 'hold', reason: 'documento' }, ID))).toBe(true);
    expect(withId(detailCommand({ action: 'reprint', reason: 'rasgou' }, ID))).toBe(true);
    expect(detailCommand({ action: 'finishNote', note: ' ' }, ID)).toEqual({
      type: 'ticket.finish',
      ticketId: ID,
    });
    expect(withId(detailCommand({ action: 'finishNote', note: 'volta amanhã' }, ID))).toBe(true);
    for (const target of ['toServiceId', 'toCounterId', 'toOperatorId'])
      expect(withId(detailCommand({ action: 'transfer', target: { [target]: ID } as never }, ID))).toBe(true);
    expect(withId(detailCommand({ action: 'override', to: 'waiting', reason: 'engano' }, ID))).toBe(true);
  });
});
