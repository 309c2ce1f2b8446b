/** Looks for damage before a customer meets it: once a day the whole file is read, when nobody is there. */
import type { Timers } from '@totem/domain';
import type { Store } from '../store/store.ts';

/** Without a commit for this long, nobody is there. */
const IDLE_MS = 10 * 60_000;
const INSPECT_EVERY_MS = 24 * 60 * 60_000;

/** What it finds is a fault of the store, which stops writing until the store has recovered. @returns ends it. */
export function inspectWhenIdle(store: Store, timers: Timers): () => void {
  let inspectedAt = timers.monotonicMs();
  const look = (): void => {
    cancel = timers.after(IDLE_MS, look);
    if (timers.monotonicMs() - inspectedAt < INSPECT_EVERY_MS || store.fault() !== undefined) return;
    inspectedAt = timers.monotonicMs();
    store.inspect();
  };
  const restart = (): void => {
    cancel();
    cancel = timers.after(IDLE_MS, look);
  };
  let cancel = timers.after(IDLE_MS, look);
  const stopListening = store.onCommit(restart);
  return () => {
    stopListening();
    cancel();
  };
}
