/**
 * A process that was started by another of the product's (the shell, the demo) over a channel: it says when it serves, and
 * ends when its parent is gone, however the parent ended. Without a parent, nothing of this happens.
 */
import { z } from 'zod';
import type { Lifecycle } from './lifecycle.ts';

/** What a process says to its parent when it serves. */
export const readySchema = z.object({
  type: z.literal('ready'),
  url: z.string(),
  /** A totem's per-boot token for its kiosk screen. */
  token: z.string().optional(),
});
export type Ready = z.infer<typeof readySchema>;

/** Tells the parent, if there is one, and ties this process's life to it */
export function announceReady(lifecycle: Lifecycle, ready: Omit<Ready, 'type'>): void {
  if (process.send === undefined) return;
  process.once('disconnect', () => void lifecycle.stop().then(() => process.exit(0)));
  process.send({ type: 'ready', ...ready });
}
