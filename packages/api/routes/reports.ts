/** Reports: a site's days in figures, reckoned from its tickets and payments. */
import { z } from 'zod';
import { route } from '../route.ts';
import { count, day, id } from '../schemas/fields.ts';
import { takingsSchema } from './payment-exceptions.ts';

/** Days in one report, both ends included. */
export const REPORT_DAYS_MAX = 92;

const seconds = count;

/** How long people waited; null when nobody was served. */
const waits = z
  .object({ mean: seconds, p50: seconds, p90: seconds, p99: seconds, max: seconds })
  .nullable()
  .describe('Seconds from joining the queue to the start of service, of those who were served.');

const figures = {
  issued: count,
  served: count,
  noShow: count,
  canceled: count.describe('Without those who did not come.'),
  expired: count,
  overTarget: count.describe('Those who were served, and had waited longer than the target.'),
  waitSeconds: waits,
  serviceSecondsMean: seconds.nullable(),
};

const targetMinutes = z.int().min(1).max(1_440);
const span = { siteId: id<'site'>(), from: day, to: day };
const hour = z.int().min(0).max(23).describe('Of issue.');

/** What is asked of days, with the bounds of one report. */
function ofDays<S extends z.ZodType<{ readonly from: string; readonly to: string }>>(schema: S): S {
  return schema
    .refine(({ from, to }) => from <= to, { path: ['to'], message: 'is before from' })
    .refine(({ from, to }) => daysAfter(from, to) < REPORT_DAYS_MAX, {
      path: ['to'],
      message: `is beyond ${REPORT_DAYS_MAX} days`,
    });
}

/** This is asked even when one of them is no day, which its own schema has found out already. */
function daysAfter(from: string, to: string): number {
  try {
    return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
  } catch {
    return 0;
  }
}

const shared = { tag: 'Reports' } as const;

export const reportRoutes = {
  getQueueReport: route({
    ...shared,
    method: 'GET',
    path: '/v1/reports/queue',
    summary: "A site's queue by day and service, by hour of day, and by hour of the week",
    description: `Business days from \`from\` to \`to\`, at most ${REPORT_DAYS_MAX}. Hours are the site's own.`,
    access: 'report.read',
    query: ofDays(
      z.object({
        ...span,
        targetMinutes: z.coerce
          .number()
          .pipe(targetMinutes)
          .optional()
          .describe('How long nobody should wait, as a law has it; when absent, what the site has set.'),
      }),
    ),
    answer: {
      status: 200,
      schema: z
        .object({
          ...span,
          targetMinutes,
          total: z.object(figures),
          days: z.array(z.object({ businessDay: day, serviceId: id<'service'>(), ...figures })),
          hours: z.array(
            z.object({ hour, issued: count, served: count, waitSecondsMean: seconds.nullable() }),
          ),
          arrivals: z
            .array(
              z.object({
                weekday: z.int().min(1).max(7).describe('Of ISO 8601: Monday is 1.'),
                hour,
                issued: count,
              }),
            )
            .describe('Only hours in which somebody came.'),
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
    query: ofDays(z.object(span)),
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
  getTakingsReport: route({
    ...shared,
    method: 'GET',
    path: '/v1/reports/takings',
    summary: "A site's takings by day, method, adapter, totem and operator",
    description: `Business days from \`from\` to \`to\`, at most ${REPORT_DAYS_MAX}. As JSON, or with \`format=csv\` as a file for spreadsheets.`,
    access: 'payment.read',
    query: ofDays(z.object({ ...span, format: z.enum(['json', 'csv']).default('json') })),
    answer: {
      status: 200,
      schema: z
        .object({
          ...span,
          lines: z.array(takingsSchema.extend({ businessDay: day })),
          names: z
            .record(z.string(), z.string())
            .describe('What the totems and operators of the lines are called, by their ids.'),
        })
        .meta({ id: 'TakingsReport' }),
    },
    errors: ['not_found', 'limit_reached'],
  }),
} as const;
