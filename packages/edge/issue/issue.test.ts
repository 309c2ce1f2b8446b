/** Issuing: with no network, once for each command, refused by the catalogue, and never half done. */
import { businessDay, cents, newId, priorityClassTable, serviceTable } from '@totem/domain';
import { buildPriorityClass, buildService } from '@totem/testkit/builders';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { upsertRow } from '../store/rows.ts';
import { createTicket, issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { issueTicket } from './issue.ts';

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

const counts = () =>
  parts.store.read((db) => ({
    tickets: db.one('SELECT count(*) AS n FROM ticket')?.n,
    entries: db.one('SELECT count(*) AS n FROM audit_log')?.n,
    jobs: db.one('SELECT count(*) AS n FROM print_job')?.n,
    commands: db.one('SELECT count(*) AS n FROM command')?.n,
    numbers: db.one('SELECT coalesce(sum(last), 0) AS n FROM code_counter')?.n,
  }));
const NOTHING = { tickets: 0, entries: 1, jobs: 0, commands: 0, numbers: 0 };
const refused = (code: string) => expect.objectContaining({ code });

describe('issuing a ticket', () => {
  it('I-EDG-3: entry, row, number, print job and answer are one transaction', () => {
    const command = createTicket(place);
    const answer = issueTicket(parts, command);
    expect(answer).toMatchObject({
      commandId: command.id,
      ticket: { code: 'A001', state: 'waiting', peopleAhead: 0 },
    });
    expect(counts()).toEqual({ tickets: 1, entries: 2, jobs: 1, commands: 1, numbers: 1 });
  });

  it('I-EDG-3: a ticket that was answered is there after the process is gone', () => {
    const codes = [issueOne(parts, place).code, issueOne(parts, place).code];
    // No orderly end: the file is opened by a second process's worth of code as a crash would leave it.
    const again = openTotem(place);
    const found = again.store.read((db) => db.all('SELECT code FROM ticket ORDER BY number'));
    expect(found.map(({ code }) => code)).toEqual(codes);
    expect(issueOne(again, place).code).toBe('A003');
    again.store.close();
  });

  it('the same command again gets the same answer and no second ticket', () => {
    const command = createTicket(place);
    const first = issueTicket(parts, command);
    expect(issueTicket(parts, command)).toEqual(first);
    expect(counts().tickets).toBe(1);
    expect(() => issueTicket(parts, { ...command, partySize: 2 })).toThrow(refused('command_id_reused'));
  });

  it('people ahead are those that the queue puts before', () => {
    const preferential = buildPriorityClass(place.world.env, { tenantId: place.device.tenantId, tier: 2 });
    parts.store.write((db) => upsertRow(db, priorityClassTable, preferential));
    expect(issueOne(parts, place).peopleAhead).toBe(0);
    expect(issueOne(parts, place).peopleAhead).toBe(1);
    expect(issueOne(parts, place, { priorityClassId: preferential.id }).peopleAhead).toBe(0);
    expect(issueOne(parts, place).peopleAhead).toBe(3);
  });

  it('a name is cleaned, kept beside the chain, and not in the command that is remembered', () => {
    issueTicket(parts, createTicket(place, { customer: { name: '  Ana\u0000\u202e Souza\n' } }));
    const beside = parts.store.read((db) => db.one('SELECT data FROM entry_private'));
    expect(JSON.parse(String(beside?.data))).toEqual({ name: 'Ana Souza' });
    const chain = parts.store.read((db) => db.all('SELECT data FROM audit_log'));
    expect(JSON.stringify(chain)).not.toContain('Souza');
  });

  it.each([
    ['a name of ten thousand letters', { customer: { name: 'a'.repeat(10_000) } }, 'text_too_long'],
    ['an empty name', { customer: { name: ' \u200b ' } }, 'text_empty'],
  ])('%s is refused and nothing is half done', (_title, over, code) => {
    expect(() => issueTicket(parts, createTicket(place, over))).toThrow(refused(code));
    expect(counts()).toEqual(NOTHING);
  });

  it('an unknown service or priority, a closed or unpaid service is refused and nothing is half done', () => {
    const { env } = place.world;
    const { tenantId } = place.device;
    const closed = buildService(env, { tenantId, active: false });
    const paid = buildService(env, { tenantId, paymentPolicy: 'before_queue', priceCents: cents(500) });
    const night = buildService(env, { tenantId, openingHours: { 1: [['22:00', '23:00']] } });
    parts.store.write((db) => {
      for (const service of [closed, paid, night]) upsertRow(db, serviceTable, service);
    });
    const issueOf = (over: object) => () => issueTicket(parts, createTicket(place, over));
    expect(issueOf({ serviceId: newId<'service'>(env) })).toThrow(refused('service_not_found'));
    expect(issueOf({ priorityClassId: newId<'priority_class'>(env) })).toThrow(
      refused('priority_class_not_found'),
    );
    expect(issueOf({ serviceId: closed.id })).toThrow(refused('service_closed'));
    expect(issueOf({ serviceId: night.id })).toThrow(refused('service_closed'));
    expect(issueOf({ serviceId: paid.id })).toThrow(refused('payment_unavailable'));
    expect(counts()).toEqual(NOTHING);
  });

  it('a totem that never had its catalogue says that it is getting ready', () => {
    const bare = testPlace({ seed: 2 });
    const empty = openTotem(bare);
    expect(() => issueTicket(empty, createTicket(bare))).toThrow(refused('not_ready'));
    empty.store.close();
    bare.remove();
  });

  it('I-EDG-11: the number starts again with the business day, and the day never goes back', () => {
    expect(issueOne(parts, place)).toMatchObject({ code: 'A001' });
    place.world.advance(24 * 60 * 60_000);
    expect(issueOne(parts, place)).toMatchObject({ code: 'A001' });
    place.world.setClock(place.world.env.now() - 24 * 60 * 60_000);
    expect(issueOne(parts, place)).toMatchObject({ code: 'A002' });
    const days = parts.store.read((db) =>
      db.all('SELECT t.business_day FROM ticket t JOIN audit_log e ON e.entity_id = t.id ORDER BY e.seq'),
    );
    expect(days.map(({ business_day }) => business_day)).toEqual(['2026-11-23', '2026-11-24', '2026-11-24']);
  });

  it('I-EDG-11: while the clock is not believed the day stands still and arrival keeps its order', () => {
    parts.clock.learn(place.world.env.now(), true);
    const first = issueOne(parts, place);
    place.world.setClock(Date.UTC(2099, 0, 1));
    const later = [issueOne(parts, place), issueOne(parts, place)];
    place.world.advance(3 * 24 * 60 * 60_000);
    later.push(issueOne(parts, place));
    expect([first, ...later].map(({ code }) => code)).toEqual(['A001', 'A002', 'A003', 'A004']);
    const rows = parts.store.read((db) =>
      db.all('SELECT business_day, waiting_since FROM ticket ORDER BY number'),
    );
    expect(new Set(rows.map(({ business_day }) => business_day))).toEqual(new Set(['2026-11-23']));
    const arrivals = rows.map(({ waiting_since }) => String(waiting_since));
    expect(arrivals).toEqual([...new Set(arrivals)].sort());
    const suspect = parts.store.read((db) =>
      db.all("SELECT clock_suspect FROM audit_log WHERE action = 'TICKET_CREATE' ORDER BY seq"),
    );
    expect(suspect.map(({ clock_suspect }) => clock_suspect)).toEqual([0, 1, 1, 1]);
  });

  it('codes are unique over the lanes of a site, over prefixes and days', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), fc.nat(1), fc.nat(6)), { minLength: 1, maxLength: 25 }),
        (steps) => {
          const one = testPlace({ seed: 5 });
          const other = testPlace({ seed: 6 });
          const second = buildService(one.world.env, { tenantId: one.device.tenantId, prefix: 'AB' });
          const totems = ['1', '2'].map((lane, index) => {
            const dataDir = index === 0 ? one.dataDir : other.dataDir;
            const opened = openTotem({ ...one, dataDir, device: { ...one.device, lane } });
            stockUp(opened, one.catalogue);
            opened.store.write((db) => upsertRow(db, serviceTable, second));
            return opened;
          });
          const seen = new Set<string>();
          for (const [totem, service, hours] of steps) {
            one.world.advance(hours * 3_600_000);
            const issuing = totems[totem];
            if (issuing === undefined) throw new Error('no such totem');
            const serviceId = service === 0 ? one.catalogue.service.id : second.id;
            const { code } = issueOne(issuing, one, { serviceId });
            seen.add(`${businessDay(one.world.env.now(), one.catalogue.site)} ${code}`);
          }
          for (const totem of totems) totem.store.close();
          one.remove();
          other.remove();
          expect(seen.size).toBe(steps.length);
        },
      ),
      { numRuns: 15 },
    );
  });
});
