/** Starts the kiosk's screen: takes the key to the agent out of the address, and draws. */
import { LOCALES } from '@totem/domain';
import { createDoor, createI18n } from '@totem/ui';
import { createRoot } from 'react-dom/client';
import { Kiosk } from './screens/kiosk.tsx';
import { takeToken } from './session/token.ts';
import { TEXTS } from './texts.ts';

const token = takeToken(location.hash, sessionStorage);
if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);

// A long touch and a dragged picture are a browser's own business, and no customer's.
for (const kind of ['contextmenu', 'dragstart'] as const)
  addEventListener(kind, (event) => event.preventDefault());

const i18n = createI18n(TEXTS, LOCALES[0]);
// A token is refused after the agent has started anew. Whoever supervises the browser opens it with the new one; until then
// every read says `unauthorized`, and the screen sends people to the staff.
const door = createDoor({ baseUrl: '', token: () => token, onUnauthorized: () => {} });

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(<Kiosk i18n={i18n} door={door} token={token} />);
