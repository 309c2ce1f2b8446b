/** The display's entry: takes the link out of the address, sets languages and the dark appearance, draws the screen. */
import { localeFor } from '@totem/domain';
import { createI18n, TotemProvider } from '@totem/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { askedLocale, parseLink, takeLink } from './link/link.ts';
import { keepPage } from './offline/register.ts';
import { DISPLAY_TEXTS } from './texts.ts';

const link = takeLink(location.hash, sessionStorage);
// The token must not stay where a passer-by can read it, nor in the history.
if (location.hash !== '') history.replaceState(null, '', `${location.pathname}${location.search}`);
// A new link that is opened in this tab changes only the fragment, which loads nothing by itself.
window.addEventListener('hashchange', () => {
  if (parseLink(location.hash) !== undefined) location.reload();
});

const asked = askedLocale(location.search);
const i18n = createI18n(DISPLAY_TEXTS, asked ?? localeFor(navigator.language));

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the app');
createRoot(root).render(
  <StrictMode>
    <TotemProvider i18n={i18n} appearance="dark">
      <App link={link} asked={asked} />
    </TotemProvider>
  </StrictMode>,
);

// When all is loaded: nothing of it is needed to show a call.
window.addEventListener('load', () => void keepPage().catch(() => {}));
