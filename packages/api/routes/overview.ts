/** All branches at a glance: what is going on at each of them at this moment. */
import { z } from 'zod';
import { route } from '../route.ts';
import { count, id, instant } from '../schemas/fields.ts';

const siteNow = z
  .object({
    siteId: id<'site'>(),
    name: z.string(),
    waiting: count.describe('Who may be called, without those on hold.'),
    held: count,
    longestWaitSince: instant
      .nullable()
      .describe('When the one came who waits longest; null when nobody waits.'),
    waitTargetMinutes: count,
    overTarget: count.describe('Who waits longer than the target.'),
    called: count,
    inService: count,
    counters: count.describe('Counters in use by the tenant, open or not.'),
    countersOpen: count.describe('With an operator, those in a pause included.'),
    countersPaused: count,
    devices: z.object({ online: count, offline: count, maintenance: count, suspended: count }),
    conflictsOpen: count,
  })
  .meta({ id: 'SiteNow' });

export const overviewRoutes = {
  getOverview: route({
    tag: 'Reports',
    method: 'GET',
    path: '/v1/overview',
    summary: 'What is going on at each site now',
    access: 'report.read',
    answer: {
      status: 200,
      schema: z
        .object({ at: instant.describe('When this was so.'), sites: z.array(siteNow) })
        .meta({ id: 'Overview' }),
    },
  }),
} as const;
