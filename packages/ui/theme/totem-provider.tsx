/**
 * What every screen stands in: the theme in its appearance, the languages, and the door when there is one. Mantine's style
 * sheets are taken in their cascade layer (`*.layer.css`), so that our own rules win whatever the order of imports; a screen
 * that uses more of its components imports their sheets in the same form.
 */
import '@mantine/core/styles/baseline.layer.css';
import '@mantine/core/styles/default-css-variables.layer.css';
import '@mantine/core/styles/global.layer.css';
import './fonts.css';
import './base.css';
import { MantineProvider } from '@mantine/core';
import type { i18n as I18n } from 'i18next';
import { type ReactNode, useLayoutEffect, useMemo } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { Door } from '../door/door.ts';
import { DoorProvider } from '../door/door-context.tsx';
import { localeOf } from '../i18n/i18n.ts';
import type { ThemeColours } from './tenant-theme.ts';
import { theme, variablesOf } from './theme.ts';
import type { Appearance } from './tokens.ts';

export interface TotemProviderProps {
  readonly i18n: I18n;
  /** Left out where there is nobody to talk to yet, as before signing in. */
  readonly door?: Door | undefined;
  readonly appearance?: Appearance;
  /** The tenant's own, for the light appearance. */
  readonly colours?: ThemeColours;
  readonly children: ReactNode;
}

/** Sets the screen up. `light` is the default appearance; `lang` of the page follows the language. */
export function TotemProvider({ i18n, door, appearance = 'light', colours, children }: TotemProviderProps) {
  const variables = useMemo(() => variablesOf(appearance, colours), [appearance, colours]);
  useLayoutEffect(() => {
    document.documentElement.dataset.appearance = appearance;
  }, [appearance]);
  useLayoutEffect(() => {
    const follow = (): void => {
      document.documentElement.lang = localeOf(i18n);
    };
    follow();
    i18n.on('languageChanged', follow);
    return () => i18n.off('languageChanged', follow);
  }, [i18n]);
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={appearance === 'light' ? 'light' : 'dark'}
      cssVariablesResolver={variables}
    >
      <I18nextProvider i18n={i18n}>
        {door === undefined ? children : <DoorProvider door={door}>{children}</DoorProvider>}
      </I18nextProvider>
    </MantineProvider>
  );
}
