/** Which pieces may be put in. Pure. There is no change: a piece is taken only while the rest can still be paid exactly. */

export interface Payable {
  /** Whether the whole amount can be made of such pieces, as many of each as it takes. */
  readonly isPossible: boolean;
  /** The values that may come next while so much is missing. */
  allowed(missingCents: number): readonly number[];
}

/** What can be paid with pieces of these values, up to an amount. All in cents. Worked out once: it is asked at each reading. */
export function payableWith(amountCents: number, values: readonly number[]): Payable {
  const usable = [...new Set(values)].filter((value) => value > 0);
  /** For each amount, 1 when it can be made. */
  const can = new Uint8Array(amountCents + 1);
  can[0] = 1;
  for (let amount = 1; amount <= amountCents; amount += 1)
    if (usable.some((value) => value <= amount && can[amount - value] === 1)) can[amount] = 1;
  return {
    isPossible: can[amountCents] === 1,
    allowed: (missingCents) =>
      usable.filter((value) => value <= missingCents && can[missingCents - value] === 1),
  };
}
