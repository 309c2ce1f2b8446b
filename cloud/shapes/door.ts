/** Who answers for shapes: the built-in server over the change log, or the proxy in front of a real Electric service. */
import type { Env, Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import { type ChangeLog, createShapeServer, type ShapeEvent, type ShapeRequest } from '@totem/sync';
import type { Counts } from '../metrics/counts.ts';
import { createElectricProxy, type StreamedAnswer } from './electric-proxy.ts';

/** A real Electric service to be asked instead of the built-in server. */
export interface ElectricService {
  readonly url: string;
  readonly secret?: string;
}

export interface ShapeDoor {
  handle(request: ShapeRequest): Promise<StreamedAnswer>;
  /** Ends held requests, and holds none any more: before the process ends. */
  end(): void;
}

export function createShapeDoor(parts: {
  readonly changes: ChangeLog;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  /** At least 32 secret bytes, the same on every node. */
  readonly handleKey: Uint8Array;
  readonly electric?: ElectricService | undefined;
  readonly counts: Pick<Counts, 'shape'>;
}): ShapeDoor {
  const { changes, env, timers, log, handleKey, electric, counts } = parts;
  if (electric !== undefined) {
    const { url, ...secret } = electric;
    return createElectricProxy({ electricUrl: new URL(url), ...secret, env, timers, log, handleKey });
  }
  const onEvent = (event: ShapeEvent) => {
    counts.shape(event);
    logShapeEvent(log, event);
  };
  const server = createShapeServer({ log: changes, env, timers, handleKey, onEvent });
  return { handle: server.handle, end: server.endHolds };
}

function logShapeEvent(log: Log, event: ShapeEvent): void {
  if (event.kind === 'fault') log.error({ err: event.error }, 'a shape could not be read');
  if (event.kind === 'limit') log.warn({ limit: event.limit }, 'a limit of the shape server was reached');
}
