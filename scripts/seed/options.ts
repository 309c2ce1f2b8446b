/** The arguments of `npm run seed`. */
import type { Size } from '@totem/testkit/size';

export const SEED_USAGE = 'npm run seed -- [--tenants N] [--tickets N] [--seed N]';

/** Small: a look at lists that have pages. */
const DEFAULTS = { tenants: 20, tickets: 20_000, seed: 1 } as const;
/** What a run of minutes makes; beyond it numbers of tickets would meet within a day. */
const LIMITS = { tenants: 10_000, tickets: 10_000_000, seed: 1_000_000 } as const;

/** @throws RangeError on a number that is none, or out of bounds. */
export function parseSize(given: Readonly<Partial<Record<keyof typeof DEFAULTS, string>>>): Size {
  const numberOf = (name: keyof typeof DEFAULTS): number => {
    const text = given[name];
    const value = text === undefined ? DEFAULTS[name] : Number(text);
    if (!Number.isSafeInteger(value) || value < 1 || value > LIMITS[name])
      throw new RangeError(`--${name} is a number from 1 to ${LIMITS[name]}, not ${text}`);
    return value;
  };
  const size = { tenants: numberOf('tenants'), tickets: numberOf('tickets'), seed: numberOf('seed') };
  if (size.tickets < size.tenants * TICKETS_OF_SMALLEST)
    throw new RangeError(`each tenant needs tickets: at least ${size.tenants * TICKETS_OF_SMALLEST} of them`);
  return size;
}

/** Of shares that fall as 1/n the last is a small part. */
const TICKETS_OF_SMALLEST = 10;
