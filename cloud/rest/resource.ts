/**
 * What every configured entity has in common: pages, one row, creation, change by version, and removal that keeps history;
 * each change with its entry in the ledger, in the same transaction. What differs is given as a spec.
 */
import {
  type ConfiguredEntity,
  type Env,
  type Id,
  instantText,
  type JsonObject,
  newId,
  type Principal,
  ProblemError,
  type SiteId,
  sitesOfPrincipal,
} from '@totem/domain';
import { and, count, eq, isNull, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { type ReadHandle, sqlErrorOf, type WriteHandle } from '../db/with-tenant.ts';
import { changesOf, initialOf, personalOf } from './changes.ts';
import { record } from './entries.ts';
import { every, type Page, type PageQuery, pageClauses, pageOfRows } from './page.ts';

/** A table whose rows are configured. */
export type ConfiguredTable = PgTable & {
  readonly tenantId: PgColumn;
  readonly id: PgColumn;
  readonly createdAt: PgColumn;
  readonly version: PgColumn;
  readonly deletedAt: PgColumn;
};

interface ConfiguredRow {
  readonly tenantId: string;
  readonly id: string;
  readonly createdAt: string;
  readonly version: number;
  readonly deletedAt: string | null;
}

export type Row<T extends ConfiguredTable> = T['$inferSelect'] & ConfiguredRow;
export type Values<T extends ConfiguredTable> = Omit<
  T['$inferInsert'],
  'tenantId' | 'id' | 'createdAt' | 'version' | 'deletedAt'
>;

/** Fields to change; what is undefined stays. */
export type Changes<T extends ConfiguredTable> = {
  readonly [F in keyof Values<T>]?: Values<T>[F] | undefined;
};

export interface ResourceSpec<T extends ConfiguredTable, V> {
  readonly entity: ConfiguredEntity;
  readonly table: T;
  /** The row as it is answered. */
  view(row: Row<T>): V;
  /** Rows that live at some sites: which rows a principal with these sites may see. */
  sitesFilter?(siteIds: readonly SiteId[]): SQL;
  /** Whether a principal who sees the row may also change it: what other sites share is not for who acts at some. */
  mayWrite?(principal: Principal, row: Row<T>): boolean;
  /** The site that an entry about the row belongs to. */
  siteOf?(row: Row<T>): SiteId | null;
  /** Unique constraints by name, and the field that people know them by. */
  readonly unique?: Readonly<Record<string, string>>;
  /** References by name, and the field. */
  readonly references?: Readonly<Record<string, string>>;
  /** Rows of a tenant that are in use, at most. */
  readonly max: number;
  /** Fields that never go into the ledger as they are; that they changed is said. */
  readonly hidden?: readonly string[];
  /** Fields that name a person: they go beside the ledger's entry, where they can be erased. */
  readonly personal?: readonly string[];
  /** What still needs the row, as `in_use` names it; undefined lets it go. */
  usedBy?(tx: WriteHandle, row: Row<T>): Promise<string | undefined>;
}

/** One page of rows, oldest first. @param where further conditions. */
export async function listRows<T extends ConfiguredTable, V>(
  tx: ReadHandle,
  spec: ResourceSpec<T, V>,
  principal: Principal,
  query: PageQuery & { readonly deleted: boolean },
  ...where: readonly (SQL | undefined)[]
): Promise<Page<V>> {
  const { table } = spec;
  const clauses = pageClauses({ at: table.createdAt, id: table.id, direction: 'oldest first' }, query);
  const rows = (await tx.orm
    .select()
    .from(table as PgTable)
    .where(
      every(
        visible(tx, spec, principal),
        query.deleted ? undefined : isNull(table.deletedAt),
        clauses.after,
        ...where,
      ),
    )
    .orderBy(...clauses.orderBy)
    .limit(clauses.limit)) as Row<T>[];
  return pageOfRows(
    rows,
    query,
    (row) => ({ at: row.createdAt, id: row.id }),
    (row) => spec.view(row),
  );
}

/** One row, removed ones included: history refers to them. @throws ProblemError `not_found`, for another tenant's or site's too. */
export async function getRow<T extends ConfiguredTable, V>(
  tx: ReadHandle,
  spec: ResourceSpec<T, V>,
  principal: Principal,
  id: string,
): Promise<Row<T>> {
  const [row] = await tx.orm
    .select()
    .from(spec.table as PgTable)
    .where(every(visible(tx, spec, principal), eq(spec.table.id, id)));
  if (row === undefined) throw new ProblemError('not_found');
  return row as Row<T>;
}

/** Adds a row. @throws ProblemError `forbidden`, `already_exists`, `reference_not_found`, `limit_reached`. */
export async function createRow<T extends ConfiguredTable, V>(
  tx: WriteHandle,
  spec: ResourceSpec<T, V>,
  asked: { readonly principal: Principal; readonly env: Env },
  values: Values<T>,
  id: Id<string> = newId<string>(asked.env),
): Promise<Row<T>> {
  const { table, entity } = spec;
  await keepWithinMax(tx, spec);
  const [made] = await explained(spec, () =>
    tx.orm
      .insert(table as PgTable)
      .values({ ...values, tenantId: tx.tenantId, id, createdAt: instantText(asked.env.now()) } as never)
      .returning(),
  );
  const row = made as Row<T>;
  requireWrite(spec, asked.principal, row);
  await record(tx, asked, {
    siteId: spec.siteOf?.(row) ?? null,
    action: 'CONFIG_CREATED',
    entity,
    entityId: id,
    data: { after: initialOf(row, unsaid(spec)) },
    ...beside(personalOf(row, spec.personal ?? [])),
  });
  return row;
}

/**
 * Changes a row that is at `version`. A change that says what is there already keeps the version.
 * @param isTouched whether what belongs to the row and lies elsewhere changes with it, under an entry of its own.
 * @throws ProblemError `forbidden`, `not_found`, `version_conflict`, `already_exists`, `reference_not_found`.
 */
export async function updateRow<T extends ConfiguredTable, V>(
  tx: WriteHandle,
  spec: ResourceSpec<T, V>,
  asked: { readonly principal: Principal; readonly env: Env; readonly version: number },
  id: string,
  changes: Changes<T>,
  isTouched = false,
): Promise<Row<T>> {
  const { table, entity } = spec;
  const before = await lockedRow(tx, spec, asked, id);
  const changed = changesOf(before, changes, unsaid(spec));
  if (changed === undefined && !isTouched) return before;
  const [made] = await explained(spec, () =>
    tx.orm
      .update(table as PgTable)
      .set({ ...changes, version: before.version + 1 } as never)
      .where(and(eq(table.tenantId, tx.tenantId), eq(table.id, id)))
      .returning(),
  );
  const row = made as Row<T>;
  requireWrite(spec, asked.principal, row);
  if (changed === undefined) return row;
  await record(tx, asked, {
    siteId: spec.siteOf?.(row) ?? null,
    action: 'CONFIG_CHANGED',
    entity,
    entityId: id as Id<string>,
    data: changed,
    ...beside(personalOf(changes, spec.personal ?? [])),
  });
  return row;
}

/** Takes a row out of use. @throws ProblemError `forbidden`, `not_found`, `version_conflict`, `in_use`. */
export async function deleteRow<T extends ConfiguredTable, V>(
  tx: WriteHandle,
  spec: ResourceSpec<T, V>,
  asked: { readonly principal: Principal; readonly env: Env; readonly version: number },
  id: string,
): Promise<void> {
  const { table, entity } = spec;
  const before = await lockedRow(tx, spec, asked, id);
  const by = await spec.usedBy?.(tx, before);
  if (by !== undefined) throw new ProblemError('in_use', { params: { by } });
  await tx.orm
    .update(table as PgTable)
    .set({ deletedAt: instantText(asked.env.now()), version: before.version + 1 } as never)
    .where(and(eq(table.tenantId, tx.tenantId), eq(table.id, id)));
  await record(tx, asked, {
    siteId: spec.siteOf?.(before) ?? null,
    action: 'CONFIG_DELETED',
    entity,
    entityId: id as Id<string>,
  });
}

function unsaid({
  hidden = [],
  personal = [],
}: Pick<ResourceSpec<ConfiguredTable, unknown>, 'hidden' | 'personal'>) {
  return [...hidden, ...personal];
}

function beside(personal: JsonObject): { readonly private?: JsonObject } {
  return Object.keys(personal).length === 0 ? {} : { private: personal };
}

function visible<T extends ConfiguredTable, V>(
  tx: ReadHandle,
  { table, sitesFilter }: ResourceSpec<T, V>,
  principal: Principal,
): SQL | undefined {
  const sites = sitesOfPrincipal(principal);
  return every(
    eq(table.tenantId, tx.tenantId),
    sites === null || sitesFilter === undefined ? undefined : sitesFilter(sites),
  );
}

async function lockedRow<T extends ConfiguredTable, V>(
  tx: WriteHandle,
  spec: ResourceSpec<T, V>,
  { principal, version }: { readonly principal: Principal; readonly version: number },
  id: string,
): Promise<Row<T>> {
  const [found] = await tx.orm
    .select()
    .from(spec.table as PgTable)
    .where(every(visible(tx, spec, principal), eq(spec.table.id, id), isNull(spec.table.deletedAt)))
    .for('update');
  if (found === undefined) throw new ProblemError('not_found');
  const row = found as Row<T>;
  requireWrite(spec, principal, row);
  if (row.version !== version)
    throw new ProblemError('version_conflict', { extra: { version: row.version } });
  return row;
}

/** @throws ProblemError `forbidden` */
function requireWrite<T extends ConfiguredTable, V>(
  spec: ResourceSpec<T, V>,
  principal: Principal,
  row: Row<T>,
): void {
  if (spec.mayWrite?.(principal, row) === false) throw new ProblemError('forbidden');
}

async function keepWithinMax<T extends ConfiguredTable, V>(
  tx: ReadHandle,
  { table, max }: ResourceSpec<T, V>,
): Promise<void> {
  const [row] = await tx.orm
    .select({ rows: count() })
    .from(table as PgTable)
    .where(and(eq(table.tenantId, tx.tenantId), isNull(table.deletedAt)));
  if ((row?.rows ?? 0) >= max) throw new ProblemError('limit_reached', { params: { max } });
}

/**
 * Turns what the database refuses into words for the caller: constraints by name, and the field that people know them by.
 * @throws ProblemError `already_exists`, `reference_not_found`.
 */
export async function explained<R>(
  { unique = {}, references = {} }: Pick<ResourceSpec<ConfiguredTable, unknown>, 'unique' | 'references'>,
  run: () => Promise<R>,
): Promise<R> {
  try {
    return await run();
  } catch (error) {
    const source = sqlErrorOf(error);
    const constraint = source instanceof Error && 'constraint' in source ? String(source.constraint) : '';
    const taken = unique[constraint];
    if (taken !== undefined)
      throw new ProblemError('already_exists', { params: { field: taken }, cause: error });
    const field = references[constraint];
    if (field !== undefined) throw missing(field, error);
    throw error;
  }
}

/** What names something that is not there, or not in use, or not the caller's. */
export function missing(field: string, cause?: unknown): ProblemError {
  return new ProblemError('reference_not_found', { params: { field }, cause });
}
