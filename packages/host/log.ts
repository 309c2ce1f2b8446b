/** One log for a process: JSON lines by pino, with what must never be in a log cut out wherever it appears. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Paths whose values are replaced: credentials, and what people typed about themselves. */
const SECRET = [
  'password',
  'token',
  'accessToken',
  'assertion',
  'authorization',
  'customer',
  'private',
  'privates',
  '*.password',
  '*.token',
  '*.accessToken',
  '*.assertion',
  '*.authorization',
  '*.customer',
  '*.private',
  '*.privates',
  'headers.authorization',
  '*.headers.authorization',
];

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A log that writes to standard output, or to `destination` when one is given.
 * @param name the part of the product that speaks, for instance `cloud`.
 */
export function createLog(
  name: string,
  options: { level?: LogLevel; destination?: { write(line: string): void } } = {},
): Log {
  const settings = {
    name,
    level: options.level ?? 'info',
    redact: { paths: SECRET, censor: '[cut]' },
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
