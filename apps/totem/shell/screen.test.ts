/** The window always shows its page: after a crash, a hang, a load that failed; and what does not help is said. */
import { EventEmitter } from 'node:events';
import { describe, expect, it, test } from 'vitest';
import { addressIn } from './agent-address.ts';
import { placed } from './displays.ts';
import { keepScreen, RELOAD_MS, RETURNS_MAX, RETURNS_WITHIN_MS, UNRESPONSIVE_MS } from './screen.ts';
import { testClock } from './testing/clock.ts';

const WITHIN_MS = 10_000;
const URL_ONE = 'http://127.0.0.1:4711/#token=one';

class Contents extends EventEmitter {
  readonly loaded: string[] = [];
  isLoadable = true;
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return this.isLoadable ? Promise.resolve() : Promise.reject(new Error('refused'));
  }
  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', {}, { reason: 'killed' });
  }
}

function stage() {
  const clock = testClock();
  const contents = new Contents();
  let hopeless = 0;
  const screen = keepScreen({
    contents,
    timers: clock,
    log: () => undefined,
    onHopeless: () => {
      hopeless += 1;
    },
  });
  screen.show(URL_ONE);
  return { clock, contents, screen, hopeless: () => hopeless };
}

describe('the screen', () => {
  it('is back within ten seconds of a crash', () => {
    const { clock, contents } = stage();
    contents.emit('render-process-gone', {}, { reason: 'crashed' });
    clock.advance(WITHIN_MS);
    expect(contents.loaded).toEqual([URL_ONE, URL_ONE]);
  });

  it('is back within ten seconds when its page hangs, and is left alone when the page recovers', () => {
    const { clock, contents } = stage();
    contents.emit('unresponsive');
    contents.emit('responsive');
    clock.advance(WITHIN_MS);
    expect(contents.loaded).toHaveLength(1);
    contents.emit('unresponsive');
    clock.advance(WITHIN_MS);
    expect(contents.loaded).toHaveLength(2);
    expect(UNRESPONSIVE_MS + RELOAD_MS).toBeLessThanOrEqual(WITHIN_MS);
  });

  it('tries again and again while the agent is not there, which is no failure of the screen', () => {
    const { clock, contents, hopeless } = stage();
    contents.isLoadable = false;
    for (let tries = 0; tries < 50; tries++) {
      contents.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', URL_ONE, true);
      clock.advance(RELOAD_MS);
    }
    expect(contents.loaded).toHaveLength(51);
    expect(hopeless()).toBe(0);
  });

  it('is not troubled by a frame or a load that another one has replaced', () => {
    const { clock, contents } = stage();
    contents.emit('did-fail-load', {}, -102, 'x', URL_ONE, false);
    contents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', URL_ONE, true);
    clock.advance(WITHIN_MS);
    expect(contents.loaded).toHaveLength(1);
  });

  it('asks for a new shell when it crashes again and again, and not for crashes far apart', () => {
    const often = stage();
    for (let crash = 0; crash <= RETURNS_MAX; crash++) {
      often.contents.emit('render-process-gone', {}, { reason: 'oom' });
      often.clock.advance(RELOAD_MS);
    }
    expect(often.hopeless()).toBe(1);
    const seldom = stage();
    for (let crash = 0; crash < 20; crash++) {
      seldom.contents.emit('render-process-gone', {}, { reason: 'oom' });
      seldom.clock.advance(RETURNS_WITHIN_MS);
    }
    expect(seldom.hopeless()).toBe(0);
  });

  it('follows the agent to its new address, and loads the same one once', () => {
    const { contents, screen } = stage();
    screen.show(URL_ONE);
    screen.show('http://127.0.0.1:4712/#token=two');
    expect(contents.loaded).toEqual([URL_ONE, 'http://127.0.0.1:4712/#token=two']);
  });
});

describe('displays', () => {
  const bounds = { x: 0, y: 0, width: 1080, height: 1920 };
  const one = { id: 1, bounds };
  const two = { id: 2, bounds: { ...bounds, x: 1080 } };
  const three = { id: 3, bounds: { ...bounds, x: 2160 } };

  test.each([
    ['one display', [one], 1, true, [[1, 'kiosk']]],
    [
      'two, with calls',
      [one, two],
      1,
      true,
      [
        [1, 'kiosk'],
        [2, 'calls'],
      ],
    ],
    ['two, without calls', [one, two], 1, false, [[1, 'kiosk']]],
    [
      'the main one is not the first',
      [one, two],
      2,
      true,
      [
        [2, 'kiosk'],
        [1, 'calls'],
      ],
    ],
    [
      'three',
      [one, two, three],
      1,
      true,
      [
        [1, 'kiosk'],
        [2, 'calls'],
      ],
    ],
    ['a main one that is gone', [two], 1, true, [[2, 'kiosk']]],
    ['none', [], 1, true, []],
  ] as const)('%s', (_title, displays, mainId, showsCalls, expected) => {
    expect(placed(displays, mainId, showsCalls).map(({ displayId, shows }) => [displayId, shows])).toEqual(
      expected,
    );
  });
});

test.each([
  [`${URL_ONE}\n`, URL_ONE],
  ['http://localhost:80/#token=a-_B', 'http://localhost:80/#token=a-_B'],
  ['http://example.com:80/#token=a', null],
  ['https://127.0.0.1:80/#token=a', null],
  ['http://127.0.0.1:80/', null],
  ['http://127.0.0.1:999999/#token=a', null],
  ['', null],
])('the agent’s address in %j', (text, address) => {
  expect(addressIn(text)).toBe(address);
});
