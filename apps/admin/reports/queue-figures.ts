/** A report's lines brought together by day and by service, as charts and tables show them. */
import type { AnswerOf, Routes } from '@totem/api';
import { daysBetween } from '../data/days.ts';

export type QueueReport = AnswerOf<Routes['getQueueReport']>;
type Line = QueueReport['days'][number];

export interface DayFigures {
  readonly day: string;
  readonly issued: number;
  readonly served: number;
  /** Of those who were served. */
  readonly overTarget: number;
  /** Null when nobody was served. */
  readonly waitSecondsMax: number | null;
}

/** The figures of each day in the span, days without any included. */
export function byDay({ from, to, days }: Pick<QueueReport, 'from' | 'to' | 'days'>): readonly DayFigures[] {
  const lines = Map.groupBy(days, ({ businessDay }) => businessDay);
  return daysBetween(from, to).map((day) => {
    const some = lines.get(day) ?? [];
    return {
      day,
      issued: sum(some, ({ issued }) => issued),
      served: sum(some, ({ served }) => served),
      overTarget: sum(some, ({ overTarget }) => overTarget),
      waitSecondsMax: most(some.flatMap(({ waitSeconds }) => waitSeconds?.max ?? [])),
    };
  });
}

export interface ServiceFigures {
  readonly serviceId: string;
  readonly issued: number;
  readonly served: number;
  readonly noShow: number;
  readonly canceled: number;
  readonly expired: number;
  readonly overTarget: number;
  /** Means over days, each by how many were served on it; null when nobody was. */
  readonly waitSecondsMean: number | null;
  readonly serviceSecondsMean: number | null;
}

export function byService(days: readonly Line[]): readonly ServiceFigures[] {
  return [...Map.groupBy(days, ({ serviceId }) => serviceId)]
    .map(([serviceId, lines]) => ({
      serviceId,
      issued: sum(lines, ({ issued }) => issued),
      served: sum(lines, ({ served }) => served),
      noShow: sum(lines, ({ noShow }) => noShow),
      canceled: sum(lines, ({ canceled }) => canceled),
      expired: sum(lines, ({ expired }) => expired),
      overTarget: sum(lines, ({ overTarget }) => overTarget),
      waitSecondsMean: weighted(lines, ({ waitSeconds }) => waitSeconds?.mean ?? null),
      serviceSecondsMean: weighted(lines, ({ serviceSecondsMean }) => serviceSecondsMean),
    }))
    .sort((a, b) => b.issued - a.issued);
}

function weighted(lines: readonly Line[], of: (line: Line) => number | null): number | null {
  const known = lines.flatMap((line) => {
    const value = of(line);
    return value === null ? [] : [{ value, weight: line.served }];
  });
  const weight = sum(known, (one) => one.weight);
  return weight === 0 ? null : Math.round(sum(known, (one) => one.value * one.weight) / weight);
}

function most(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
