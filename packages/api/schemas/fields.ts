/** Parts that the schemas of all routes are made of. */
import { idSchema, LOCALES, normaliseLine, openingHoursSchema, type TextFault } from '@totem/domain';
import { z } from 'zod';

/** Rows in one page, at most, and when nothing is said. */
export const PAGE_ROWS_MAX = 200;
export const PAGE_ROWS_DEFAULT = 50;
/** Members of one list in a body. */
export const LIST_MAX = 200;

/** An id as JSON has it. */
export const id = <K extends string>() =>
  idSchema<K>().meta({ type: 'string', format: 'uuid', example: '0199d6f0-5b1e-7c3a-9f2d-3e1a5b7c9d01' });
/** PostgreSQL has no year 0. */
const isOfAnEra = (text: string) => !text.startsWith('0000');
/** UTC with milliseconds. */
export const instant = z.iso
  .datetime({ precision: 3 })
  .refine(isOfAnEra, 'is before the year 1')
  .meta({ type: 'string', format: 'date-time', example: '2026-11-23T12:00:00.000Z' });
export const day = z.iso
  .date()
  .refine(isOfAnEra, 'is before the year 1')
  .meta({ type: 'string', format: 'date', example: '2026-11-23' });
export const locale = z.enum(LOCALES);
/** PostgreSQL's int4, not negative. */
export const count = z.int().min(0).max(2_147_483_647);
/** An amount in the smallest unit of its currency: cents. */
export const amountCents = z.int().min(0).max(1_000_000_000_000);
export const colour = z.string().regex(/^#[0-9a-f]{6}$/i);
export const version = z.int().min(1).describe('Named by the next update, in If-Match.');

/**
 * A line of text that people type: cleaned at the door (NFC, no control characters, spaces folded), never longer than `max`
 * code points.
 */
export function line(max: number) {
  return z
    .string()
    .max(max * 4)
    .transform((typed, context) => {
      const cleaned = normaliseLine(typed, max);
      if (cleaned.ok) return cleaned.text;
      context.addIssue({ code: 'custom', message: FAULTS[cleaned.fault] });
      return z.NEVER;
    })
    .meta({ type: 'string', maxLength: max });
}

const FAULTS: Record<TextFault, string> = {
  text_empty: 'is empty',
  text_too_long: 'is too long',
};

/** A text in one or more languages. */
export function localText(max: number) {
  return z
    .partialRecord(locale, line(max))
    .refine((texts) => Object.keys(texts).length > 0, 'names no language')
    .meta({ example: { 'pt-BR': 'Caixa', en: 'Cashier', es: 'Caja' } });
}

/** Ids of rows of one kind, each once. */
export function idList<K extends string>() {
  return z
    .array(id<K>())
    .max(LIST_MAX)
    .refine((ids) => new Set(ids).size === ids.length, 'names an id twice');
}

/** Hours in the site's zone by ISO weekday, Monday is 1; null means always. */
export const openingHours = openingHoursSchema.meta({ example: { '1': [['08:00', '17:00']] } });

/** Some of a closed set, in a query: `state=waiting,called`, or the name given several times. */
export function someOf<const T extends readonly [string, ...string[]]>(members: T) {
  const schema = z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(z.enum(members)).max(LIST_MAX))
    .meta({ type: 'array', items: { type: 'string', enum: [...members] } });
  return schema as unknown as z.ZodType<readonly T[number][], readonly T[number][]>;
}

/** A span of instants in a query, by when the server received or made what is listed: from `from` on, and before `to`. */
export const span = { from: instant.optional(), to: instant.optional() };

/** Text that is compared whole; whatever PostgreSQL could not hold is nothing that anyone has. */
export const exactText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'has control characters');

/** The query of a list: a page at a time, forward. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(PAGE_ROWS_DEFAULT),
  cursor: z
    .string()
    .max(200)
    .optional()
    .describe('Where the page begins: `next` of the page before, as it was given.'),
});

/** One page. `next` is null on the last. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** `{id}` in a path. */
export function idParams<K extends string>() {
  return z.object({ id: id<K>() });
}

/** Whether rows that were taken out of use are listed too. */
export const withDeleted = z.stringbool().default(false);
