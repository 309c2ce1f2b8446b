/**
 * Virtual time for code that talks to a simulator over files, sockets or memory: while anything is under way time stands
 * still; when both sides have nothing left to do but wait, it jumps to the next timer. Nothing takes longer than its work.
 */
import type { Env, Timers } from '@totem/domain';
import { virtualWorld } from '@totem/testkit/virtual';

/** Turns of the event loop without anything happening, before both sides are taken to be waiting. */
const IDLE_TURNS = 3;
/** Turns in all, of one piece of work: more than any protocol needs, and an end for what hangs. */
const TURNS_MAX = 200_000;

export interface DriveClock {
  readonly env: Env;
  readonly timers: Timers;
  /** Lets time go on until the work is done. @throws Error when nothing could ever happen any more. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Moves time on while nobody works. */
  pass(ms: number): void;
}

/** What the clock looks at besides timers. */
export interface Driven {
  /** Whether a message is on its way, so that time must wait for it. */
  isBusy?(): boolean;
  /** Resolves when a message that is on its way has come further: where another process carries it. */
  moved?(): Promise<void>;
  /** Lets the other side do its next thing. @returns whether it did anything. */
  step?(): boolean;
}

export function driveClock(driven: Driven, seed = 1): DriveClock {
  const { isBusy = () => false, step = () => false, moved } = driven;
  const world = virtualWorld({ seed });
  let armed: { readonly atMs: number }[] = [];
  const timers: Timers = {
    monotonicMs: world.timers.monotonicMs,
    after(delayMs, run) {
      const timer = { atMs: world.timers.monotonicMs() + Math.max(0, delayMs) };
      armed.push(timer);
      const forget = (): void => {
        armed = armed.filter((other) => other !== timer);
      };
      const stop = world.timers.after(delayMs, () => {
        forget();
        run();
      });
      return () => {
        forget();
        stop();
      };
    },
  };
  const jump = (): boolean => {
    const next = armed.reduce<number | undefined>(
      (soonest, { atMs }) => (soonest === undefined ? atMs : Math.min(soonest, atMs)),
      undefined,
    );
    if (next === undefined) return false;
    world.advance(next - world.timers.monotonicMs());
    return true;
  };
  return {
    env: world.env,
    timers,
    pass: (ms) => world.advance(ms),
    async run(work) {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      over.catch(() => undefined);
      let idle = 0;
      for (let turn = 0; !isOver; turn += 1) {
        if (turn > TURNS_MAX) throw new Error('the work never ends');
        await new Promise((resolve) => setImmediate(resolve));
        const isMoving = isBusy();
        if (isMoving) await moved?.();
        if (isMoving || step()) idle = 0;
        else idle += 1;
        if (idle <= IDLE_TURNS || isOver) continue;
        idle = 0;
        if (!jump() && turn > IDLE_TURNS * 100) throw new Error('nothing is under way and nobody waits');
      }
      return over;
    },
  };
}
