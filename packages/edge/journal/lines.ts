/**
 * The lines of the journal: one fact each, with a checksum in front, so that half a line of a power cut and bytes of a bad
 * sector are passed over. Nothing personal is in them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { idSchema, type LedgerEntry, ledgerEntrySchema, type OriginId } from '@totem/domain';
import { z } from 'zod';

/** What a totem needs to sell, whatever became of its database. */
export const CATALOGUE = ['site', 'service', 'priority_class'] as const;
export type CatalogueTable = (typeof CATALOGUE)[number];
/** A row as the database has it. */
export type JournalRow = Readonly<Record<string, string | number | null>>;

/** An entry was written, the cloud has an origin up to a seq, numbers have come so far, or the catalogue has a row. */
export type JournalLine =
  | { readonly kind: 'entry'; readonly entry: LedgerEntry }
  | { readonly kind: 'acked'; readonly origin: OriginId; readonly seq: number }
  | {
      readonly kind: 'number';
      readonly lane: string;
      readonly prefix: string;
      readonly businessDay: string;
      readonly last: number;
    }
  | { readonly kind: 'row'; readonly table: CatalogueTable; readonly row: JournalRow };

const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('entry'), entry: ledgerEntrySchema }),
  z.strictObject({ kind: z.literal('acked'), origin: idSchema<'origin'>(), seq: z.int().min(0) }),
  z.strictObject({
    kind: z.literal('number'),
    lane: z.string(),
    prefix: z.string().regex(/^[A-Z]{1,3}$/),
    businessDay: z.iso.date(),
    last: z.int().min(0),
  }),
  z.strictObject({
    kind: z.literal('row'),
    table: z.enum(CATALOGUE),
    row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  }),
]) satisfies z.ZodType<JournalLine>;

const SEGMENT = /^journal-(\d{8})\.jsonl$/;

export function segmentName(number: number): string {
  return `journal-${String(number).padStart(8, '0')}.jsonl`;
}

/** The numbers of the segments in a folder, in order; none when there is no folder. */
export function segmentNumbers(dir: string): number[] {
  try {
    const found = readdirSync(dir).flatMap((name) => SEGMENT.exec(name)?.[1] ?? []);
    return found.map(Number).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

export function encodeLine(line: JournalLine): string {
  const text = JSON.stringify(line);
  return `${checksum(text)} ${text}\n`;
}

/** The whole lines of a segment; what cannot be read is left out. */
export function readSegment(dir: string, number: number): JournalLine[] {
  let text = '';
  try {
    text = readFileSync(join(dir, segmentName(number)), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => decodeLine(line) ?? []);
}

function decodeLine(line: string): JournalLine | undefined {
  const json = line.slice(9);
  if (line.length < 10 || line.slice(0, 8) !== checksum(json)) return undefined;
  try {
    const parsed = lineSchema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
