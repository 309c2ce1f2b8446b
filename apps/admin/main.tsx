/** The admin's entry: styles of the components in use, languages, appearance, and the app. */
import { AppearanceProvider, createI18n, TotemProvider } from '@totem/ui';
import './mantine-styles.ts';
import { localeFor } from '@totem/domain';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ADMIN_TEXTS } from './texts.ts';

const LOCALE_STORED_AS = 'totem.admin.locale';

const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(LOCALE_STORED_AS);
const i18n = createI18n(ADMIN_TEXTS, localeFor(asked ?? navigator.language));
i18n.on('languageChanged', (locale) => localStorage.setItem(LOCALE_STORED_AS, locale));

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the app');
createRoot(root).render(
  <StrictMode>
    <AppearanceProvider storedAs="totem.admin.appearance">
      {(appearance) => (
        <TotemProvider i18n={i18n} appearance={appearance}>
          <App />
        </TotemProvider>
      )}
    </AppearanceProvider>
  </StrictMode>,
);
