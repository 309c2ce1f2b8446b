/** What is said of an outbox arrives as it was said, and what nobody says is not believed. */
import { expect, test } from 'vitest';
import { outboxHeaderText, outboxReportOf } from './outbox-report.ts';

test.each([
  { pending: 0, attempts: 0, oldest: null },
  { pending: 20_000, attempts: 7, oldest: '2026-11-23T15:00:00.000Z' },
])('%o arrives as it is', (report) => {
  expect(outboxReportOf(outboxHeaderText(report))).toEqual(report);
});

test.each([
  undefined,
  '',
  'pending',
  'pending=-1;attempts=0',
  'pending=1e9;attempts=0',
  'pending=1',
  `pending=${'9'.repeat(40)};attempts=1`,
])('%s says nothing', (header) => {
  expect(outboxReportOf(header)).toBeUndefined();
});

test('a time that is none is left out', () => {
  expect(outboxReportOf('pending=1;attempts=2;oldest=yesterday')).toEqual({
    pending: 1,
    attempts: 2,
    oldest: null,
  });
});
