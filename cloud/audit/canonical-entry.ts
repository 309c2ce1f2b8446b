/**
 * The hash of an entry straight from the columns of its row, for checks that read millions: the same text as the domain's
 * `entryHash` gives to an entry, made without building one. Stricter than a parse would be: an instant with microseconds or a
 * number that JavaScript would round is no text of any entry, so the edit that put it there shows.
 */
import { hash } from 'node:crypto';
import type { SqlRow } from '../db/with-tenant.ts';

/** What `rowHash` reads, as PostgreSQL prints it with `timezone=UTC` and `datestyle=ISO`. */
export const HASHED_COLUMNS = [
  'tenant_id',
  'id',
  'site_id',
  'origin',
  'seq',
  'tx',
  'command_id',
  'user_id',
  'action',
  'entity',
  'entity_id',
  'data',
  'commitment',
  'occurred_at',
  'clock_suspect',
  'prev_hash',
] as const;

/** The SHA-256 of the row's entry, lower-case hex; undefined when its data is nothing that an entry can hold. */
export function rowHash(row: SqlRow): string | undefined {
  const data = canonicalText(row.data ?? '');
  if (data === undefined) return undefined;
  // The members in the order of RFC 8785. Ids, instants and hashes need no escapes; whoever edits a row may put any text
  // into the others.
  const text =
    `{"action":${JSON.stringify(row.action)},"clockSuspect":${row.clock_suspect === 't'},` +
    `"commandId":${idOrNull(row.command_id)},"commitment":${JSON.stringify(row.commitment)},"data":${data},` +
    `"entity":${JSON.stringify(row.entity)},"entityId":"${row.entity_id}","id":"${row.id}",` +
    `"occurredAt":"${instantOfSql(row.occurred_at ?? '')}","origin":"${row.origin}",` +
    `"prevHash":${JSON.stringify(row.prev_hash)},"seq":${row.seq},"siteId":${idOrNull(row.site_id)},` +
    `"tenantId":"${row.tenant_id}","tx":"${row.tx}","userId":${idOrNull(row.user_id)}}`;
  return hash('sha256', text);
}

/** The commitment to personal data as its row has it; undefined when the data is nothing that an entry can hold. */
export function rowCommitment(salt: string, data: string): string | undefined {
  const text = canonicalText(data);
  return text === undefined ? undefined : hash('sha256', `${salt}\n${text}`);
}

const INSTANT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;
const MILLISECOND_DIGITS = 3;

/** `2026-11-23 21:00:00.5+00` as `2026-11-23T21:00:00.500Z`. What is finer than a millisecond stays visible. */
export function instantOfSql(text: string): string {
  const [, day, time, fraction = ''] = INSTANT.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}.${fraction.padEnd(MILLISECOND_DIGITS, '0')}Z`;
}

function idOrNull(id: string | null | undefined): string {
  return id === null || id === undefined ? 'null' : `"${id}"`;
}

/**
 * The canonical text (RFC 8785) of a `jsonb` value from the text that PostgreSQL prints, which differs in the order of
 * members and has a space after each colon and comma. Undefined when it differs in anything else, or has a number that is no
 * integer: it then says more than JavaScript has read.
 */
function canonicalText(printed: string): string | undefined {
  const spaces = { count: 0 };
  const text = canonical(JSON.parse(printed), spaces);
  return text.length + spaces.count === printed.length ? text : undefined;
}

function canonical(value: unknown, spaces: { count: number }): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) spaces.count = Number.NaN;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    spaces.count += Math.max(0, value.length - 1);
    return `[${value.map((member) => canonical(member, spaces)).join(',')}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members).sort();
  spaces.count += Math.max(0, 2 * names.length - 1);
  let text = '{';
  for (const name of names)
    text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${canonical(members[name], spaces)}`;
  return `${text}}`;
}
