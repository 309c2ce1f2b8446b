/** Fields of a form as data: what is asked, how it is typed, and what of it is sent. */
import type { ReactNode } from 'react';
import type { Choice, Sight } from '../data/names.ts';

/** What a form holds: the body of the request, as JSON. */
export type Draft = Readonly<Record<string, unknown>>;

export const FIELD_KINDS = [
  'text',
  'email',
  'password',
  'number',
  'money',
  'switch',
  'choice',
  'many',
  'texts',
  'hours',
  'icon',
  'colour',
  'lines',
  'pem',
  'own',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export interface FieldSpec {
  /** Where it stands in the body: `queueRules.recallMinSeconds`. Its label is `<form>.field.<path>`. */
  readonly path: string;
  readonly kind: FieldKind;
  /** May be nothing, which is sent as null. */
  readonly isNullable?: boolean;
  /** May be nothing, which is not sent at all. */
  readonly isOptional?: boolean;
  /** Of `choice`: its values are numbers. */
  readonly isNumber?: boolean;
  /** Can be said once and not changed. */
  readonly isOnlyNew?: boolean;
  /** Takes the whole width. */
  readonly isWide?: boolean;
  /** Of `choice` and `many`. */
  choices?(sight: Sight): readonly Choice[];
  /** Of `many` and `choice`: what nothing chosen means, as a key of the texts. */
  readonly allLabel?: string;
  /** Of `texts`: whether more than a line is expected. */
  readonly isLong?: boolean;
  /** Of numbers: after the box, a key of the texts `unit`. */
  readonly unit?: string;
  isShown?(draft: Draft): boolean;
  /** Of `own`. */
  render?(props: FieldProps): ReactNode;
}

export interface FieldProps {
  readonly label: string;
  readonly hint: string | undefined;
  readonly error: string | undefined;
  readonly value: unknown;
  readonly isDisabled: boolean;
  readonly sight: Sight;
  readonly draft: Draft;
  onChange(value: unknown): void;
}

export interface FormSection {
  /** Names its texts, `<form>.section.<name>` and, where there is one, `<form>.lead.<name>`. */
  readonly name: string;
  readonly fields: readonly FieldSpec[];
}

/** What stands at a path; undefined when nothing does. */
export function valueAt(draft: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined,
      draft,
    );
}

/** The draft with another value at a path; undefined takes it away. */
export function withValue(draft: Draft, path: string, value: unknown): Draft {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    const { [key]: _, ...others } = draft;
    return value === undefined ? others : { ...draft, [key]: value };
  }
  const inner = draft[key];
  const within = typeof inner === 'object' && inner !== null ? (inner as Draft) : {};
  return { ...draft, [key]: withValue(within, rest.join('.'), value) };
}

/** Whether two values of a field are the same to a reader: an empty text is nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** What is sent of what was typed: texts without the spaces around them, nothing as null. */
export function cleaned(field: FieldSpec, value: unknown): unknown {
  if (typeof value === 'string') {
    const text = field.kind === 'password' ? value : value.trim();
    if (text !== '') return text;
    if (field.isOptional === true) return undefined;
    return field.isNullable === true ? null : text;
  }
  if (field.kind === 'texts' && typeof value === 'object' && value !== null) {
    const texts = Object.entries(value).filter(([, text]) => String(text).trim() !== '');
    return texts.length === 0 && field.isNullable === true ? null : Object.fromEntries(texts);
  }
  if (field.kind === 'lines' && Array.isArray(value))
    return value.filter((line) => String(line).trim() !== '');
  if (field.kind === 'many' && field.isNullable === true && Array.isArray(value) && value.length === 0)
    return null;
  return value;
}

/** The body that a draft makes, of these fields. */
export function bodyOf(fields: readonly FieldSpec[], draft: Draft): Draft {
  return fields.reduce<Draft>(
    (body, field) => withValue(body, field.path, cleaned(field, valueAt(draft, field.path))),
    rootsOf(fields, draft),
  );
}

/** Objects that hold fields keep what no field is about. */
function rootsOf(fields: readonly FieldSpec[], draft: Draft): Draft {
  const nested = fields.filter(({ path }) => path.includes('.')).map(({ path }) => path.split('.')[0] ?? '');
  return Object.fromEntries([...new Set(nested)].map((root) => [root, draft[root] ?? {}]));
}

/** The members of a body that differ between two. */
export function changedMembers(before: Draft, after: Draft): Draft {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !isSame(value, before[name])));
}
