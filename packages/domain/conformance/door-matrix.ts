/** The ticket machine at a write door, cell by cell (I-TKT-1): every command in every state is done, or refused and leaves nothing. */
import { describe, expect, test } from 'vitest';
import { TICKET_COMMANDS, type TicketCommand } from '../command/command.ts';
import { newId } from '../ids/id.ts';
import { BEFORES, type Before, COMMANDS } from '../ticket/machine.ts';
import type { Ask, Stage } from './door-stage.ts';

/** An override has its own rules, and is the cloud's. */
const TYPES = (Object.keys(TICKET_COMMANDS) as TicketCommand['type'][]).filter(
  (type) => type !== 'ticket.override',
);

export function describeMatrix(stage: () => Stage): void {
  describe('the machine', () => {
    test.each(TYPES.flatMap((type) => BEFORES.map((state) => ({ type, state }))))(
      'I-TKT-1: $type of a ticket that is $state',
      ({ type, state }) => walk(stage(), type, state),
    );
  });
}

async function walk(stage: Stage, type: TicketCommand['type'], state: Before): Promise<void> {
  const { world } = stage;
  const { operator, counter, service } = await stage.desk();
  const held = { serviceId: service.id, operatorId: operator.userId, counterId: counter.id };
  const ticketId = state === 'absent' ? newId<'ticket'>(world.env) : (await stage.ticket(state, held)).id;
  const before = await world.ticket(ticketId);
  const details: Partial<Record<TicketCommand['type'], object>> = {
    'ticket.hold': { reason: 'documento' },
    'ticket.transfer': { toServiceId: service.id, toCounterId: counter.id },
    'ticket.cancel': { reason: 'other' },
    'ticket.reprint': { reason: 'papel rasgado' },
  };
  const id = newId<'command'>(world.env);
  const said = await stage.ask(operator, { type, id, ticketId, ...details[type] } as Ask);
  const cell = COMMANDS[TICKET_COMMANDS[type]][state];
  const written = await world.entriesOf(id);
  if ('refuse' in cell) {
    expect(said.code).toBe(cell.refuse);
    expect(await world.ticket(ticketId)).toEqual(before);
    expect(written).toEqual([]);
    return;
  }
  expect(said.done?.ticket?.state).toBe(cell.to);
  expect(await world.ticket(ticketId)).toMatchObject({ state: cell.to, conflict: null });
  const isCall = type === 'ticket.call' || type === 'ticket.recall';
  expect(written.map(({ action, userId }) => [action, userId])).toEqual(
    [TICKET_COMMANDS[type], ...(isCall ? ['CALL_CREATE'] : [])].map((action) => [action, operator.userId]),
  );
}
