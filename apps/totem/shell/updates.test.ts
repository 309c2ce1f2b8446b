/** New versions of the shell: fetched when they are newer, put in when nobody is there, and never downwards. */
import { describe, expect, it, test } from 'vitest';
import { testClock } from './testing/clock.ts';
import { FIRST_LOOK_MS, isNewer, keepUpToDate, LOOK_EVERY_MS, QUIET_LOOK_MS, QUIET_MS } from './updates.ts';

/** An updater that offers as it is told, and what was asked of it. */
function world(offers: readonly (string | null | Error)[]) {
  const clock = testClock();
  const done: string[] = [];
  let idle = 0;
  const left = [...offers];
  const stop = keepUpToDate({
    updater: {
      current: '1.4.2',
      offered: async () => {
        done.push('asked');
        const next = left.length > 1 ? left.shift() : left[0];
        if (next instanceof Error) throw next;
        return next ?? null;
      },
      fetch: async () => void done.push('fetched'),
      install: () => void done.push('installed'),
    },
    timers: clock,
    idleMs: () => idle,
    log: () => {},
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    done,
    stop,
    async goOn(ms: number): Promise<void> {
      clock.advance(ms);
      await settle();
    },
    untouchedFor(ms: number): void {
      idle = ms;
    },
  };
}

describe('a new version', () => {
  it('is looked for some time after the start, and put in when nobody has touched the screen for a while', async () => {
    const { done, goOn, untouchedFor } = world(['1.4.3']);
    await goOn(FIRST_LOOK_MS - 1);
    expect(done).toEqual([]);
    await goOn(1);
    expect(done).toEqual(['asked', 'fetched']);
    untouchedFor(QUIET_MS - 1);
    await goOn(QUIET_LOOK_MS);
    expect(done).toEqual(['asked', 'fetched']);
    untouchedFor(QUIET_MS);
    await goOn(QUIET_LOOK_MS);
    expect(done).toEqual(['asked', 'fetched', 'installed']);
  });

  it.each(['1.4.2', '1.4.1', '0.9.9', '1.5.0-beta.1', 'latest', null])(
    '%s is not fetched',
    async (version) => {
      const { done, goOn, untouchedFor } = world([version]);
      untouchedFor(QUIET_MS);
      await goOn(FIRST_LOOK_MS);
      await goOn(LOOK_EVERY_MS);
      expect(done).toEqual(['asked', 'asked']);
    },
  );

  it('that could not be asked for is asked for again', async () => {
    const { done, goOn } = world([new Error('no link'), '2.0.0']);
    await goOn(FIRST_LOOK_MS);
    expect(done).toEqual(['asked']);
    await goOn(LOOK_EVERY_MS);
    expect(done).toEqual(['asked', 'asked', 'fetched']);
  });

  it('is not put in by a shell that ends', async () => {
    const { done, goOn, untouchedFor, stop } = world(['1.4.3']);
    await goOn(FIRST_LOOK_MS);
    stop();
    untouchedFor(QUIET_MS);
    await goOn(QUIET_LOOK_MS);
    expect(done).toEqual(['asked', 'fetched']);
  });
});

test.each([
  ['1.4.3', '1.4.2', true],
  ['1.10.0', '1.9.9', true],
  ['2.0.0', '1.99.99', true],
  ['1.4.2', '1.4.2', false],
  ['1.3.9', '1.4.0', false],
  ['1.5.0-rc.1', '1.4.0', false],
])('%s after %s: %s', (version, than, expected) => expect(isNewer(version, than)).toBe(expected));
