/** The desk's keys on the page, and whether this person wants them (WCAG 2.1.4 asks that they can be turned off). */
import { useCallback, useEffect, useState } from 'react';
import { actionOfKey, type KeyAction } from './keys.ts';

const STORED_AS = 'totem.panel.keys';
const FIELDS = 'input, textarea, select, [contenteditable="true"]';
const FLOOR = '[role="dialog"], [role="menu"], [role="listbox"]';

/** Calls `onKey` for presses that are meant for the desk: not while writing, nor while a dialog or menu is open. */
export function useDeskKeys(enabled: boolean, onKey: (action: KeyAction) => void): void {
  useEffect(() => {
    if (!enabled) return;
    const listener = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      const isElsewhere = target?.closest(FIELDS) != null || document.querySelector(FLOOR) !== null;
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      const action = actionOfKey({ key, ctrlKey, altKey, metaKey, repeat, isElsewhere });
      if (action === undefined) return;
      event.preventDefault();
      onKey(action);
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [enabled, onKey]);
}

/** Whether keys are on, kept for this browser. */
export function useKeysOn(): readonly [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(STORED_AS) !== 'off');
  const keep = useCallback((next: boolean) => {
    localStorage.setItem(STORED_AS, next ? 'on' : 'off');
    setOn(next);
  }, []);
  return [on, keep];
}
