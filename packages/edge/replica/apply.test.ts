/** What is shown, through the store: the server's row with the own pending entries, for any history, batch and refetch. */
import { fold, type LedgerEntry, type TicketRow, ticketTable } from '@totem/domain';
import { histories, received } from '@totem/testkit/histories';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertEntry } from '../ledger/entries.ts';
import { ackedNow, applyToShown } from '../ledger/folded.ts';
import type { Parts } from '../parts.ts';
import type { WriteHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { wireRow } from '../testing/wire-row.ts';
import { applyChanges, MissingRowError, readPlace, replaceAll, savePlace } from './apply.ts';
import type { WireChange } from './wire.ts';

const RUNS = proof('edge/what a totem shows is what the cloud ends with', { share: 150, full: 5_000 });

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

const put = (row: TicketRow): WireChange => ({ op: 'put', row: wireRow(ticketTable, row) });
const shown = (id: string, tenantId: string = place.device.tenantId) =>
  parts.store.read((db) => rowByKey(db, ticketTable, tenantId, id));
const tenantId = () => place.device.tenantId;

/** Makes this totem the writer of entries that a history made, of which the cloud has acknowledged some. */
function ownEntries(db: WriteHandle, entries: readonly LedgerEntry[], acked: number): void {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return;
  db.run(
    "INSERT INTO origin_state (origin, number, reason, opened_at, seq, hash, acked) SELECT ?, max(number) + 1, 'enrolled', ?, ?, ?, ? FROM origin_state",
    first.origin,
    first.occurredAt,
    last.seq,
    last.hash,
    acked,
  );
  for (const entry of entries) {
    insertEntry(db, { entry, private: null });
    applyToShown(db, entry);
  }
}

describe('what is shown', () => {
  it('I-EDG-5: is the server’s row with the own pending entries on top, which is what the cloud ends with', () => {
    let compared = 0;
    fc.assert(
      fc.property(histories, fc.nat(40), fc.nat(1), fc.boolean(), (history, cutAt, replica, isRefetch) => {
        const arrivals = received(history);
        const cut = arrivals.slice(0, Math.min(cutAt, arrivals.length));
        const atCut = fold('ticket', undefined, [], cut);
        const own = history.writers[replica === 0 ? 0 : 1];
        const pending = own.filter((entry) => !cut.includes(entry));
        const end = fold('ticket', atCut.row, atCut.parked, pending);
        // Entries parked at the cloud by another writer are in no row yet, so no replica can know of them.
        if (own.length === 0 || atCut.parked.length > 0) return;
        compared += 1;
        const { entityId, tenantId: tenant } = own[0] as LedgerEntry;
        const found = parts.store.write((db) => {
          ownEntries(db, own, own.length - pending.length);
          const changes = atCut.row === undefined ? [] : [put(atCut.row)];
          if (isRefetch) replaceAll(db, 'ticket', tenant, changes, ackedNow(db));
          else applyChanges(db, 'ticket', tenant, changes);
          const row = rowByKey(db, ticketTable, tenant, entityId);
          for (const table of ['ticket', 'server_row', 'audit_log']) db.run(`DELETE FROM ${table}`);
          db.run('DELETE FROM origin_state WHERE number > 1');
          return row;
        });
        expect(found).toEqual(end.row);
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 3);
  });

  it('I-EDG-5: own unacknowledged tickets survive a refetch that does not know them; acknowledged ones that are gone, go', () => {
    const [old, fresh] = [issueOne(parts, place), issueOne(parts, place)];
    parts.store.write((db) => {
      db.run('UPDATE origin_state SET acked = seq - 1');
      replaceAll(db, 'ticket', tenantId(), [], ackedNow(db));
    });
    expect(shown(old.id)).toBeUndefined();
    expect(shown(fresh.id)).toMatchObject({ code: 'A002', state: 'waiting' });
  });

  it('I-EDG-5: a ticket that is acknowledged while a refetch is under way does not vanish', () => {
    const ticket = issueOne(parts, place);
    const before = parts.store.read(ackedNow);
    parts.store.write((db) => {
      db.run('UPDATE origin_state SET acked = seq');
      replaceAll(db, 'ticket', tenantId(), [], before);
    });
    expect(shown(ticket.id)).toMatchObject({ state: 'waiting' });
  });

  it('the part of a row that an update carries is merged into the server’s row', () => {
    const ticket = issueOne(parts, place);
    const row = shown(ticket.id);
    if (row === undefined) throw new Error('no row');
    parts.store.write((db) => applyChanges(db, 'ticket', tenantId(), [put(row)]));
    const change: WireChange = {
      op: 'merge',
      row: {
        tenant_id: row.tenantId,
        id: row.id,
        state: 'called',
        called_at: '2026-11-23 15:05:00.25+00',
        calls: '1',
      },
    };
    parts.store.write((db) => applyChanges(db, 'ticket', tenantId(), [change]));
    expect(shown(ticket.id)).toEqual({
      ...row,
      state: 'called',
      calledAt: '2026-11-23T15:05:00.250Z',
      calls: 1,
    });
    parts.store.write((db) =>
      applyChanges(db, 'ticket', tenantId(), [{ op: 'delete', row: { id: row.id } }]),
    );
    expect(shown(ticket.id)).toMatchObject({ state: 'waiting' });
  });

  it('an update of a row that is not here is not guessed at', () => {
    const change: WireChange = { op: 'merge', row: { tenant_id: tenantId(), id: 'x', state: 'called' } };
    expect(() => parts.store.write((db) => applyChanges(db, 'ticket', tenantId(), [change]))).toThrow(
      MissingRowError,
    );
    expect(() => parts.store.write((db) => applyChanges(db, 'service', tenantId(), [change]))).toThrow(
      MissingRowError,
    );
  });

  it('I-EDG-4: a batch and its position are kept together, or neither is', () => {
    const upstream = 'https://cloud';
    const at = '2026-11-23T15:00:00.000Z';
    const { id } = place.catalogue.service;
    parts.store.write((db) => savePlace(db, 'service', { upstream, handle: 'h1', offset: '5_0' }, at));
    expect(() =>
      parts.store.write((db) => {
        applyChanges(db, 'service', tenantId(), [{ op: 'merge', row: { id, sort_order: '9' } }]);
        savePlace(db, 'service', { upstream, handle: 'h1', offset: '9_0' }, at);
        throw new Error('power cut');
      }),
    ).toThrow('power cut');
    const found = parts.store.read((db) => ({
      place: readPlace(db, 'service'),
      order: db.one('SELECT sort_order FROM service WHERE id = ?', id)?.sort_order,
    }));
    expect(found).toEqual({ place: { upstream, handle: 'h1', offset: '5_0' }, order: 1 });
  });
});
