/**
 * The five handlers of whatever a tenant configures, made from its spec and from what it holds its values to. Their names and
 * types are the contract's: an answer that lacks a field does not compile.
 */
import type { AnswerOf, QueryOf, Route, RouteName, Routes } from '@totem/api';
import { mayAt, type Principal, type SiteId, sitesOfPrincipal } from '@totem/domain';
import { and, count, eq, inArray, isNull, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { site } from '../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { type Asked, type Frozen, type Handler, read, write } from './mount.ts';
import type { PageQuery } from './page.ts';
import {
  type Changes,
  type ConfiguredTable,
  createRow,
  deleteRow,
  getRow,
  listRows,
  missing,
  type ResourceSpec,
  type Row,
  updateRow,
  type Values,
} from './resource.ts';

type RouteOf<N extends string> = N extends RouteName ? Routes[N] : never;

export interface ConfiguredRules<One extends string, Many extends string, T extends ConfiguredTable> {
  /** The conditions of a list's filters. */
  where?(query: QueryOf<RouteOf<`list${Many}`>>): readonly (SQL | undefined)[];
  /** What the database cannot check of a new row's values. @throws ProblemError */
  checkNew?(tx: WriteHandle, asked: Asked<RouteOf<`create${One}`>>): Promise<void>;
  /** The columns of a new row, where they are not the body's fields. */
  newValues?(asked: Asked<RouteOf<`create${One}`>>, tx: WriteHandle): Promise<Values<T>>;
  /** What the database cannot check of changes. @throws ProblemError */
  checkChange?(tx: WriteHandle, asked: Asked<RouteOf<`update${One}`>>): Promise<void>;
  /** The columns that change, where they are not the body's fields. */
  changes?(asked: Asked<RouteOf<`update${One}`>>, tx: WriteHandle): Promise<Changes<T>>;
}

type Operation<One extends string, Many extends string> =
  | `list${Many}`
  | `create${One}`
  | `get${One}`
  | `update${One}`
  | `delete${One}`;

export type ConfiguredHandlers<One extends string, Many extends string> = {
  readonly [N in Operation<One, Many> & RouteName]: Handler<Routes[N]>;
};

export function configuredHandlers<
  const One extends string,
  const Many extends string,
  T extends ConfiguredTable,
  V extends Frozen<AnswerOf<RouteOf<`get${One}`>>>,
>(
  one: One,
  many: Many,
  spec: ResourceSpec<T, V>,
  rules: ConfiguredRules<One, Many, T> = {},
): ConfiguredHandlers<One, Many> {
  const answered = (row: Row<T>) => ({ body: spec.view(row), version: row.version });
  const idOf = (asked: Asked<Route>) => (asked.params as unknown as { readonly id: string }).id;
  const handlers: Record<string, Handler> = {
    [`list${many}`]: read(async (tx, { principal, query }) => ({
      body: await listRows(
        tx,
        spec,
        principal,
        query as PageQuery & { readonly deleted: boolean },
        ...(rules.where?.(query as never) ?? []),
      ),
    })),
    [`create${one}`]: write(async (tx, asked) => {
      await rules.checkNew?.(tx, asked as never);
      const values = (await rules.newValues?.(asked as never, tx)) ?? (asked.body as never);
      return answered(await createRow(tx, spec, asked, values));
    }),
    [`get${one}`]: read(async (tx, asked) => answered(await getRow(tx, spec, asked.principal, idOf(asked)))),
    [`update${one}`]: write(async (tx, asked) => {
      await rules.checkChange?.(tx, asked as never);
      const changes = (await rules.changes?.(asked as never, tx)) ?? (asked.body as never);
      return answered(await updateRow(tx, spec, asked, idOf(asked), changes));
    }),
    [`delete${one}`]: write(async (tx, asked) => {
      await deleteRow(tx, spec, asked, idOf(asked));
      return { body: undefined };
    }),
  };
  return handlers as unknown as ConfiguredHandlers<One, Many>;
}

/** Whether a principal acts at every site of its tenant. */
export function actsEverywhere(principal: Principal): boolean {
  return sitesOfPrincipal(principal) === null;
}

/** Rows of one site, and those of no site, which hold for all that have none of their own. */
export function ownOrShared(siteId: PgColumn): (siteIds: readonly SiteId[]) => SQL {
  return (siteIds) => or(isNull(siteId), inArray(siteId, [...siteIds])) as SQL;
}

/** Whether a row of one site, or of none, may be changed by who acts where the principal does. */
export function mayWriteAt(principal: Principal, siteId: SiteId | null): boolean {
  return siteId === null ? actsEverywhere(principal) : mayAt(principal, siteId);
}

/** @throws ProblemError `reference_not_found` for a site that is not in use, or where the principal does not act. */
export async function requireOpenSites(
  tx: ReadHandle,
  principal: Principal,
  field: 'siteId' | 'siteIds',
  ids: readonly SiteId[],
): Promise<void> {
  if (!ids.every((id) => mayAt(principal, id))) throw missing(field);
  await requireInUse(tx, site, field, ids);
}

/**
 * A list of ids is no reference that the database could check, and a reference says nothing of being in use.
 * @param ids each once, as the contract has them.
 * @throws ProblemError `reference_not_found`
 */
export async function requireInUse(
  tx: ReadHandle,
  table: ConfiguredTable,
  field: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const [row] = await tx.orm
    .select({ known: count() })
    .from(table)
    .where(and(eq(table.tenantId, tx.tenantId), inArray(table.id, [...ids]), isNull(table.deletedAt)));
  if (row?.known !== ids.length) throw missing(field);
}
