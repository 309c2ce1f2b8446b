/**
 * The tables and shapes of the conformance suite. A store under test creates the tables (with a tenant column where its
 * schema has one) and captures every column below except `secret`, which no shape serves.
 */
import type { Env } from '@totem/domain';
import type { ColumnType, Comparison, ShapeDefinition } from '../shape/change-log.ts';
import type { ShapeResolution, ShapeResolver } from '../shape/core.ts';
import type { Frozen } from '../shape/handle.ts';

export interface ConformanceTable {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly primaryKey: readonly string[];
}

export const conformanceTables = {
  item: {
    primaryKey: ['id'],
    columns: {
      id: { type: 'text', notNull: true, pkIndex: 0 },
      site: { type: 'text', notNull: true },
      day: { type: 'date', notNull: true },
      rank: { type: 'int4', notNull: true },
      big: { type: 'int8', notNull: false },
      ok: { type: 'bool', notNull: false },
      tags: { type: 'text', notNull: false, dims: 1 },
      data: { type: 'jsonb', notNull: false },
      note: { type: 'text', notNull: false },
      secret: { type: 'text', notNull: false },
    },
  },
  pair: {
    primaryKey: ['left', 'right'],
    columns: {
      left: { type: 'text', notNull: true, pkIndex: 0 },
      right: { type: 'int4', notNull: true, pkIndex: 1 },
      note: { type: 'text', notNull: false },
    },
  },
} as const satisfies Record<string, ConformanceTable>;

export type ConformanceTableName = keyof typeof conformanceTables;

/** A shape as the suite asks for it, as JSON in the `probe` query parameter. */
export interface Probe {
  readonly tenant: string;
  readonly table: ConformanceTableName;
  /** All but `secret` unless given. */
  readonly columns?: readonly string[];
  readonly where?: readonly Comparison[];
  /** From the day of the first request on; the day is frozen, and out of date after two days. */
  readonly sinceToday?: boolean;
  /** Answered as a principal who may not read it. */
  readonly denied?: boolean;
}

const dayMs = 86_400_000;
const frozenDaysMax = 2;

/** What a server under test resolves the suite's requests with. */
export function resolveProbe(query: URLSearchParams, env: Env): ShapeResolver {
  return (frozen) => {
    const text = query.get('probe');
    if (text === null) {
      return { kind: 'refused', status: 404, code: 'unknown_shape', message: 'There is no such shape' };
    }
    const probe: Probe = JSON.parse(text);
    return probe.denied === true
      ? { kind: 'refused', status: 403, code: 'forbidden', message: 'Not for this principal' }
      : resolved(probe, frozen, env);
  };
}

/** The definition of a probe without frozen values. */
export function shapeOfProbe(probe: Probe): ShapeDefinition {
  const { columns, primaryKey } = conformanceTables[probe.table];
  const served = Object.entries(columns).filter(([name]) =>
    probe.columns === undefined ? name !== 'secret' : probe.columns.includes(name),
  );
  return {
    name: probe.table,
    table: probe.table,
    columns: Object.fromEntries(served),
    primaryKey,
    tenantId: probe.tenant,
    where: probe.where ?? [],
  };
}

function resolved(probe: Probe, frozen: Frozen | null, env: Env): ShapeResolution {
  const shape = shapeOfProbe(probe);
  if (probe.sinceToday !== true) return { kind: 'shape', shape, frozen: {} };
  const day = frozen?.day ?? dayOf(env.now());
  if (day < dayOf(env.now() - frozenDaysMax * dayMs)) return { kind: 'expired' };
  const where: readonly Comparison[] = [...shape.where, { column: 'day', op: 'gte', value: day }];
  return { kind: 'shape', shape: { ...shape, where }, frozen: { day } };
}

function dayOf(epochMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toString().slice(0, 10);
}
