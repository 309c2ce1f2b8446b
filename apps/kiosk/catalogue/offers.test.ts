/** What is offered, what is not, and until when. */
import type { OpeningHours } from '@totem/domain';
import { cents, isOpen } from '@totem/domain';
import { buildPriorityClass, buildService, buildSite } from '@totem/testkit/builders';
import { NOON_MONDAY, virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closesAt,
  nextOpening,
  offersOf,
  ordinaryOf,
  pageOf,
  prioritiesOf,
  waitFor,
  weekOf,
} from './offers.ts';

const { env } = virtualWorld();
const HOUR_MS = 3_600_000;
const ZONE = 'America/Sao_Paulo';
const site = buildSite(env, { timezone: ZONE });

describe('offers', () => {
  it('are those of the site or of every site, in their order, without deleted ones', () => {
    const other = buildSite(env);
    const names = offersOf(
      [
        buildService(env, { prefix: 'C', sortOrder: 3 }),
        buildService(env, { prefix: 'A', sortOrder: 1, siteIds: [site.id] }),
        buildService(env, { prefix: 'X', siteIds: [other.id] }),
        buildService(env, { prefix: 'D', deletedAt: '2026-01-01T00:00:00.000Z' }),
        buildService(env, { prefix: 'B', sortOrder: 2 }),
      ],
      site,
      NOON_MONDAY,
    ).map(({ service }) => service.prefix);
    expect(names).toEqual(['A', 'B', 'C']);
  });

  it.each([
    ['open', {}, { kind: 'open' }],
    ['paid after the service', { paymentPolicy: 'after_service' }, { kind: 'open' }],
    ['paid before', { paymentPolicy: 'before_queue', priceCents: cents(500) }, { kind: 'pay_elsewhere' }],
    ['paid before, for nothing', { paymentPolicy: 'before_queue' }, { kind: 'open' }],
    ['not active', { active: false }, { kind: 'closed', opensAt: null }],
    [
      'closed until the afternoon',
      { openingHours: { 1: [['14:00', '18:00']] } },
      { kind: 'closed', opensAt: NOON_MONDAY + 2 * HOUR_MS },
    ],
  ] as const)('a service that is %s', (_, over, availability) => {
    const service = buildService(env, over as Parameters<typeof buildService>[1]);
    expect(offersOf([service], site, NOON_MONDAY)[0]?.availability).toEqual(availability);
  });

  it('what is paid first can be had where anything can be paid', () => {
    const service = buildService(env, { paymentPolicy: 'before_queue', priceCents: cents(500) });
    const kindOf = (canPay: boolean) =>
      offersOf([service], site, NOON_MONDAY, [], canPay)[0]?.availability.kind;
    expect([kindOf(false), kindOf(true)]).toEqual(['pay_elsewhere', 'open']);
  });

  it('a service whose quota is used up is full, and one that has some left is not', () => {
    const service = buildService(env);
    const outlook = (quotaLeft: number | null) => [{ serviceId: service.id, quotaLeft, tiers: [] }];
    const kindOf = (left: number | null) =>
      offersOf([service], site, NOON_MONDAY, outlook(left))[0]?.availability.kind;
    expect([kindOf(0), kindOf(1), kindOf(null)]).toEqual(['full', 'open', 'open']);
  });

  it('tell the wait of a tier, and none where nobody calls', () => {
    const service = buildService(env);
    const tiers = [
      { tier: 0, peopleAhead: 3, waitMinutes: null },
      { tier: 2, peopleAhead: 1, waitMinutes: 10 },
    ];
    const [offer] = offersOf([service], site, NOON_MONDAY, [
      { serviceId: service.id, quotaLeft: null, tiers },
    ]);
    if (offer === undefined) throw new Error('no offer');
    expect([waitFor(offer, 0), waitFor(offer, 2), waitFor(offer, 1)]).toEqual([
      undefined,
      tiers[1],
      undefined,
    ]);
  });

  it('close when the first of site and service does', () => {
    const until = (end: string) =>
      ({ openingHours: { 1: [['08:00', end]] } }) as { openingHours: OpeningHours };
    const at = (ofSite: object, ofService: object) =>
      closesAt(buildService(env, ofService), buildSite(env, { timezone: ZONE, ...ofSite }), NOON_MONDAY);
    expect(at({}, {})).toBeNull();
    expect(at(until('18:00'), {})).toBe(NOON_MONDAY + 6 * HOUR_MS);
    expect(at(until('18:00'), until('14:00'))).toBe(NOON_MONDAY + 2 * HOUR_MS);
    expect(at({}, until('24:00'))).toBe(NOON_MONDAY + 12 * HOUR_MS);
    expect(at({}, until('11:00'))).toBeNull();
  });

  it('have a week of hours from today on, or are always open', () => {
    expect(weekOf(null, NOON_MONDAY, ZONE)).toBeNull();
    const week = weekOf({ 1: [['08:00', '17:00']], 3: [['08:00', '12:00']] }, NOON_MONDAY, ZONE);
    expect(week?.map(({ intervals }) => intervals.length)).toEqual([1, 0, 1, 0, 0, 0, 0]);
    expect(week?.[0]?.noon).toBe(NOON_MONDAY);
  });

  it('a service is closed while its site is, and opens when both are open', () => {
    const later = buildSite(env, { timezone: ZONE, openingHours: { 1: [['13:00', '18:00']] } });
    const service = buildService(env, { openingHours: { 1: [['12:30', '18:00']] } });
    expect(offersOf([service], later, NOON_MONDAY)[0]?.availability).toEqual({
      kind: 'closed',
      opensAt: NOON_MONDAY + HOUR_MS,
    });
  });
});

