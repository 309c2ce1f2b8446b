/**
 * One window that must always show its page: it follows the agent's address, comes back within seconds when its page crashes,
 * hangs or cannot be loaded, and asks for the whole shell to be started anew when that does not help.
 */
import type { ShellTimers } from './timers.ts';

/** The calls on a page (`WebContents`). */
export interface ScreenContents {
  on(
    event: 'render-process-gone',
    listener: (event: unknown, details: { readonly reason: string }) => void,
  ): unknown;
  on(event: 'unresponsive', listener: () => void): unknown;
  on(event: 'responsive', listener: () => void): unknown;
  on(
    event: 'did-fail-load',
    listener: (event: unknown, code: number, text: string, url: string, isMainFrame: boolean) => void,
  ): unknown;
  loadURL(url: string): Promise<void>;
  forcefullyCrashRenderer(): void;
}

export interface Screen {
  /** Shows another address: the agent has started anew. */
  show(url: string): void;
  stop(): void;
}

/** Together less than the ten seconds that a customer is asked to wait. */
export const RELOAD_MS = 1_000;
export const UNRESPONSIVE_MS = 6_000;
/** So many returns within this time are no accident. */
export const RETURNS_MAX = 5;
export const RETURNS_WITHIN_MS = 120_000;
/** A load that another one has replaced. */
const ABORTED = -3;

export function keepScreen(parts: {
  readonly contents: ScreenContents;
  readonly timers: ShellTimers;
  readonly log: (message: string) => void;
  /** Nothing here helps any more. */
  readonly onHopeless: () => void;
}): Screen {
  const { contents, timers, log, onHopeless } = parts;
  let url: string | undefined;
  let returns: number[] = [];
  let cancelLoad: (() => void) | undefined;
  let cancelPatience: (() => void) | undefined;

  const load = (): void => {
    // A load that fails says so by its event.
    if (url !== undefined) contents.loadURL(url).catch(() => undefined);
  };
  const comeBack = (why: string): void => {
    const now = timers.now();
    returns = [...returns.filter((at) => now - at < RETURNS_WITHIN_MS), now];
    log(`the screen comes back: ${why}`);
    if (returns.length > RETURNS_MAX) {
      onHopeless();
      return;
    }
    cancelLoad?.();
    cancelLoad = timers.after(RELOAD_MS, load);
  };
  contents.on('render-process-gone', (_event, { reason }) => {
    cancelPatience?.();
    comeBack(reason);
  });
  contents.on('unresponsive', () => {
    cancelPatience?.();
    // Its end is told as any other end of the page.
    cancelPatience = timers.after(UNRESPONSIVE_MS, () => contents.forcefullyCrashRenderer());
  });
  contents.on('responsive', () => cancelPatience?.());
  contents.on('did-fail-load', (_event, code, text, _url, isMainFrame) => {
    if (!isMainFrame || code === ABORTED) return;
    // The agent is on its way: that is no return of a screen that fails.
    log(`the screen could not be loaded: ${text}`);
    cancelLoad?.();
    cancelLoad = timers.after(RELOAD_MS, load);
  });
  return {
    show(next) {
      if (next === url) return;
      url = next;
      cancelLoad?.();
      load();
    },
    stop() {
      cancelLoad?.();
      cancelPatience?.();
      url = undefined;
    },
  };
}
