/**
 * One log for a process: JSON lines by pino. What must never be in a log is cut out wherever it appears, and each line says
 * which request it is about.
 */
import { type Logger, pino } from 'pino';
import { withoutSecrets } from './redact.ts';
import { currentRequest } from './request-mark.ts';

export type Log = Logger;

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
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Ours has seen each error before pino's would.
    serializers: { err: (described: unknown) => described },
    formatters: { log: (fields: object) => withoutSecrets(fields) as Record<string, unknown> },
    mixin: requestFields,
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

function requestFields(): Record<string, string> {
  const request = currentRequest();
  if (request === undefined) return {};
  return { requestId: request.id, ...(request.traceId === undefined ? {} : { traceId: request.traceId }) };
}
