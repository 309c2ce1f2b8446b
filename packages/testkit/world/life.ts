/** Which process something runs in, though all of them are one: so that what is left of one that has ended does nothing more. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type CloudFaultPoint, type TotemFaultPoint, watchFaultPoints } from '@totem/host';

export interface ProcessLife {
  isDead: boolean;
  /** It comes by a named place of its code. @throws when it ends there, and always when it has ended. */
  reach?: (point: TotemFaultPoint | CloudFaultPoint) => void;
}

const lives = new AsyncLocalStorage<ProcessLife>();

/** Runs the beginning of a process; what comes of it is the process's too. */
export function within<T>(life: ProcessLife, run: () => T): T {
  return lives.run(life, run);
}

/** The process that runs now; undefined for the world itself. */
export function currentLife(): ProcessLife | undefined {
  return lives.getStore();
}

watchFaultPoints((point) => lives.getStore()?.reach?.(point));
