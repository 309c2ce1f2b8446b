/**
 * Values from a JSON Schema, for requests that nobody would write: most of them fit it, some miss it by one thing. Ids are
 * taken from those that are there, or nothing would ever be found.
 */
import fc from 'fast-check';

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

export interface SchemaWorld {
  /** The schema that a `$ref` names. */
  resolve(ref: string): JsonSchema;
  /** Ids that are there. */
  readonly ids: readonly string[];
}

/** What breaks servers: bounds of numbers and texts, other kinds, names that objects inherit, letters of other worlds. */
export const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -0,
  2 ** 53 + 2,
  2_147_483_648,
  0.1,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\ufeff\u202e\u2066',
  'é'.repeat(5_000),
  "'; DROP TABLE ticket; --",
  '{{7*7}}',
  '../../../../etc/passwd',
  '%00%ff',
  '__proto__',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30',
  '00000000-0000-0000-0000-000000000000',
  'NaN',
  '-1',
  '1e9',
  [],
  {},
  [[[[[[[[]]]]]]]],
  { __proto__: null, constructor: { prototype: {} } },
];

const INSTANTS = ['2026-11-23T12:00:00.000Z', '2027-01-01T08:30:00.000Z', '1999-12-31T23:59:59.999Z'];
const DAYS = ['2026-11-23', '2026-11-24', '2024-02-29'];
const LIST_MAX = 4;
const TEXT_MAX = 40;

/** Values that fit a schema, as far as it says. */
export function fitting(schema: JsonSchema, world: SchemaWorld): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(world.resolve(schema.$ref), world);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice !== undefined) return fc.oneof(...choice.map((one) => fitting(one, world)));
  if (schema.allOf !== undefined)
    return fc
      .tuple(...schema.allOf.map((one) => fitting(one, world)))
      .map((parts) => Object.assign({}, ...parts));
  const types =
    typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['object', 'string', 'null']);
  return fc.oneof(...types.map((type) => ofType(type, schema, world)));
}

/** Values that miss a schema in one place, or altogether. */
export function missing(schema: JsonSchema, world: SchemaWorld): fc.Arbitrary<unknown> {
  const nasty = fc.constantFrom(...NASTY);
  return fc.oneof(
    nasty,
    fc
      .tuple(fitting(schema, world), fc.nat(), nasty)
      .map(([value, place, other]) => replaced(value, place, other)),
  );
}

function ofType(type: string, schema: JsonSchema, world: SchemaWorld): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1_000, -2_147_483_648),
        max: Math.min(schema.maximum ?? 100_000, 2_147_483_647),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 100_000, noNaN: true });
    case 'array':
      return listOf(schema, world);
    case 'object':
      return objectOf(schema, world);
    default:
      return textOf(schema, world);
  }
}

function textOf(schema: JsonSchema, world: SchemaWorld): fc.Arbitrary<string> {
  switch (schema.format) {
    case 'uuid':
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...world.ids) },
        { weight: 1, arbitrary: fc.uuid() },
      );
    case 'date-time':
      return fc.constantFrom(...INSTANTS);
    case 'date':
      return fc.constantFrom(...DAYS);
    case 'email':
      return fc.constant('someone@example.com');
    case 'uri':
      return fc.constant('https://example.com/hook');
    default:
  }
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern), { maxLength: 200 });
  return fc.string({
    unit: 'grapheme',
    minLength: schema.minLength ?? 0,
    maxLength: Math.max(schema.minLength ?? 0, Math.min(schema.maxLength ?? TEXT_MAX, TEXT_MAX)),
  });
}

function listOf(schema: JsonSchema, world: SchemaWorld): fc.Arbitrary<unknown> {
  if (schema.prefixItems !== undefined)
    return fc.tuple(...schema.prefixItems.map((one) => fitting(one, world)));
  const minLength = schema.minItems ?? 0;
  return fc.array(fitting(schema.items ?? {}, world), {
    minLength,
    maxLength: Math.max(minLength, Math.min(schema.maxItems ?? LIST_MAX, LIST_MAX)),
  });
}

function objectOf(schema: JsonSchema, world: SchemaWorld): fc.Arbitrary<unknown> {
  const known = Object.entries(schema.properties ?? {}).map(
    ([name, one]) => [name, fitting(one, world)] as const,
  );
  const required = (schema.required ?? []).filter((name) => schema.properties?.[name] !== undefined);
  const own = fc.record(Object.fromEntries(known), { requiredKeys: required });
  if (typeof schema.additionalProperties !== 'object') return own;
  const names =
    schema.propertyNames === undefined ? fc.string({ maxLength: 8 }) : fitting(schema.propertyNames, world);
  return fc
    .tuple(
      own,
      fc.dictionary(names as fc.Arbitrary<string>, fitting(schema.additionalProperties, world), {
        maxKeys: 3,
      }),
    )
    .map(([fixed, more]) => ({ ...more, ...fixed }));
}

/** The same value with another one at one of its places. */
function replaced(value: unknown, place: number, other: unknown): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const names = Object.keys(value);
  const name = names[place % Math.max(names.length, 1)];
  if (name === undefined) return other;
  const inner = (value as Record<string, unknown>)[name];
  const next = place % 3 === 0 ? other : replaced(inner, Math.floor(place / names.length), other);
  if (Array.isArray(value)) return value.with(Number(name), next);
  if (place % 7 === 0) return Object.fromEntries(Object.entries(value).filter(([known]) => known !== name));
  return { ...value, [name]: next };
}