it('the next opening is open, lies ahead, and the hours just before it are closed', () => {
  const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
  const hours = fc.dictionary(
    fc.constantFrom('1', '2', '3', '4', '5', '6', '7'),
    fc.array(fc.tuple(time, time), { maxLength: 2 }),
  ) as fc.Arbitrary<OpeningHours>;
  fc.assert(
    fc.property(hours, fc.option(hours), fc.integer({ min: 0, max: 7 * 24 }), (one, other, ahead) => {
      const now = NOON_MONDAY + ahead * HOUR_MS;
      const all = [one, other];
      const isOpenAt = (at: number) => all.every((each) => isOpen(each, at, ZONE));
      const opening = nextOpening(all, now, ZONE);
      const until = opening ?? now + 7 * 24 * HOUR_MS;
      if (opening !== null) {
        expect(opening).toBeGreaterThan(now);
        expect(isOpenAt(opening)).toBe(true);
      }
      if (isOpenAt(now)) return;
      for (let at = now; at < until; at += HOUR_MS) expect(isOpenAt(at)).toBe(false);
    }),
  );
});

it('the ordinary class is the first of the lowest tier, whatever the order on screen', () => {
  const classes = prioritiesOf([
    buildPriorityClass(env, { tier: 0, sortOrder: 3, icon: 'second' }),
    buildPriorityClass(env, { tier: 2, sortOrder: 1 }),
    buildPriorityClass(env, { tier: 0, sortOrder: 2, icon: 'first' }),
    buildPriorityClass(env, { tier: 0, sortOrder: 0, active: false }),
  ]);
  expect(classes).toHaveLength(3);
  expect(ordinaryOf(classes)?.icon).toBe('first');
});

it('every item is on exactly one page, and a page that does not exist is the nearest one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (list, size) => {
      const { pages } = pageOf(list, 0, size);
      const all = Array.from({ length: pages }, (_, page) => pageOf(list, page, size).shown);
      expect(all.flat()).toEqual(list);
      expect(pageOf(list, pages + 3, size)).toEqual(pageOf(list, pages - 1, size));
    }),
  );
});
