/** Light or dark, as this browser's person likes it. */
import type { Appearance } from '@totem/ui';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

const STORED_AS = 'totem.panel.appearance';

type AppearanceChoice = readonly [Appearance, (next: Appearance) => void];
const AppearanceContext = createContext<AppearanceChoice>(['light', () => {}]);

interface AppearanceProviderProps {
  /** Draws the page in an appearance. */
  readonly children: (appearance: Appearance) => ReactNode;
}

/** Keeps the choice for this browser and gives it to everything below. */
export function AppearanceProvider({ children }: AppearanceProviderProps) {
  const [appearance, setAppearance] = useState<Appearance>(() =>
    localStorage.getItem(STORED_AS) === 'dark' ? 'dark' : 'light',
  );
  const choose = useCallback((next: Appearance) => {
    localStorage.setItem(STORED_AS, next);
    setAppearance(next);
  }, []);
  const choice = useMemo(() => [appearance, choose] as const, [appearance, choose]);
  return <AppearanceContext value={choice}>{children(appearance)}</AppearanceContext>;
}

/** The appearance now, and the way to change it. */
export function useAppearance(): AppearanceChoice {
  return use(AppearanceContext);
}
