/** Time that only a test moves. */
import type { ShellTimers } from '../timers.ts';

export interface TestClock extends ShellTimers {
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let now = 0;
  let armed: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      armed.push(timer);
      return () => {
        armed = armed.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = armed.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        armed = armed.filter((other) => other !== next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}
