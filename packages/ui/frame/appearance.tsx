/** Light or dark, as this browser's person likes it. */
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import type { Appearance } from '../theme/tokens.ts';

type AppearanceChoice = readonly [Appearance, (next: Appearance) => void];
const AppearanceContext = createContext<AppearanceChoice>(['light', () => {}]);

interface AppearanceProviderProps {
  /** The name under which this browser keeps the choice. */
  readonly storedAs: string;
  /** Draws the page in an appearance. */
  readonly children: (appearance: Appearance) => ReactNode;
}

/** Keeps the choice for this browser and gives it to everything below. */
export function AppearanceProvider({ storedAs, children }: AppearanceProviderProps) {
  const [appearance, setAppearance] = useState<Appearance>(() =>
    localStorage.getItem(storedAs) === 'dark' ? 'dark' : 'light',
  );
  const choose = useCallback(
    (next: Appearance) => {
      localStorage.setItem(storedAs, next);
      setAppearance(next);
    },
    [storedAs],
  );
  const choice = useMemo(() => [appearance, choose] as const, [appearance, choose]);
  return <AppearanceContext value={choice}>{children(appearance)}</AppearanceContext>;
}

/** The appearance now, and the way to change it. */
export function useAppearance(): AppearanceChoice {
  return use(AppearanceContext);
}
