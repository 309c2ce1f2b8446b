/** Reports: a site's days in figures, reckoned from its tickets. */
import { z } from 'zod';
import { route } from '../route.ts';
import { count, day, id } from '../schemas/fields.ts';

/** Days in one report, both ends included. */
export const REPORT_DAYS_MAX = 92;

const seconds = count;

/** How long people waited; null when nobody was served. */
const waits = z
  .object({ mean: seconds, p50: seconds, p90: seconds, p99: seconds })
  .nullable()
  .describe('Seconds from joining the queue to the start of service, of those who were served.');

const figures = {
  issued: count,
  served: count,
  noShow: count,
  canceled: count.describe('Without those who did not come.'),
  expired: count,
  waitSeconds: waits,
  serviceSecondsMean: seconds.nullable(),
};

const reportQuery = z
  .object({ siteId: id<'site'>(), from: day, to: day })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'is before from' })
  .refine(({ from, to }) => daysAfter(from, to) < REPORT_DAYS_MAX, {
    path: ['to'],
    message: `is beyond ${REPORT_DAYS_MAX} days`,
  });

/** This is asked even when one of them is no day, which its own schema has found out already. */
function daysAfter(from: string, to: string): number {
  try {
    return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
  } catch {
    return 0;
  }
}

const shared = { tag: 'Reports' } as const;
const span = { siteId: id<'site'>(), from: day, to: day };

export const reportRoutes = {
  getQueueReport: route({
    ...shared,
    method: 'GET',
    path: '/v1/reports/queue',
    summary: "A site's queue by day and service, and by hour of day",
    description: `Business days from \`from\` to \`to\`, at most ${REPORT_DAYS_MAX}. Hours are the site's own.`,
    access: 'report.read',
    query: reportQuery,
    answer: {
      status: 200,
      schema: z
        .object({
          ...span,
          total: z.object(figures),
          days: z.array(z.object({ businessDay: day, serviceId: id<'service'>(), ...figures })),
          hours: z.array(
            z.object({
              hour: z.int().min(0).max(23).describe('Of issue.'),
              issued: count,
              served: count,
              waitSecondsMean: seconds.nullable(),
            }),
          ),
        })
        .meta({ id: 'QueueReport' }),
    },
    errors: ['not_found', 'limit_reached'],
  }),
  getOperatorReport: route({
    ...shared,
    method: 'GET',
    path: '/v1/reports/operators',
    summary: 'Who served how many, and how long it took',
    access: 'report.read',
    query: reportQuery,
    answer: {
      status: 200,
      schema: z
        .object({
          ...span,
          operators: z.array(
            z.object({
              operatorId: id<'user'>(),
              name: z.string().nullable(),
              served: count,
              noShow: count,
              serviceSecondsMean: seconds.nullable(),
            }),
          ),
        })
        .meta({ id: 'OperatorReport' }),
    },
    errors: ['not_found', 'limit_reached'],
  }),
} as const;
