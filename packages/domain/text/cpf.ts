/**
 * CPF, the number of a person in Brazil: nine digits and two check digits, each the weighted sum of those before it, modulo 11
 * (Receita Federal, Instrução Normativa RFB 1548/2015). A number of one repeated digit passes the sums and is nobody's.
 */

export const CPF_DIGITS = 11;
const BASE_DIGITS = 9;
const REPEATED = /^(\d)\1*$/;

/** The digits of a CPF as people write it (`529.982.247-25`), or undefined when the check digits do not hold. */
export function parseCpf(text: string): string | undefined {
  const digits = text.replace(/[.\s-]/g, '');
  if (!/^\d{11}$/.test(digits) || REPEATED.test(digits)) return undefined;
  const base = digits.slice(0, BASE_DIGITS);
  return digits === withCheckDigits(base) ? digits : undefined;
}

/** Nine digits with their two check digits. */
export function withCheckDigits(base: string): string {
  const first = base + checkDigit(base);
  return first + checkDigit(first);
}

/** As it is written: `529.982.247-25`; what is there of it, while it is being typed. */
export function formatCpf(digits: string): string {
  const [a, b, c, check] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6, 9), digits.slice(9)];
  return [a, b, c].filter((part) => part !== '').join('.') + (check === '' ? '' : `-${check}`);
}

function checkDigit(digits: string): number {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (digits.length + 1 - at), 0);
  const rest = (sum * 10) % CPF_DIGITS;
  return rest === 10 ? 0 : rest;
}
