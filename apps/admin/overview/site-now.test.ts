/** Which site an admin is shown first, and why. */
import { expect, it } from 'vitest';
import { orderedBy, type SiteNow, summed, troublesOf } from './site-now.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const site = (name: string, over: Partial<SiteNow> = {}): SiteNow =>
  ({
    siteId: name,
    name,
    waiting: 0,
    held: 0,
    longestWaitSince: null,
    waitTargetMinutes: 30,
    overTarget: 0,
    called: 0,
    inService: 0,
    counters: 3,
    countersOpen: 1,
    countersPaused: 0,
    devices: { online: 1, offline: 0, maintenance: 0, suspended: 0 },
    conflictsOpen: 0,
    ...over,
  }) as SiteNow;

it('people who wait too long come before a totem that is away, and quiet sites follow by name', () => {
  const sites = [
    site('Sul 10'),
    site('Sul 2'),
    site('Norte', { devices: { online: 0, offline: 2, maintenance: 0, suspended: 0 } }),
    site('Leste', { waiting: 4, overTarget: 1 }),
  ];
  expect(orderedBy('trouble', sites, NOW, 'pt-BR').map(({ name }) => name)).toEqual([
    'Leste',
    'Norte',
    'Sul 2',
    'Sul 10',
  ]);
});

it('people who wait where every open counter is in a pause wait for nobody', () => {
  expect(troublesOf(site('A', { waiting: 2, countersOpen: 1, countersPaused: 1 }))).toEqual([
    { name: 'nobodyServes', count: 2, isGrave: true },
  ]);
  expect(troublesOf(site('A', { waiting: 2 }))).toEqual([]);
});

it('the longest wait of all sites is the earliest arrival', () => {
  const early = '2026-11-28T11:00:00.000Z';
  const sites = [
    site('A', { longestWaitSince: '2026-11-28T11:30:00.000Z' as never, waiting: 1 }),
    site('B', { longestWaitSince: early as never, waiting: 2 }),
  ];
  expect(summed(sites)).toMatchObject({ waiting: 3, longestWaitSince: early });
});
