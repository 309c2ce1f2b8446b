/** The keys of the desk: one for each action, so that an operator never needs the mouse for the main job. */
import type { DeskAction } from './actions.ts';

/** What a key does. */
export type KeyAction =
  | Extract<
      DeskAction,
      | 'callNext'
      | 'find'
      | 'issue'
      | 'checkIn'
      | 'recall'
      | 'start'
      | 'finish'
      | 'finishNote'
      | 'noShow'
      | 'cancel'
      | 'transfer'
      | 'hold'
      | 'reprint'
      | 'pause'
    >
  | 'help';

/** Each action with its keys, as `KeyboardEvent.key` names them; letters in lower case. */
export const KEYS = {
  callNext: ['F2', 'n'],
  find: ['g'],
  issue: ['i'],
  checkIn: ['a'],
  recall: ['r'],
  start: ['s'],
  finish: ['f'],
  finishNote: ['e'],
  noShow: ['x'],
  cancel: ['c'],
  transfer: ['t'],
  hold: ['h'],
  reprint: ['v'],
  pause: ['p'],
  help: ['?'],
} as const satisfies Record<KeyAction, readonly string[]>;
export const KEY_ACTIONS = Object.keys(KEYS) as KeyAction[];

/** What decides whether a key press is meant for the desk. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** The key is being held down. */
  readonly repeat: boolean;
  /** The person is writing in a field, or a dialog or menu has the floor. */
  readonly isElsewhere: boolean;
}

/** The action of a key press; undefined when it is not meant for the desk. A key that is held down acts once. */
export function actionOfKey(press: KeyPress): KeyAction | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.isElsewhere) return undefined;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return KEY_ACTIONS.find((action) => (KEYS[action] as readonly string[]).includes(key));
}
