/** Keys act only when they are meant for the desk. */
import { describe, expect, it } from 'vitest';
import { actionOfKey, KEY_ACTIONS, KEYS, type KeyPress } from './keys.ts';

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  isElsewhere: false,
  ...over,
});

describe('the keys of the desk', () => {
  it('no key has two meanings', () => {
    const keys = KEY_ACTIONS.flatMap((action) => [...KEYS[action]]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('a letter acts in either case', () => {
    expect(actionOfKey(press('F2'))).toBe('callNext');
    expect(actionOfKey(press('n'))).toBe('callNext');
    expect(actionOfKey(press('N'))).toBe('callNext');
    expect(actionOfKey(press('q'))).toBeUndefined();
  });

  it.each([
    ['ctrlKey', 'browser shortcuts stay with the browser'],
    ['altKey', 'menus stay with the system'],
    ['metaKey', 'system shortcuts stay with the system'],
    ['repeat', 'a key that is held down calls one person, not ten'],
    ['isElsewhere', 'who writes a reason does not finish a service'],
  ] as const)('%s: %s', (flag) => {
    for (const action of KEY_ACTIONS) {
      for (const key of KEYS[action]) expect(actionOfKey(press(key, { [flag]: true }))).toBeUndefined();
    }
  });
});
