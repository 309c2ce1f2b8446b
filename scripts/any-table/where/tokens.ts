/**
 * Cuts a condition into the words of PostgreSQL's language (its manual, section 4.1). What this server does not serve, such as
 * comments and dollar quotes, is refused here, so that nothing can hide in it.
 */

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  /** An identifier in double quotes: never a keyword. */
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'parameter'; readonly text: string; readonly at: number }
  | { readonly kind: 'operator'; readonly text: string; readonly at: number }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

/** A condition that is not served; the text is for the person who wrote it. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

/** Length of `SELECT 1 WHERE `: errors of syntax are located as Electric's are, within a whole statement. */
const STATEMENT_PREFIX = 15;

/** An error of syntax at a token. */
export function syntaxError(text: string, at: number): ConditionError {
  const what = text === '' ? 'syntax error at end of input' : `syntax error at or near "${text}"`;
  return new ConditionError(`At location ${at + STATEMENT_PREFIX}: ${what}`);
}

/** An error of meaning at a place of the condition. */
export function conditionError(message: string, at: number): ConditionError {
  return new ConditionError(`At location ${at}: ${message}`);
}

/** Tried in order at each place. */
const PATTERNS = [
  ['space', /\s+/y],
  ['refused', /--|\/\*|\$[a-z_]*\$|[ebxnu]&?'/iy],
  ['string', /'(?:[^']|'')*'/y],
  ['name', /"(?:[^"]|"")+"/y],
  ['word', /[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*/iy],
  ['parameter', /\$\d+/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy],
  ['mark', /::|[()[\],.:]/y],
  ['operator', /[-+*/<>=~!@#%^&|?]+/y],
] as const;

/** An operator may end in + or - only if it has one of these; else the sign belongs to what follows. */
const MAY_END_IN_SIGN = /[~!@#%^&|?]/;

/** @throws ConditionError at what is none of the language's words, or is not served. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const { kind, raw } = nextOf(text, at);
    const token = tokenOf(kind, raw, at);
    if (token !== undefined) tokens.push(token);
    at += token?.kind === 'operator' ? token.text.length : raw.length;
  }
  // The names of an operator are made one only now, so that its length above is that of the text.
  const named = tokens.map((token) =>
    token.kind === 'operator' && token.text === '!=' ? { ...token, text: '<>' } : token,
  );
  return [...named, { kind: 'end', text: '', at: text.length }];
}

function nextOf(
  text: string,
  at: number,
): { readonly kind: (typeof PATTERNS)[number][0]; readonly raw: string } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const raw = pattern.exec(text)?.[0];
    if (raw !== undefined) return { kind, raw };
  }
  if (text[at] === ';') throw new ConditionError('unescaped ";" causing statement split');
  throw syntaxError(text[at] ?? '', at);
}

function tokenOf(kind: (typeof PATTERNS)[number][0], raw: string, at: number): Token | undefined {
  switch (kind) {
    case 'space':
      return undefined;
    case 'refused':
      throw conditionError('comments and special quotes are not supported', at);
    case 'string':
      return { kind, text: raw.slice(1, -1).replaceAll("''", "'"), at };
    case 'name':
      return { kind, text: raw.slice(1, -1).replaceAll('""', '"'), at };
    case 'word':
      // PostgreSQL folds only what it knows to be a letter in its encoding; ASCII is always.
      return { kind, text: raw.replace(/[A-Z]/g, (letter) => letter.toLowerCase()), at };
    case 'operator':
      return { kind, text: withoutSigns(raw), at };
    default:
      return { kind, text: raw, at };
  }
}

function withoutSigns(raw: string): string {
  let text = raw;
  while (text.length > 1 && /[-+]$/.test(text) && !MAY_END_IN_SIGN.test(text)) text = text.slice(0, -1);
  return text;
}
