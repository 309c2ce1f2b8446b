/** Names of tables and columns as a caller writes them: folded unless quoted, as in SQL. */

const PART = /^(?:"((?:[^"]|"")+)"|([a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*))/i;

/** Names between `separator`, from the whole text; undefined when it is not made of names. */
export function parseNames(text: string, separator: '.' | ','): readonly string[] | undefined {
  const names: string[] = [];
  let rest = text.trim();
  for (;;) {
    const found = PART.exec(rest);
    if (found === null) return undefined;
    const [whole, quotedName, plain = ''] = found;
    names.push(
      quotedName?.replaceAll('""', '"') ?? plain.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
    );
    rest = rest.slice(whole.length).trimStart();
    if (rest === '') return names;
    if (!rest.startsWith(separator)) return undefined;
    rest = rest.slice(1).trimStart();
  }
}
