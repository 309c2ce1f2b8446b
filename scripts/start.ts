/** `npm start`: the whole of Totem at small scale. Ctrl-C stops everything; the next start finds its data again. */
import { join } from 'node:path';
import { createLifecycle, createLog, stopOnSignals } from '@totem/host';
import { DEMO_OWNER, DEMO_PASSWORD, startDemo } from './demo/demo.ts';

const DATA_DIR = process.env.TOTEM_DEMO_DIR ?? join(import.meta.dirname, '..', '.data', 'demo');
const say = (line: string) => void process.stdout.write(`${line}\n`);

const log = createLog('demo', { level: 'warn' });
const lifecycle = createLifecycle(log);
stopOnSignals(lifecycle, log);

const demo = await startDemo({
  dataDir: DATA_DIR,
  log,
  fixedPorts: true,
  withHub: true,
  onStep: (step) => say(`  ${step}…`),
});
lifecycle.onStop('demo', async () => {
  say('\nStopping…');
  await demo.stop();
});

say(`
  Everything on one page   ${demo.pageUrl}

  Operator's panel         ${demo.panelUrl}
  Display                  ${demo.displayUrl}
  Admin                    ${demo.adminUrl}
  Panel without the link   ${demo.atHub?.panelUrl}`);
for (const totem of demo.totems) {
  const { url, token } = totem.process.ready() ?? {};
  say(`  Kiosk of totem ${totem.number}         ${url}/#token=${token}`);
}
say(`
  Sign in at the panel as operador or operador2, at the admin as admin, password ${DEMO_PASSWORD}
  The platform's owner signs in over the API as ${DEMO_OWNER.username}, password "${DEMO_OWNER.password}"
  Ctrl-C stops everything; data stays in ${DATA_DIR}
`);
