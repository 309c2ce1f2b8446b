/**
 * What must never be in a log is cut out of everything that goes there, at any depth: by the name of the field, by what a
 * text looks like, and from errors all but the few fields that are known to be ours.
 */

const CUT = '[cut]';
/** A line of a log is for reading: what is deeper, longer or more than this is not. */
const DEPTH_MAX = 6;
const TEXT_CHARS_MAX = 2_000;
const MEMBERS_MAX = 50;
const CAUSES_MAX = 4;
const FRAMES_MAX = 20;

/** Names of credentials, and of what people typed about themselves, in lower case without `_` and `-`. */
const SECRET_NAMES =
  /^(code|codes|cookie|setcookie|customer|customername|fullname|email|phone|privates?|bytes|body|answer|answers|params|values|note)$|password|token|assertion|authorization|secret|otp|recoverycode|privatekey|signingkey|datakey|apikey|idempotencykey|capability/;

/** A JSON Web Token, our own refresh tokens, keys and proofs, a bearer's credentials, a password in an address. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, CUT],
  [/\b(?:rt|tk|kd)_[\w-]{43,}/g, CUT],
  [/\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+/gi, `$1 ${CUT}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${CUT}@`],
];

/** A copy without secrets; what is no plain data is named by its kind. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return textWithoutSecrets(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (depth >= DEPTH_MAX) return '[deep]';
  if (Array.isArray(value))
    return value.slice(0, MEMBERS_MAX).map((member) => withoutSecrets(member, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MEMBERS_MAX)
      .map(([name, member]) => [name, isSecret(name, member) ? CUT : withoutSecrets(member, depth + 1)]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  // A number of tokens is no token.
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return false;
  return SECRET_NAMES.test(name.toLowerCase().replace(/[_-]/g, ''));
}

function textWithoutSecrets(text: string): string {
  const short = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text;
  return SECRET_TEXTS.reduce((cleaned, [pattern, instead]) => cleaned.replace(pattern, instead), short);
}

/** What a log says of an error: its kind, its message unless that quotes what somebody sent, where it was, and its causes. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return withoutSecrets(error, DEPTH_MAX - 1);
  const fields: Record<string, unknown> = {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: messageOf(error),
    ...ofDatabase(error),
  };
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' || typeof code === 'number') fields.code = code;
  fields.stack = framesOf(error);
  if (depth < CAUSES_MAX && error.cause !== undefined) fields.cause = describeError(error.cause, depth + 1);
  if (error instanceof AggregateError && depth < CAUSES_MAX)
    fields.errors = error.errors.slice(0, CAUSES_MAX).map((one) => describeError(one, depth + 1));
  return fields;
}

/** Messages of these kinds repeat values that came from outside. */
function messageOf(error: Error): string {
  if (error instanceof SyntaxError) return 'not readable';
  if ('issues' in error && Array.isArray(error.issues)) return `${error.issues.length} fields are not valid`;
  if ('query' in error && 'params' in error) return 'a query failed';
  if (isOfDatabase(error) && error.code.startsWith('22')) return 'a value was not accepted';
  return textWithoutSecrets(error.message);
}

/** Fields of PostgreSQL's errors that name things; `detail`, `hint` and `where` quote rows. */
const DATABASE_FIELDS = ['severity', 'schema', 'table', 'column', 'constraint', 'dataType', 'routine'];

function ofDatabase(error: Error): Record<string, unknown> {
  if ('query' in error && 'params' in error && typeof error.query === 'string')
    return { query: error.query.slice(0, TEXT_CHARS_MAX) };
  if (!isOfDatabase(error)) return {};
  const fields = Object.entries(error).filter(
    ([name, value]) => DATABASE_FIELDS.includes(name) && typeof value === 'string',
  );
  return Object.fromEntries(fields);
}

function isOfDatabase(error: Error): error is Error & { readonly code: string } {
  return 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/** The frames alone: a stack begins with the message. */
function framesOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim())
    .join('\n');
}
