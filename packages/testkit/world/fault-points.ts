/** The places where the world breaks, by name, and how often each was reached: a fault that never comes proves nothing. */
import { CLOUD_FAULT_POINTS, TOTEM_FAULT_POINTS } from '@totem/host';

export const FAULT_POINTS = [
  ...TOTEM_FAULT_POINTS,
  ...CLOUD_FAULT_POINTS,
  'request_lost',
  'request_refused',
  'request_repeated',
  'request_overtaken',
  'answer_lost',
  'cut_up',
  'cut_down',
  'clog',
  'totem_died_at_rest',
  'totem_died_before_commit',
  'totem_died_after_commit',
  'totem_started',
  'cloud_died_at_rest',
  'cloud_died_before_commit',
  'cloud_died_after_commit',
  'clock_jump',
  'clock_drift',
  'disk_full',
  'old_image',
  'cloned_disk',
  'wiped_totem',
  'restored_cloud',
  'price_edit',
  'revoked',
  'stayed_dead',
  'stayed_deaf',
  'cut_lan',
  'hub_moved',
  'hub_taken_away',
  'hub_died',
  'cloud_sent_to_hub',
  'hub_did_command',
  'hub_took_batch',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

export interface FaultPoints {
  reached(point: FaultPoint): void;
  counts(): Readonly<Record<FaultPoint, number>>;
}

export function createFaultPoints(): FaultPoints {
  const counts = noFaults();
  return {
    reached(point) {
      counts[point] += 1;
    },
    counts: () => ({ ...counts }),
  };
}

export function noFaults(): Record<FaultPoint, number> {
  return Object.fromEntries(FAULT_POINTS.map((point) => [point, 0])) as Record<FaultPoint, number>;
}
