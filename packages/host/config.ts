/** Configuration: parsed once, at the start, by one schema; a wrong value stops the process with the name of the field. */
import type { z } from 'zod';

/** Thrown when configuration is wrong. The message names each field and never prints a value. */
export class ConfigError extends Error {}

/** Parses environment variables or a file's content; an empty value is one that was not given. @throws ConfigError */
export function parseConfig<T extends z.ZodType>(schema: T, source: unknown): z.output<T> {
  const parsed = schema.safeParse(withoutEmpty(source));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
  throw new ConfigError(`wrong configuration: ${faults.join('; ')}`);
}

/** Compose files and units hand on variables that nobody has set as empty ones. */
function withoutEmpty(source: unknown): unknown {
  if (typeof source !== 'object' || source === null) return source;
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
}
