/** The shell in the real Electron, where its binary is: that it starts, opens the agent's screen, and leaves when it is told to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';

const ROOT = import.meta.dirname;
const DIST = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? resolve(ROOT, '../../node_modules/electron/dist');
const BINARY = join(DIST, 'electron');
const canShow = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;

it('the real shell opens the agent’s screen, and leaves the kiosk when a technician does', async (context) => {
  if (!existsSync(BINARY))
    return context.skip(`THE REAL ELECTRON WAS NOT RUN: no binary at ${BINARY}; its ports alone were tested`);
  if (!canShow) return context.skip('THE REAL ELECTRON WAS NOT RUN: this machine has no display');
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
  const folder = mkdtempSync(join(tmpdir(), 'totem-shell-'));
  const asked = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    asked.resolve();
    response.end('<!doctype html><title>Totem</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server has an address');
  writeFileSync(join(folder, 'screen-url'), `http://127.0.0.1:${address.port}/#token=one`);
  writeFileSync(join(folder, 'agent.mjs'), 'setInterval(() => {}, 1_000);');
  const shell = spawn(BINARY, [join(ROOT, 'dist/main.js'), '--no-sandbox'], {
    env: { ...process.env, TOTEM_DATA_DIR: folder, TOTEM_AGENT_ENTRY: join(folder, 'agent.mjs') },
    stdio: 'ignore',
  });
  const ended = once(shell, 'exit');
  await asked.promise;
  writeFileSync(join(folder, 'leave-kiosk'), '');
  expect((await ended)[0]).toBe(0);
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
