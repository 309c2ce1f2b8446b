/**
 * PostgreSQL's `numeric`, exactly: an integer and how many of its digits stand behind the point, or one of the three special
 * values. Division chooses its scale as the server does (`select_div_scale` in src/backend/utils/adt/numeric.c).
 */
import { ConditionFault } from './fault.ts';

export type Decimal =
  | { readonly digits: bigint; readonly scale: number }
  | { readonly special: 'NaN' | 'Infinity' | '-Infinity' };

type Finite = Extract<Decimal, { digits: bigint }>;
type Special = Extract<Decimal, { special: string }>['special'];

const NAN: Decimal = { special: 'NaN' };
/** A quotient has at least so many significant digits. */
const QUOTIENT_DIGITS_MIN = 16;
/** numeric.c counts in groups of four decimal digits. */
const GROUP = 4;
const SCALE_MAX = 1_000;

/** Reads the server's output form, or that of an integer. */
export function decimalOf(text: string): Decimal {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return { special: text };
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

export function decimalText(value: Decimal): string {
  if ('special' in value) return value.special;
  const { digits, scale } = value;
  if (scale === 0) return String(digits);
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** The order of the server: NaN equals itself and is greater than all else. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (isFiniteDecimal(left) && isFiniteDecimal(right)) {
    const [a, b] = aligned(left, right);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return rank(left) - rank(right);
}

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  if (isFiniteDecimal(left) && isFiniteDecimal(right)) {
    const [a, b] = aligned(left, right);
    return { digits: a + b, scale: Math.max(left.scale, right.scale) };
  }
  return fromNumber(toNumber(left) + toNumber(right));
}

export function negateDecimal(value: Decimal): Decimal {
  if (isFiniteDecimal(value)) return { ...value, digits: -value.digits };
  return fromNumber(-toNumber(value));
}

export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  if (isFiniteDecimal(left) && isFiniteDecimal(right))
    return { digits: left.digits * right.digits, scale: left.scale + right.scale };
  return fromNumber(toNumber(left) * toNumber(right));
}

export function divideDecimals(left: Decimal, right: Decimal): Decimal {
  if (isZero(right)) {
    if (isNotANumber(left)) return NAN;
    throw new ConditionFault('division by zero');
  }
  if (!isFiniteDecimal(right))
    return isFiniteDecimal(left) && !isNotANumber(right) ? { digits: 0n, scale: 0 } : NAN;
  if (!isFiniteDecimal(left)) return fromNumber(toNumber(left) * (right.digits < 0n ? -1 : 1));
  const scale = quotientScale(left, right);
  // left / right = (left.digits * 10^(right.scale - left.scale)) / right.digits
  const exponent = scale + right.scale - left.scale;
  const numerator = exponent >= 0 ? left.digits * 10n ** BigInt(exponent) : left.digits;
  const denominator = exponent >= 0 ? right.digits : right.digits * 10n ** BigInt(-exponent);
  return { digits: roundedQuotient(numerator, denominator), scale };
}

export function remainderOfDecimals(left: Decimal, right: Decimal): Decimal {
  if (isNotANumber(left) || isNotANumber(right)) return NAN;
  if (isZero(right)) throw new ConditionFault('division by zero');
  if (!isFiniteDecimal(left)) return NAN;
  if (!isFiniteDecimal(right)) return left;
  const [a, b] = aligned(left, right);
  return { digits: a % b, scale: Math.max(left.scale, right.scale) };
}

/** The nearest integer, halves away from zero. @throws ConditionFault for what has none. */
export function roundedInteger(value: Decimal): bigint {
  if (!isFiniteDecimal(value)) throw new ConditionFault('cannot convert to an integer');
  return roundedQuotient(value.digits, 10n ** BigInt(value.scale));
}

export function decimalToNumber(value: Decimal): number {
  return 'special' in value ? toNumber(value) : Number(decimalText(value));
}

function quotientScale(left: Finite, right: Finite): number {
  const [a, b] = [leading(left), leading(right)];
  const weight = a.weight - b.weight - (a.first <= b.first ? 1 : 0);
  const scale = Math.max(QUOTIENT_DIGITS_MIN - weight * GROUP, left.scale, right.scale, 0);
  return Math.min(scale, SCALE_MAX);
}

/** The first group of four digits that is not zero, and its place: 0 for the group before the point. */
function leading({ digits, scale }: Finite): { readonly weight: number; readonly first: number } {
  const text = String(digits < 0n ? -digits : digits);
  if (text === '0') return { weight: 0, first: 0 };
  // The exponent of the first digit: 0 for the ones.
  const exponent = text.length - 1 - scale;
  const weight = Math.floor(exponent / GROUP);
  const inGroup = exponent - weight * GROUP + 1;
  return { weight, first: Number(text.slice(0, inGroup).padEnd(inGroup, '0')) };
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const isNegative = numerator < 0n !== denominator < 0n;
  const [a, b] = [magnitude(numerator), magnitude(denominator)];
  const rounded = (2n * a + b) / (2n * b);
  return isNegative ? -rounded : rounded;
}

function aligned(left: Finite, right: Finite): readonly [bigint, bigint] {
  const scale = Math.max(left.scale, right.scale);
  return [left.digits * 10n ** BigInt(scale - left.scale), right.digits * 10n ** BigInt(scale - right.scale)];
}

function isFiniteDecimal(value: Decimal): value is Finite {
  return 'digits' in value;
}

function isNotANumber(value: Decimal): boolean {
  return 'special' in value && value.special === 'NaN';
}

function isZero(value: Decimal): boolean {
  return isFiniteDecimal(value) && value.digits === 0n;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function rank(value: Decimal): number {
  if (isFiniteDecimal(value)) return 0;
  return { '-Infinity': -1, Infinity: 1, NaN: 2 }[value.special];
}

/** Sign and specials follow floating point's rules; finite parts only matter by their sign here. */
function toNumber(value: Decimal): number {
  if (isFiniteDecimal(value)) return value.digits === 0n ? 0 : value.digits < 0n ? -1 : 1;
  return Number(value.special);
}

function fromNumber(value: number): Decimal {
  return { special: String(value) as Special };
}
