/** What the pieces of a device are worth, as it names them: `BR100A` is a coin, `BR0010A` a note. Pure. */

/** Notes name whole units that a country's factor scales; decimals say where its cents begin. */
export interface Scaling {
  readonly factor: number;
  readonly decimals: number;
}

const COIN = /^([A-Z]{2})(\d{3})[A-Z]$/;
const NOTE = /^([A-Z]{2})(\d{4})[A-Z]$/;
/** Cents are hundredths. */
const CENT_DECIMALS = 2;

/** In cents; 0 for a position that is empty, or of another country. */
export function coinCents(id: string, country: string): number {
  const [, of, value] = COIN.exec(id) ?? [];
  return of === country ? Number(value) : 0;
}

/** In cents; 0 for a type that is empty, or of another country. */
export function noteCents(id: string, country: string, { factor, decimals }: Scaling): number {
  const [, of, value] = NOTE.exec(id) ?? [];
  if (of !== country) return 0;
  const valueCents = Number(value) * factor * 10 ** (CENT_DECIMALS - decimals);
  return Number.isSafeInteger(valueCents) ? valueCents : 0;
}
