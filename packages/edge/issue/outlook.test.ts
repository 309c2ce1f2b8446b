/** What a kiosk is told of each service's queue before a ticket is taken. */
import {
  type CounterRow,
  counterTable,
  newId,
  type OperatorSessionRow,
  operatorSessionTable,
  priorityClassTable,
  serviceTable,
} from '@totem/domain';
import { buildPriorityClass } from '@totem/testkit/builders';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { upsertRow } from '../store/rows.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { outlookOf } from './outlook.ts';

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

const outlook = () => {
  const [found] = parts.store.read((db) => outlookOf(db, place.device, place.world.env.now()));
  if (found === undefined) throw new Error('no service');
  return found;
};

function openCounter(over: Partial<CounterRow> = {}, session: Partial<OperatorSessionRow> = {}): void {
  const { env } = place.world;
  const { tenantId, siteId } = place.device;
  const base = { tenantId, createdAt: '2026-11-23T12:00:00.000Z', siteId };
  const counter: CounterRow = {
    ...base,
    id: newId<'counter'>(env),
    name: 'Guichê',
    number: 1,
    serviceIds: null,
    priorityFrom: null,
    active: true,
    deletedAt: null,
    ...over,
  };
  parts.store.write((db) => {
    upsertRow(db, counterTable, counter);
    upsertRow(db, operatorSessionTable, {
      ...base,
      id: newId<'operator_session'>(env),
      userId: newId<'user'>(env),
      counterId: counter.id,
      since: base.createdAt,
      until: null,
      pausedReason: null,
      conflict: null,
      folded: {},
      ...session,
    });
  });
}

describe('the outlook', () => {
  it('says no wait where nobody calls, and one as soon as a counter opens', () => {
    issueOne(parts, place);
    issueOne(parts, place);
    expect(outlook().tiers).toEqual([{ tier: 0, peopleAhead: 2, waitMinutes: null }]);
    openCounter();
    expect(outlook().tiers).toEqual([{ tier: 0, peopleAhead: 2, waitMinutes: 20 }]);
  });

  it('is shorter for who comes first by law', () => {
    const elder = buildPriorityClass(place.world.env, { tenantId: place.device.tenantId, tier: 2 });
    parts.store.write((db) => upsertRow(db, priorityClassTable, elder));
    openCounter();
    issueOne(parts, place);
    issueOne(parts, place, { priorityClassId: elder.id });
    expect(outlook().tiers).toEqual([
      { tier: 0, peopleAhead: 2, waitMinutes: 20 },
      { tier: 2, peopleAhead: 1, waitMinutes: 10 },
    ]);
  });

  it.each<[string, Partial<CounterRow>, Partial<OperatorSessionRow>]>([
    ['of another service', { serviceIds: ['0199d6f0-5b1e-7c3a-9f2d-3e1a5b7c9d01'] }, {}],
    ['for priority only', { priorityFrom: 2 }, {}],
    ['that is out of use', { active: false }, {}],
    ['whose operator pauses', {}, { pausedReason: 'lunch' }],
    ['that was left', {}, { until: '2026-11-23T12:30:00.000Z' }],
  ])('does not count a counter %s', (_which, counter, session) => {
    openCounter(counter, session);
    expect(outlook().tiers[0]?.waitMinutes).toBeNull();
  });

  it('tells what is left of a quota, down to nothing', () => {
    expect(outlook().quotaLeft).toBeNull();
    parts.store.write((db) => upsertRow(db, serviceTable, { ...place.catalogue.service, dailyQuota: 2 }));
    const left = [outlook().quotaLeft];
    for (let taken = 0; taken < 2; taken += 1) {
      issueOne(parts, place);
      left.push(outlook().quotaLeft);
    }
    expect(left).toEqual([2, 1, 0]);
  });
});
