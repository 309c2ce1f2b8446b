/** A report of takings brought together by day, by method, by totem, by operator; amounts in cents of one currency. */
import type { AnswerOf, Routes } from '@totem/api';
import { daysBetween } from '../data/days.ts';

export type TakingsReport = AnswerOf<Routes['getTakingsReport']>;
export type TakingsLine = TakingsReport['lines'][number];

export interface Takings {
  readonly payments: number;
  readonly paidCents: number;
  readonly refundedCents: number;
  readonly netCents: number;
}

export type NamedTakings = Takings & { readonly name: string };
export type DayTakings = Takings & { readonly day: string };

export function sumOf(lines: readonly TakingsLine[]): Takings {
  const sum = (of: (line: TakingsLine) => number): number => lines.reduce((all, line) => all + of(line), 0);
  const paidCents = sum((line) => line.paidCents);
  const refundedCents = sum((line) => line.refundedCents);
  return {
    payments: sum(({ payments }) => payments),
    paidCents,
    refundedCents,
    netCents: paidCents - refundedCents,
  };
}

/** The lines of each currency, the one with the most payments first: amounts of two are never added. */
export function byCurrency(
  lines: readonly TakingsLine[],
): readonly (readonly [currency: string, lines: readonly TakingsLine[]])[] {
  return [...Map.groupBy(lines, ({ currency }) => currency)].sort(
    ([, one], [, other]) => sumOf(other).payments - sumOf(one).payments,
  );
}

/** What came together under each name, most money first. */
export function takingsBy(
  lines: readonly TakingsLine[],
  nameOf: (line: TakingsLine) => string,
): readonly NamedTakings[] {
  return [...Map.groupBy(lines, nameOf)]
    .map(([name, some]) => ({ name, ...sumOf(some) }))
    .sort((one, other) => other.netCents - one.netCents);
}

/** Each day of the span, days without any included. */
export function takingsByDay(
  { from, to }: Pick<TakingsReport, 'from' | 'to'>,
  lines: readonly TakingsLine[],
): readonly DayTakings[] {
  const days = Map.groupBy(lines, ({ businessDay }) => businessDay);
  return daysBetween(from, to).map((day) => ({ day, ...sumOf(days.get(day) ?? []) }));
}
