/** What an entry says of a change of configuration: the fields that changed, before and after, and no secret. */
import { canonicalJson, type Json, type JsonObject, sha256Hex } from '@totem/domain';

/** A longer value is named by its digest: an entry has a limit, and a layout may be long. */
const VALUE_LENGTH_MAX = 1_000;
/** Fields that every row has and that say nothing about it. */
const OF_EVERY_ROW: readonly string[] = ['tenantId', 'id', 'createdAt', 'version', 'deletedAt'];
const HIDDEN = '[hidden]';

type Fields = Readonly<Record<string, unknown>>;

/** Fields that name a person lie beside the entry, where they can be erased without it; the entry says that they were set. */
export function personalOf(said: Fields, personal: readonly string[]): JsonObject {
  return Object.fromEntries(
    personal.flatMap((field) => (said[field] == null ? [] : [[field, said[field] as Json]])),
  );
}

/** The fields of a new row. */
export function initialOf(row: Fields, hidden: readonly string[] = []): JsonObject {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([field, value]) => !OF_EVERY_ROW.includes(field) && value !== null && value !== undefined)
      .map(([field, value]) => [field, said(field, value, hidden)]),
  );
}

/** What differs; undefined when nothing does. */
export function changesOf(
  before: Fields,
  changes: Fields,
  hidden: readonly string[] = [],
): { readonly before: JsonObject; readonly after: JsonObject } | undefined {
  const fields = Object.keys(changes).filter(
    (field) => changes[field] !== undefined && !isSame(before[field], changes[field]),
  );
  if (fields.length === 0) return undefined;
  const of = (row: Fields): JsonObject =>
    Object.fromEntries(fields.map((field) => [field, said(field, row[field], hidden)]));
  return { before: of(before), after: of(changes) };
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function said(field: string, value: unknown, hidden: readonly string[]): Json {
  if (value === null || value === undefined) return null;
  if (hidden.includes(field) || value instanceof Uint8Array) return HIDDEN;
  const text = canonicalJson(value);
  return text.length <= VALUE_LENGTH_MAX ? (value as Json) : { digest: sha256Hex(text) };
}
