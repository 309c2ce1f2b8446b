/** Patterns for LIKE made from what people type, in which nothing they type is a wildcard. */

/** Matches whatever has the text somewhere in it. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
