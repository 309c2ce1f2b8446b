/** What a device says of itself, as far as it is understood: all of it may be missing, or come from a newer program. */

export interface Telemetry {
  /** Entries that wait on the device for the cloud; undefined when it has not said. */
  readonly pending: number | undefined;
  /** How long the oldest of them had waited when it said so, in milliseconds. */
  readonly oldestMs: number | undefined;
  /** When it said so. */
  readonly saidAt: string | undefined;
  /** The version of its settings that it shows. */
  readonly settingsVersion: number | undefined;
  /** The state of its parts, by name: paper, terminal. */
  readonly parts: readonly (readonly [part: string, state: string])[];
}

export function telemetryOf(said: Readonly<Record<string, unknown>>): Telemetry {
  const outbox = record(said.outbox);
  return {
    pending: number(outbox.pending),
    oldestMs:
      isText(outbox.oldest) && isText(outbox.at)
        ? Date.parse(outbox.at) - Date.parse(outbox.oldest)
        : undefined,
    saidAt: isText(outbox.at) ? outbox.at : undefined,
    settingsVersion: number(said.settingsVersion),
    parts: Object.entries(record(said.parts)).flatMap(([part, value]) => {
      const state = typeof value === 'string' ? value : record(value).state;
      return typeof state === 'string' ? [[part, state] as const] : [];
    }),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
