/** Every cell of both tables of the ticket machine. */
import { describe, expect, it } from 'vitest';
import {
  BEFORES,
  COMMANDS,
  can,
  FACTS,
  FINAL_STATES,
  isFinal,
  TICKET_ACTIONS,
  TICKET_STATES,
} from './machine.ts';

const cells = TICKET_ACTIONS.flatMap((action) => BEFORES.map((before) => ({ action, before })));
const places = new Set<string>([...TICKET_STATES, 'chosen']);

describe('the strict machine', () => {
  it.each(cells)('I-TKT-1: $action on $before has one answer', ({ action, before }) => {
    const cell = COMMANDS[action][before];
    expect('to' in cell ? places.has(cell.to) : cell.refuse.startsWith('ticket_')).toBe(true);
  });

  it('I-TKT-2: only an override leaves a final state', () => {
    for (const state of FINAL_STATES) {
      const leaving = TICKET_ACTIONS.filter((action) => 'to' in COMMANDS[action][state]);
      expect(leaving).toEqual(['TICKET_OVERRIDE']);
    }
  });

  it('I-TKT-3: a ticket in service can neither be canceled nor expire', () => {
    expect(COMMANDS.TICKET_CANCEL.in_service).toHaveProperty('refuse');
    expect(COMMANDS.TICKET_EXPIRE.in_service).toHaveProperty('refuse');
  });

  it('screens are offered exactly what the strict machine allows', () => {
    for (const state of TICKET_STATES) {
      expect(can.call({ state })).toBe(state === 'waiting');
      expect(can.finish({ state })).toBe(state === 'in_service');
      expect(can.cancel({ state })).toBe(['created', 'waiting', 'called'].includes(state));
      expect(isFinal(state) && Object.values(can).some((ask) => ask({ state }))).toBe(false);
    }
  });
});

describe('the merging machine', () => {
  it.each(cells)('I-TKT-4: a fact $action on $before has one outcome', ({ action, before }) => {
    const cell = FACTS[action][before];
    const outcomes = cell.do === 'by_holder' ? [cell.same, cell.other] : [cell];
    for (const outcome of outcomes) {
      if (outcome.do === 'apply') expect(places.has(outcome.to)).toBe(true);
      else expect(['keep', 'park', 'compare_content']).toContain(outcome.do);
    }
  });

  it('I-TKT-5: every fact but a creation waits for its row', () => {
    for (const action of TICKET_ACTIONS) {
      expect(FACTS[action].absent.do).toBe(action === 'TICKET_CREATE' ? 'apply' : 'park');
    }
  });

  it('I-TKT-6: what was served stays served: no cancel, expiry or absence undoes a service', () => {
    for (const action of ['TICKET_CANCEL', 'TICKET_EXPIRE', 'TICKET_NO_SHOW'] as const) {
      for (const state of ['in_service', 'finished'] as const) {
        expect(FACTS[action][state]).toEqual({ do: 'keep', conflict: 'ended_while_served' });
      }
    }
  });

  it('a service after the end is applied and shown', () => {
    for (const state of ['canceled', 'expired'] as const) {
      expect(FACTS.TICKET_START[state]).toMatchObject({ do: 'apply', conflict: 'served_after_end' });
      expect(FACTS.TICKET_FINISH[state]).toMatchObject({ do: 'apply', conflict: 'served_after_end' });
    }
  });

  it('where a command is allowed, the same fact by the same holder changes the row to the same state', () => {
    for (const { action, before } of cells) {
      const command = COMMANDS[action][before];
      if (!('to' in command)) continue;
      const fact = FACTS[action][before];
      const same = fact.do === 'by_holder' ? fact.same : fact;
      expect(same, `${action} on ${before}`).toMatchObject({ do: 'apply', to: command.to });
    }
  });
});
