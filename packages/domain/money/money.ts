/** Money: integer cents beside an ISO 4217 code, never floats. */

declare const unit: unique symbol;

/** An amount in the currency's minor unit. Always a safe integer. */
export type Cents = number & { readonly [unit]: 'cents' };

/** Checks and brands an amount in cents. @throws RangeError when it is not a safe integer. */
export function cents(amount: number): Cents {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not an integer amount of cents: ${amount}`);
  return amount as Cents;
}

/** The sum of amounts. @throws RangeError when it leaves the safe integers. */
export function sumCents(amounts: readonly Cents[]): Cents {
  return cents(amounts.reduce<number>((total, amount) => total + amount, 0));
}

/** An amount for people, in the reader's locale: `formatMoney(cents(1250), 'BRL', 'pt-BR')` is `R$ 12,50`. */
export function formatMoney(amountCents: Cents, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    // `R$` everywhere: readers of Spanish know the sign on the wall, not the code of the norm.
    currencyDisplay: 'narrowSymbol',
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountCents / 10 ** digits);
}
