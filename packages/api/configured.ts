/**
 * The five routes of whatever a tenant configures, made from what differs: pages, creation, one row, change by version, and
 * removal that keeps history.
 */
import type { ErrorCode, Permission } from '@totem/domain';
import { z } from 'zod';
import { type Route, route, type Tag } from './route.ts';
import { idParams, pageOf, pageQuery, withDeleted } from './schemas/fields.ts';
import { type PatchShape, partial } from './schemas/patch.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

export interface ConfiguredSpec<
  One extends string,
  Many extends string,
  Create extends Shape,
  Change extends Shape,
  Filters extends Shape,
  View extends z.ZodType,
> {
  /** Ends the names of the operations: `createSite`, `listSites`. */
  readonly one: One;
  readonly many: Many;
  readonly path: `/v1/${string}`;
  readonly tag: Tag;
  readonly reads: Permission;
  readonly writes: Permission;
  /** Where taking out of use needs more than changing. */
  readonly removes?: Permission;
  /** Fields of a new one. */
  readonly create: Create;
  /** Fields that can be changed. */
  readonly change: Change;
  /** What a list can be narrowed by, besides its pages. */
  readonly filters: Filters;
  readonly view: View;
  readonly summaries: Readonly<Record<'list' | 'create' | 'get' | 'update' | 'remove', string>>;
  /** Refusals of creation and change besides those of every route. */
  readonly createErrors?: readonly ErrorCode[];
  readonly updateErrors?: readonly ErrorCode[];
  readonly removeErrors?: readonly ErrorCode[];
}

type Page<View extends z.ZodType> = z.ZodObject<{
  items: z.ZodArray<View>;
  next: z.ZodNullable<z.ZodString>;
}>;
type ListQuery<Filters extends Shape> = z.ZodObject<
  (typeof pageQuery)['shape'] & { deleted: typeof withDeleted } & Filters
>;
type IdOf<Kind extends string> = ReturnType<typeof idParams<Kind>>;
type None = z.ZodUndefined;

/** The routes by the names of their operations. */
export type ConfiguredRoutes<
  Kind extends string,
  One extends string,
  Many extends string,
  Create extends Shape,
  Change extends Shape,
  Filters extends Shape,
  View extends z.ZodType,
> = { readonly [N in `list${Many}`]: Route<None, ListQuery<Filters>, None, Page<View>> } & {
  readonly [N in `create${One}`]: Route<None, None, z.ZodObject<Create, z.core.$strict>, View>;
} & { readonly [N in `get${One}`]: Route<IdOf<Kind>, None, None, View> } & {
  readonly [N in `update${One}`]: Route<
    IdOf<Kind>,
    None,
    z.ZodObject<PatchShape<Change>, z.core.$strict>,
    View
  >;
} & { readonly [N in `delete${One}`]: Route<IdOf<Kind>, None, None, None> };

/** @param kind of the ids, as `idSchema` names it. */
export function configuredRoutes<
  Kind extends string,
  const One extends string,
  const Many extends string,
  Create extends Shape,
  Change extends Shape,
  Filters extends Shape,
  View extends z.ZodType,
>(
  _kind: Kind,
  spec: ConfiguredSpec<One, Many, Create, Change, Filters, View>,
): ConfiguredRoutes<Kind, One, Many, Create, Change, Filters, View> {
  const { one, many, path, tag, summaries, view } = spec;
  const row = { tag, path: `${path}/{id}`, params: idParams<Kind>(), versioned: true } as const;
  const errors = (codes: readonly ErrorCode[] | undefined) => (codes === undefined ? {} : { errors: codes });
  const routes = {
    [`list${many}`]: route({
      tag,
      method: 'GET',
      path,
      summary: summaries.list,
      access: spec.reads,
      query: pageQuery.extend({ deleted: withDeleted, ...spec.filters }),
      answer: { status: 200, schema: pageOf(view) },
    }),
    [`create${one}`]: route({
      tag,
      method: 'POST',
      path,
      summary: summaries.create,
      access: spec.writes,
      body: z.strictObject(spec.create),
      answer: { status: 201, schema: view },
      versioned: true,
      ...errors(spec.createErrors),
    }),
    [`get${one}`]: route({
      ...row,
      method: 'GET',
      summary: summaries.get,
      access: spec.reads,
      answer: { status: 200, schema: view },
    }),
    [`update${one}`]: route({
      ...row,
      method: 'PATCH',
      summary: summaries.update,
      access: spec.writes,
      body: partial(spec.change),
      answer: { status: 200, schema: view },
      ...errors(spec.updateErrors),
    }),
    [`delete${one}`]: route({
      ...row,
      method: 'DELETE',
      summary: summaries.remove,
      access: spec.removes ?? spec.writes,
      answer: { status: 204 },
      ...errors(spec.removeErrors),
    }),
  };
  // Computed names are only known as text; the type above says the same.
  return routes as unknown as ConfiguredRoutes<Kind, One, Many, Create, Change, Filters, View>;
}
