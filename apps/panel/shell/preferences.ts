/** What a person chose for this browser: kept here, and never needed to work. */
import { useCallback, useState } from 'react';

export const PREFERENCES = ['autoCall', 'alerts'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** A switch that is off until somebody turns it on. */
export function usePreference(name: Preference): readonly [boolean, (on: boolean) => void] {
  const storedAs = `totem.panel.${name}`;
  const [isOn, setIsOn] = useState(() => localStorage.getItem(storedAs) === 'on');
  const keep = useCallback(
    (on: boolean) => {
      localStorage.setItem(storedAs, on ? 'on' : 'off');
      setIsOn(on);
    },
    [storedAs],
  );
  return [isOn, keep];
}
