/**
 * Every operation of the API as its document describes it, with the ids that it takes: in its path, its query and the fields
 * of its body. The document is made from the routes, so a new route is in this list without anyone adding it.
 */
import { type Access, ROUTES, type Route } from '@totem/api';
import { openApiDocument } from '../rest/openapi.ts';

/** As far as it is looked at here. */
interface Schema {
  readonly $ref?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface QueryField {
  readonly name: string;
  readonly required: boolean;
  readonly isId: boolean;
}

export interface BodyField {
  readonly name: string;
  /** An id, or a list of ids. */
  readonly holds: 'id' | 'ids' | 'other';
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** The path up to its first parameter: where rows of its kind are found. */
  readonly kind: string;
  /** Names of the parameters in the path. */
  readonly params: readonly string[];
  readonly query: readonly QueryField[];
  /** The fields at the top of its body; of a union, those of each member by its `type`. */
  readonly bodies: readonly { readonly type: unknown; readonly fields: readonly BodyField[] }[];
  /** The media type of its body, if it takes one. */
  readonly bodyType: string | undefined;
  /** Undefined for what is no part of the contract and not for anyone: protocols with rules of their own. */
  readonly access: Access | undefined;
  readonly once: boolean;
  readonly versioned: boolean;
}

/** All of them, in the order of the document. */
export function allOperations(): readonly Operation[] {
  const document = openApiDocument() as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined
      ? schema
      : resolve(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => operationOf(path, method, documented, resolve)),
  );
}

type Resolve = (schema: Schema) => Schema;

function operationOf(
  path: string,
  method: string,
  { operationId, security, parameters = [], requestBody }: DocumentedOperation,
  resolve: Resolve,
): Operation {
  const route: Route | undefined = (ROUTES as Readonly<Record<string, Route>>)[operationId];
  const [[bodyType, { schema }] = [undefined, { schema: undefined }]] = Object.entries(
    requestBody?.content ?? {},
  );
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    kind: path.split('/{')[0] ?? '',
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)),
    query: parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, required = false, schema: of }) => ({ name, required, isId: isId(of, resolve) })),
    bodies: schema === undefined ? [] : bodiesOf(schema, resolve),
    bodyType,
    access: route?.access ?? (security?.length === 0 ? 'anyone' : undefined),
    once: route?.once === true,
    versioned: route?.versioned === true && route.method !== 'GET' && route.method !== 'POST',
  };
}

function bodiesOf(schema: Schema, resolve: Resolve): Operation['bodies'] {
  return members(schema, resolve)
    .filter(({ properties }) => properties !== undefined)
    .map(({ properties = {} }) => ({
      type: properties.type && literalOf(resolve(properties.type)),
      fields: Object.entries(properties).map(([name, of]) => ({ name, holds: holdsOf(of, resolve) })),
    }));
}

/** The one value that a schema allows, if it is one. */
function literalOf(schema: Schema): unknown {
  const { const: only, enum: some = [] } = schema;
  return only ?? (some.length === 1 ? some[0] : undefined);
}

/** A schema, or all that it may be. */
function members(schema: Schema, resolve: Resolve): readonly Schema[] {
  const resolved = resolve(schema);
  const alternatives = resolved.anyOf ?? resolved.oneOf ?? resolved.allOf;
  return alternatives === undefined ? [resolved] : alternatives.flatMap((one) => members(one, resolve));
}

function isId(schema: Schema, resolve: Resolve): boolean {
  return members(schema, resolve).some(({ format }) => format === 'uuid');
}

function holdsOf(schema: Schema, resolve: Resolve): BodyField['holds'] {
  if (isId(schema, resolve)) return 'id';
  const lists = members(schema, resolve).flatMap(({ items }) => (items === undefined ? [] : [items]));
  return lists.some((items) => isId(items, resolve)) ? 'ids' : 'other';
}
