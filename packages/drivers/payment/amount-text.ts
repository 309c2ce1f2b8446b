/** Amounts as Pix and some terminals write them, `45.90`: built from and read into integer cents, never through a fraction. */

/** @param amountCents a non-negative safe integer. */
export function amountText(amountCents: number): string {
  return `${Math.trunc(amountCents / 100)}.${String(amountCents % 100).padStart(2, '0')}`;
}

/** The cents of a text, or undefined when it is no amount. */
export function amountFromText(text: string): number | undefined {
  const parts = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text);
  if (parts?.[1] === undefined) return undefined;
  return Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'));
}
