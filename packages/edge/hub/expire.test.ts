/** Expiry at the hub: by the site's hours, in the hub's term, and nowhere else. */
import { type OpeningHours, siteTable, type TicketId } from '@totem/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { upsertRow } from '../store/rows.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { expireAtHub } from './expire.ts';

const HOURS: OpeningHours = { '1': [['08:00', '18:00']] };
/** A Monday in São Paulo. */
const at = (clock: string) => Date.parse(`2026-11-23T${clock}:00.000-03:00`);
const TERM = 4;

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace({ now: at('09:00') });
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
  beHub(place.device.equipmentId);
});
afterEach(() => {
  parts.store.close();
  place.remove();
});

const beHub = (hubEquipmentId: typeof place.device.equipmentId | null) =>
  parts.store.write((db) =>
    upsertRow(db, siteTable, { ...place.catalogue.site, openingHours: HOURS, hubEquipmentId, hubTerm: TERM }),
  );
const issued = () => issueOne(parts, place).id as TicketId;
const stateOf = (id: string) =>
  parts.store.read((db) => db.one('SELECT state FROM ticket WHERE id = ?', id)?.state);
const expire = (clock: string) => {
  place.world.advance(at(clock) - place.world.env.now());
  return expireAtHub(parts);
};

describe('the hub', () => {
  it('expires who still waits when its site has closed, with one entry in its term', () => {
    const id = issued();
    expect(expire('18:59')).toBe(0);
    expect(stateOf(id)).toBe('waiting');
    expect(expire('19:00')).toBe(1);
    expect(stateOf(id)).toBe('expired');
    const entries = parts.store.read((db) =>
      db.all(`SELECT user_id, data FROM audit_log WHERE entity_id = ? AND action = 'TICKET_EXPIRE'`, id),
    );
    expect(entries).toEqual([{ user_id: null, data: JSON.stringify({ cause: 'closed', hubTerm: TERM }) }]);
    expect(expire('19:01')).toBe(0);
  });

  it('lets one whose day was doubted wait until the site closes today', () => {
    const id = issued();
    parts.store.write((db) => {
      db.run(`UPDATE ticket SET business_day = '2026-11-20' WHERE id = ?`, id);
      db.run('UPDATE audit_log SET clock_suspect = 1 WHERE entity_id = ?', id);
    });
    expect(expire('18:59')).toBe(0);
    expect(expire('19:00')).toBe(1);
  });

  it('leaves alone what was called, and what it has expired before', () => {
    const id = issued();
    parts.store.write((db) => db.run(`UPDATE ticket SET state = 'called' WHERE id = ?`, id));
    expect(expire('23:00')).toBe(0);
  });
});

it('a totem that is not the hub expires nothing', () => {
  const id = issued();
  beHub(null);
  expect(expire('23:00')).toBe(0);
  expect(stateOf(id)).toBe('waiting');
});
