/** Starts the technician's screen, and gives its place to the kiosk's once the totem knows who it is. */
import { LOCALES } from '@totem/domain';
import { createI18n } from '@totem/ui';
import { createRoot } from 'react-dom/client';
import { agentWith } from './agent.ts';
import { Setup } from './setup.tsx';
import { TEXTS } from './texts.ts';

for (const kind of ['contextmenu', 'dragstart'] as const)
  addEventListener(kind, (event) => event.preventDefault());

// The address keeps the token of this boot: the same page, loaded anew, is the kiosk's and needs it.
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const agent = agentWith(token);
const onServing = (): void => location.reload();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(<Setup i18n={createI18n(TEXTS, LOCALES[0])} agent={agent} onServing={onServing} />);
