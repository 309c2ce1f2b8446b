/** Which process something runs in, though all of them are one: so that what is left of one that has ended does nothing more. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface ProcessLife {
  isDead: boolean;
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
