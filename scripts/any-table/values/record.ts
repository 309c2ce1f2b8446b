/** A whole row as the server prints it (its manual, section 8.16.6): `(1,"a ""b""",,"")`, where nothing at all is a null. */

const QUOTED = /"((?:[^"\\]|""|\\.)*)"/sy;
const PLAIN = /[^,)]*/y;

/** The text of each field, or null. @throws SyntaxError for what is no row. */
export function recordFields(text: string): readonly (string | null)[] {
  const fields: (string | null)[] = [];
  let place = 1;
  if (text === '()') return fields;
  while (place < text.length) {
    const isQuoted = text[place] === '"';
    const pattern = isQuoted ? QUOTED : PLAIN;
    pattern.lastIndex = place;
    const found = pattern.exec(text);
    if (found === null) break;
    place += found[0].length;
    if (isQuoted) fields.push(unescaped(found[1] ?? ''));
    else fields.push(found[0] === '' ? null : found[0]);
    const next = text[place];
    place += 1;
    if (next === ')' && place === text.length) return fields;
    if (next !== ',') break;
  }
  throw new SyntaxError('no row that is understood');
}

function unescaped(inner: string): string {
  return inner.replace(/""|\\(.)/gs, (pair, letter: string | undefined) => letter ?? pair.slice(1));
}
