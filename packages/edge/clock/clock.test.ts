/** The effective clock: what it learns, what it never does, and when it is not believed. */
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BELIEF_MS_MAX, type ClockMemory, createClock } from './clock.ts';

const DAY_MS = 86_400_000;

function clockIn(world = virtualWorld(), memory?: ClockMemory, lastUsedMs?: number) {
  return createClock({ env: world.env, timers: world.timers, memory, lastUsedMs });
}

describe('the effective clock', () => {
  it('is the machine’s until the cloud has spoken', () => {
    const world = virtualWorld();
    const clock = clockIn(world);
    expect(clock.env.now()).toBe(world.env.now());
    expect(clock.state()).toMatchObject({ state: 'ok', lastServerMs: null });
  });

  it('follows the server’s time from one exchange on, and goes on with it', () => {
    const world = virtualWorld();
    const clock = clockIn(world);
    const server = world.env.now() + 4 * 60_000;
    clock.learn(server, true);
    expect(clock.env.now()).toBe(server);
    expect(clock.state().state).toBe('drift');
    world.advance(5_000);
    expect(clock.env.now()).toBe(server + 5_000);
  });

  it('a Date header within its own rounding teaches nothing', () => {
    const world = virtualWorld();
    const clock = clockIn(world);
    clock.learn(world.env.now(), true);
    clock.learn(world.env.now() - 900, false);
    expect(clock.state()).toMatchObject({ state: 'ok', offsetMs: 0 });
    clock.learn(world.env.now() + 60_000, false);
    expect(clock.state().offsetMs).toBe(60_000);
  });

  it('I-EDG-10: never runs on a time before the last known server time', () => {
    const world = virtualWorld();
    const lastServerMs = world.env.now();
    world.setClock(Date.UTC(1970, 0, 1));
    const clock = clockIn(world, { offsetMs: 0, lastServerMs });
    expect(clock.state().state).toBe('behind');
    expect(clock.env.now()).toBe(lastServerMs);
    world.advance(30_000);
    expect(clock.env.now()).toBe(lastServerMs + 30_000);
  });

  it('I-EDG-10: a clock that was reset is doubted until the cloud has spoken, one that was put right by seconds is not', () => {
    const world = virtualWorld();
    const lastServerMs = world.env.now();
    const clock = clockIn(world, { offsetMs: 0, lastServerMs });
    world.setClock(lastServerMs - 2_000);
    expect([clock.state().state, clock.suspect()]).toEqual(['behind', false]);
    world.setClock(0);
    expect([clock.state().state, clock.suspect()]).toEqual(['behind', true]);
    clock.learn(lastServerMs + DAY_MS, true);
    expect([clock.state().state, clock.suspect()]).toEqual(['drift', false]);
    expect(clock.env.now()).toBe(lastServerMs + DAY_MS);
  });

  it('I-EDG-10: before the cloud has ever spoken, time does not go back behind what was written down', () => {
    const world = virtualWorld();
    const lastUsedMs = world.env.now();
    const clock = clockIn(world, undefined, lastUsedMs);
    expect(clock.suspect()).toBe(false);
    world.setClock(Date.UTC(2000, 0, 1));
    expect([clock.state().state, clock.suspect()]).toEqual(['behind', true]);
    world.advance(5_000);
    expect(clock.env.now()).toBe(lastUsedMs + 5_000);
  });

  it('I-EDG-10: more than seven days past the last known server time is not believed', () => {
    const world = virtualWorld();
    const lastServerMs = world.env.now();
    const clock = clockIn(world, { offsetMs: 0, lastServerMs }, lastServerMs + DAY_MS);
    world.setClock(lastServerMs + BELIEF_MS_MAX);
    expect(clock.suspect()).toBe(false);
    world.setClock(Date.UTC(2099, 0, 1));
    expect(clock.suspect()).toBe(true);
    expect(clock.env.now()).toBe(lastServerMs + DAY_MS);
    clock.learn(lastServerMs + 2 * DAY_MS, true);
    expect(clock.suspect()).toBe(false);
    expect(clock.env.now()).toBe(lastServerMs + 2 * DAY_MS);
  });

  it('what is worth keeping is returned, and not every exchange is', () => {
    const world = virtualWorld();
    const clock = clockIn(world);
    expect(clock.learn(world.env.now(), true)).toEqual({ offsetMs: 0, lastServerMs: world.env.now() });
    world.advance(1_000);
    expect(clock.learn(world.env.now(), true)).toBeUndefined();
    world.advance(11 * 60_000);
    expect(clock.learn(world.env.now(), true)).toBeDefined();
  });

  it('I-EDG-10: whatever the machine’s clock does, the effective one stays between what is known and what is believed', () => {
    const lastServerMs = Date.UTC(2026, 10, 23);
    const jump = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2120, 0, 1) });
    fc.assert(
      fc.property(fc.array(jump, { minLength: 1, maxLength: 10 }), (jumps) => {
        const world = virtualWorld();
        const clock = clockIn(world, { offsetMs: 0, lastServerMs });
        for (const to of jumps) {
          world.setClock(to);
          expect(clock.env.now()).toBeGreaterThanOrEqual(lastServerMs);
          expect(clock.env.now()).toBeLessThanOrEqual(lastServerMs + BELIEF_MS_MAX);
        }
      }),
    );
  });
});
