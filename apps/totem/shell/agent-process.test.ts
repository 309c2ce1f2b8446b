/** The agent's process comes back: at once after an accident, with growing pauses while it keeps ending, and never after a stop. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createAgentSupervisor, RESTART_MS, RESTART_MS_MAX, STEADY_MS } from './agent-process.ts';
import { testClock } from './testing/clock.ts';

class Child extends EventEmitter {
  kill(): boolean {
    this.emit('exit', 15);
    return true;
  }
}

function stage() {
  const clock = testClock();
  const children: Child[] = [];
  const pauses: number[] = [];
  const supervisor = createAgentSupervisor({
    fork: () => {
      const child = new Child();
      children.push(child);
      return child;
    },
    timers: clock,
    onExit: (_code, againInMs) => pauses.push(againInMs),
  });
  supervisor.start();
  return { clock, children, pauses, supervisor, newest: () => children.at(-1) };
}

describe('the supervisor of the agent', () => {
  it('starts it again, with pauses that grow to a limit', () => {
    const { clock, children, pauses, newest } = stage();
    for (let end = 0; end < 9; end++) {
      newest()?.emit('exit', 1);
      clock.advance(RESTART_MS_MAX);
    }
    expect(children).toHaveLength(10);
    expect(pauses.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * RESTART_MS));
    expect(pauses.at(-1)).toBe(RESTART_MS_MAX);
  });

  it('takes an end after a steady while for an accident: the next pause is the shortest', () => {
    const { clock, pauses, newest } = stage();
    for (let end = 0; end < 4; end++) {
      newest()?.emit('exit', 1);
      clock.advance(RESTART_MS_MAX);
    }
    clock.advance(STEADY_MS);
    newest()?.emit('exit', 1);
    expect(pauses.at(-1)).toBe(RESTART_MS);
  });

  it('starts nothing after a stop, not even what was about to start', async () => {
    const { clock, children, supervisor, newest } = stage();
    newest()?.emit('exit', 1);
    await supervisor.stop();
    clock.advance(RESTART_MS_MAX);
    expect(children).toHaveLength(1);
  });

  it('waits for the end of one that it stops', async () => {
    const { clock, children, supervisor } = stage();
    await supervisor.stop();
    clock.advance(RESTART_MS_MAX);
    expect(children).toHaveLength(1);
  });
});
