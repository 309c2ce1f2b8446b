/**
 * JSON as a stranger may send it. What parsers disagree about is refused instead of chosen: names that come twice (RFC 8259,
 * 4), bytes that are no UTF-8, text that no database can hold. What is nested beyond reason is refused before it is parsed.
 */
import { ProblemError } from '@totem/domain';

export const JSON_DEPTH_MAX = 20;

export interface JsonRules {
  /** Whether texts may hold what a database cannot: their own rules clean them. */
  readonly anyText?: boolean;
}

/**
 * The text of a body that is JSON by these rules.
 * @throws ProblemError `body_too_deep`; `invalid_request` with what is wrong.
 */
export function strictJsonText(bytes: Uint8Array, { anyText = false }: JsonRules = {}): string {
  const text = decoded(bytes);
  lookThrough(text);
  const value = parsed(text);
  // Whatever is no text of Unicode, and NUL, can only have come by an escape.
  if (!anyText && text.includes('\\u') && !isStorable(value))
    throw invalid('has characters that no text has');
  return text;
}

function invalid(message: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid_request', { extra: { errors: [{ field: '', message }] }, cause });
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('is not UTF-8', cause);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('is not JSON', cause);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Depth and names, in one pass that takes time in proportion whatever the text is; its grammar is the parser's business. */
function lookThrough(text: string): void {
  /** The names of each object around this place; null for an array. */
  const around: (Set<string> | null)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = endOfText(text, at);
        const names = around.at(-1);
        if (isName && names) addName(names, text.slice(at, end + 1));
        isName = false;
        at = end;
        break;
      }
      case '{':
      case '[':
        if (around.length === JSON_DEPTH_MAX) throw new ProblemError('body_too_deep');
        isName = text[at] === '{';
        around.push(isName ? new Set() : null);
        break;
      case '}':
      case ']':
        around.pop();
        isName = false;
        break;
      case ',':
        isName = around.at(-1) instanceof Set;
        break;
      default:
    }
  }
}

/** Where the text that begins with the quote at `start` ends; the end of all when it does not. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

function addName(names: Set<string>, quoted: string): void {
  const name = quoted.includes('\\') ? String(parsed(quoted)) : quoted.slice(1, -1);
  if (names.has(name)) throw invalid('has a name twice');
  names.add(name);
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value)
    ? value.every(isStorable)
    : Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member));
}
