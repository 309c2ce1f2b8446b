/**
 * Telling the cloud how this totem is: in its rhythm, which is how anybody knows that it is there, and sooner when a part is
 * otherwise than before. Nothing is kept for later: what was is of no use once it can be told. The cloud answers what it wants.
 */
import type { Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import {
  type DeviceAnswer,
  type DeviceStatus,
  deviceAnswerSchema,
  type ErasureMark,
} from '@totem/sync/device';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import type { ToldReport } from './reports.ts';

export const HEARTBEAT_EVERY_MS = 30_000;
/** A part that comes and goes must not be told each time. */
export const HEARTBEAT_SOONEST_MS = 3_000;
const STATUS_WITH_ANSWER = 200;

export interface Heartbeat {
  /** Begins; tells how things are at once. */
  start(): void;
  /** Something may be otherwise than before. */
  look(): void;
  stop(): void;
}

export function createHeartbeat(parts: {
  readonly link: Pick<CloudLink, 'request'>;
  readonly timers: Timers;
  readonly log: Log;
  readonly appVersion: string | undefined;
  readonly reports: () => readonly ToldReport[];
  /** How far this totem has erased whom the cloud has erased, and what does what the cloud asks for. */
  readonly erasedUpTo: () => ErasureMark | null;
  readonly obey: (answer: DeviceAnswer) => Promise<void>;
}): Heartbeat {
  const { link, timers, log, appVersion, reports, erasedUpTo, obey } = parts;
  const stopping = new AbortController();
  let cancel = (): void => {};
  let told = '';
  let isSoon = false;
  let running = false;
  let hasMore = false;

  const statesOf = (all: readonly ToldReport[]): string =>
    all.map(({ part, state }) => `${part} ${state}`).join();
  const tell = async (): Promise<void> => {
    const all = reports();
    const status: DeviceStatus = {
      appVersion: appVersion ?? null,
      parts: [...all],
      erasedUpTo: erasedUpTo(),
    };
    told = statesOf(all);
    const answer = await link.request({
      method: 'POST',
      path: '/v1/device/status',
      body: JSON.stringify(status),
      headers: { 'content-type': 'application/json' },
      signal: stopping.signal,
    });
    if (!answer.ok) throw await problemIn(answer);
    // A cloud of before this was answered says nothing.
    if (answer.status !== STATUS_WITH_ANSWER) return;
    const asked = deviceAnswerSchema.parse(await answer.json());
    hasMore = asked.erased?.hasMore ?? false;
    await obey(asked);
  };
  const beat = (): void => {
    if (running || stopping.signal.aborted) return;
    running = true;
    isSoon = false;
    hasMore = false;
    cancel();
    void tell()
      .catch((error: unknown) => log.info({ err: error }, 'the cloud was not told how this totem is'))
      .then(() => {
        running = false;
        again(isAsTold() && !hasMore ? HEARTBEAT_EVERY_MS : HEARTBEAT_SOONEST_MS);
      });
  };
  /** What cannot be read now is told at its time. */
  const isAsTold = (): boolean => {
    try {
      return statesOf(reports()) === told;
    } catch {
      return true;
    }
  };
  const again = (waitMs: number): void => {
    if (!stopping.signal.aborted) cancel = timers.after(waitMs, beat);
  };
  const look = (): void => {
    if (isSoon || running || isAsTold()) return;
    isSoon = true;
    cancel();
    again(HEARTBEAT_SOONEST_MS);
  };
  return {
    start: beat,
    look,
    stop() {
      stopping.abort();
      cancel();
    },
  };
}
