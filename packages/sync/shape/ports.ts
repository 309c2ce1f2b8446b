/**
 * Cancellation as the shape server is given it. The interface is the smallest one that a browser's, Node's or a simulated
 * world's own signal satisfies, because this package is compiled with neither DOM nor Node types.
 */

/** What is used of an `AbortSignal`. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal and the function that raises it. */
export interface StopSource {
  readonly signal: StopSignal;
  stop(): void;
}

/** A stop signal of our own, since `AbortController` is a type of the platforms and not of the language. */
export function createStopSource(): StopSource {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      addEventListener: (_type, listener) => {
        listeners.add(listener);
      },
      removeEventListener: (_type, listener) => {
        listeners.delete(listener);
      },
    },
    stop: () => {
      if (aborted) return;
      aborted = true;
      const waiting = [...listeners];
      listeners.clear();
      for (const listener of waiting) listener();
    },
  };
}
