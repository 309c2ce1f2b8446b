/** Reports are brought together without losing a ticket, and means count each person once. */
import { expect, it } from 'vitest';
import { byDay, byService, type QueueReport } from './queue-figures.ts';

type Line = QueueReport['days'][number];
const line = (businessDay: string, serviceId: string, served: number, mean: number | null): Line =>
  ({
    businessDay,
    serviceId,
    issued: served + 1,
    served,
    noShow: 1,
    canceled: 0,
    expired: 0,
    overTarget: served > 2 ? 1 : 0,
    waitSeconds: mean === null ? null : { mean, p50: mean, p90: mean * 2, p99: mean * 3, max: mean * 4 },
    serviceSecondsMean: mean,
  }) as Line;

const days = [
  line('2026-11-01', 'a', 1, 100),
  line('2026-11-03', 'a', 3, 200),
  line('2026-11-03', 'b', 0, null),
];

it('days without a ticket are shown as such', () => {
  expect(byDay({ from: '2026-11-01', to: '2026-11-03', days })).toEqual([
    { day: '2026-11-01', issued: 2, served: 1, overTarget: 0, waitSecondsMax: 400 },
    { day: '2026-11-02', issued: 0, served: 0, overTarget: 0, waitSecondsMax: null },
    { day: '2026-11-03', issued: 5, served: 3, overTarget: 1, waitSecondsMax: 800 },
  ]);
});

it('a day with more people weighs more in a mean, and nobody served has none', () => {
  expect(byService(days)).toMatchObject([
    {
      serviceId: 'a',
      issued: 6,
      served: 4,
      noShow: 2,
      overTarget: 1,
      waitSecondsMean: 175,
    },
    { serviceId: 'b', served: 0, waitSecondsMean: null },
  ]);
});
