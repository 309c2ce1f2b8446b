/** The hub's write door under the suite that the cloud's passes too, and what only a hub refuses. */
import {
  type CallingPlace,
  CHAIN_START,
  commandSchema,
  newId,
  priorityClassTable,
  type QueueBook,
  STRICT_ORDER,
  serviceTable,
  siteTable,
  ticketTable,
  verifyChain,
  whyOf,
} from '@totem/domain';
import { describeWriteDoor, testQueueOrder } from '@totem/domain/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countAheadBy } from '../../issue/ahead.ts';
import { RECENT_CALLS, RECENT_CALLS_OF_SERVICE } from '../../issue/queue-book.ts';
import { entriesAfter } from '../../ledger/entries.ts';
import { openOrigin } from '../../ledger/origins.ts';
import { upsertRow } from '../../store/rows.ts';
import { hubDoorWorld, makeHub, operatorAt, TEST_TERM, type TestHub, testHub } from '../testing/hub-world.ts';
import { headsOfLine, IN_HAND, nextInQueue, SESSION_OF_USER } from './queries.ts';
import { runHubCommand } from './run.ts';

describeWriteDoor('the hub', async () => hubDoorWorld());

let hub: TestHub;
beforeEach(() => {
  hub = testHub();
});
afterEach(() => hub.close());

describe('the order of the queue over SQLite', () => {
  testQueueOrder('hub/who is called next, by SQL and by the rule', () => {
    const { parts, place } = hub;
    const { tenantId, siteId } = parts.device;
    return {
      env: place.world.env,
      tenantId,
      here: siteId,
      elsewhere: newId<'site'>(place.world.env),
      inWorld: async (rows, see) => {
        parts.store.write((db) => {
          db.run('DELETE FROM ticket');
          for (const row of rows) upsertRow(db, ticketTable, row);
        });
        const look = (from: CallingPlace, book: QueueBook) =>
          parts.store.read((db) => nextInQueue(db, siteId, from, book));
        await see({
          next: async (from, book) => look(from, book).next,
          why: async (from, book, row) => {
            const { candidates, runnerUp } = look(from, book);
            return whyOf(row, runnerUp, candidates, book);
          },
          peopleAhead: async (row, book) => parts.store.read((db) => countAheadBy(db, row, book)),
        });
      },
    };
  });

  it('is asked of indexes, however many tickets there are', () => {
    const plan = (sql: string) =>
      hub.parts.store
        .read((db) => db.all(`EXPLAIN QUERY PLAN ${sql}`, ...Array(sql.split('?').length - 1).fill(null)))
        .map(({ detail }) => String(detail))
        .join('\n');
    const line = { order: STRICT_ORDER, serviceIds: null, except: [] };
    const somewhere = {
      operatorId: newId<'user'>(hub.place.world.env),
      counterId: newId<'counter'>(hub.place.world.env),
      serviceIds: null,
      priorityFrom: null,
    };
    expect(plan(headsOfLine(hub.parts.device.siteId, somewhere, line).text)).toContain('ticket_queue_idx');
    for (const recent of [RECENT_CALLS, RECENT_CALLS_OF_SERVICE])
      expect(plan(recent)).toContain('call_day_idx');
    expect(plan(IN_HAND)).toContain('ticket_in_hand_idx');
    expect(plan(SESSION_OF_USER)).toContain('operator_session_open_idx');
  });
});

describe('only a hub', () => {
  const open = () =>
    commandSchema.parse({
      type: 'operator.resume',
      id: newId<'command'>(hub.place.world.env),
    });

  it('I-HUB-1: serves commands, in its term, and says the term in each entry', () => {
    const { parts, place } = hub;
    const person = operatorAt(parts.device, place);
    const { env } = place.world;
    const counter = newId<'counter'>(env);
    expect(() =>
      runHubCommand(parts, person, {
        type: 'counter.open',
        id: newId<'command'>(env),
        counterId: counter,
      }),
    ).toThrow(expect.objectContaining({ code: 'counter_not_found' }));
    parts.store.write((db) => {
      const { site } = place.catalogue;
      upsertRow(db, siteTable, { ...site, hubEquipmentId: newId<'equipment'>(env), hubTerm: TEST_TERM + 1 });
    });
    expect(() => runHubCommand(parts, person, open())).toThrow(
      expect.objectContaining({ code: 'not_the_hub' }),
    );
    makeHub(parts, place, TEST_TERM + 2);
    const created = runHubCommand(parts, person, {
      type: 'ticket.create',
      id: newId<'command'>(env),
      serviceId: seedService(),
      priorityClassId: seedClass(),
      partySize: 1,
    });
    expect(created.ticket?.code).toBe('A001');
    const origin = parts.store.read(openOrigin);
    const entries = parts.store.read((db) => entriesAfter(db, origin?.origin as never, 0, 100));
    expect(entries.at(-1)?.entry).toMatchObject({
      action: 'TICKET_CREATE',
      userId: person.userId,
      data: { channel: 'reception', hubTerm: TEST_TERM + 2 },
    });
    expect(
      verifyChain(
        CHAIN_START,
        origin?.origin as never,
        entries.map(({ entry }) => entry),
      ),
    ).toMatchObject({ ok: true });
  });

  it('refuses what is the cloud’s to do, and who is of another company', () => {
    const { parts, place } = hub;
    const { env } = place.world;
    const admin = { ...operatorAt(parts.device, place), role: 'admin' } as const;
    const override = commandSchema.parse({
      type: 'ticket.override',
      id: newId<'command'>(env),
      ticketId: newId<'ticket'>(env),
      to: 'waiting',
      reason: 'engano',
    });
    expect(() => runHubCommand(parts, admin, override)).toThrow(
      expect.objectContaining({ code: 'served_by_cloud' }),
    );
    expect(() => runHubCommand(parts, { ...admin, tenantId: newId<'tenant'>(env) }, open())).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
  });

  const seedService = () => {
    const { service } = hub.place.catalogue;
    hub.parts.store.write((db) => upsertRow(db, serviceTable, service));
    return service.id;
  };
  const seedClass = () => {
    const { priorityClass } = hub.place.catalogue;
    hub.parts.store.write((db) => upsertRow(db, priorityClassTable, priorityClass));
    return priorityClass.id;
  };
});
