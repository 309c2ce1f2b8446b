/**
 * What the shape server tells whoever counts: one event for each answer or limit that an operator may want to see.
 * Events carry no row data and no handle.
 */
import type { ShapeLimits } from './limits.ts';

/** Why a client has to start over. */
export const refetchReasons = [
  'unknown_handle',
  'other_shape',
  'other_epoch',
  'pending_handle',
  'below_floor',
  'before_cut',
  'chunk_gone',
  'expired',
] as const;
export type RefetchReason = (typeof refetchReasons)[number];

export type ShapeEvent =
  | {
      readonly kind: 'snapshot';
      readonly shape: string;
      readonly rows: number;
      readonly bytes: number;
      readonly chunks: number;
    }
  | { readonly kind: 'snapshot_shared'; readonly shape: string }
  | { readonly kind: 'page'; readonly shape: string; readonly messages: number; readonly bytes: number }
  | { readonly kind: 'hold_started'; readonly shape: string; readonly holds: number }
  | { readonly kind: 'hold_ended'; readonly shape: string; readonly holds: number }
  | { readonly kind: 'refetch'; readonly shape: string; readonly reason: RefetchReason }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'limit'; readonly limit: keyof ShapeLimits }
  | { readonly kind: 'fault'; readonly error: unknown };
