/** The device as it is now: its parts and its print jobs, the two shapes that the kiosk keeps live. */
import type { ErrorCode, PrintJobRow } from '@totem/domain';
import { useShape } from '@totem/ui';
import { useMemo } from 'react';
import { type DeviceState, deviceState } from './device-state.ts';

export type Prints = readonly PrintJobRow[];

export interface Device {
  readonly state: DeviceState;
  readonly prints: Prints;
  /** Why the agent itself cannot be heard, or null. */
  readonly silence: ErrorCode | null;
}

/** Follows the device. */
export function useDevice(): Device {
  const parts = useShape('device_status');
  const prints = useShape('print_job');
  const state = useMemo(() => deviceState(parts.rows), [parts.rows]);
  return { state, prints: prints.rows, silence: parts.error?.code ?? null };
}
