/** The totem's scanner on a cable, for its own screen: one reading while a code is asked for. */
import type { Timers } from '@totem/domain';
import type { Scanner } from '@totem/drivers/scanner';
import { Hono } from 'hono';

/** A held request ends before anything between screen and agent gives it up. */
export const SCAN_HELD_MS = 8_000;

export interface ScanRoutesParts {
  readonly timers: Timers;
  /** Null where the totem has none. */
  readonly scanner: Scanner | null;
}

/** Mounted behind the guards of the local API. */
export function scanRoutes({ timers, scanner }: ScanRoutesParts): Hono {
  return new Hono().get('/', async (c) => {
    const reading = scanner === null ? null : await heard(scanner, timers, c.req.raw.signal);
    return c.json({ hasScanner: scanner !== null, reading }, 200, { 'cache-control': 'no-store' });
  });
}

async function heard(scanner: Scanner, timers: Timers, gone: AbortSignal): Promise<string | null> {
  const enough = new AbortController();
  const cancel = timers.after(SCAN_HELD_MS, () => enough.abort());
  try {
    return await scanner.scan(AbortSignal.any([gone, enough.signal]));
  } finally {
    cancel();
  }
}
