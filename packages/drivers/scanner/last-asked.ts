/** One scanner for several who ask: whoever asks last is listened for, and the one before gets nothing. */
import type { Scanner } from './serial-scanner.ts';

/** A scanner whose scans end each other instead of standing in each other's way. */
export function lastAsked(scanner: Scanner): Scanner {
  let before: { readonly end: AbortController; readonly done: Promise<unknown> } | undefined;
  return {
    scan(signal) {
      const earlier = before;
      const end = new AbortController();
      const turn = (async () => {
        earlier?.end.abort();
        await earlier?.done;
        // Somebody has asked since, while this one waited for its turn.
        if (end.signal.aborted) return null;
        return scanner.scan(AbortSignal.any([signal, end.signal]));
      })();
      before = { end, done: turn.catch(() => undefined) };
      return turn;
    },
  };
}
