/** The system's Chromium, headless, as end-to-end tests and screenshots use it. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Switches that keep a browser from reaching for its maker's servers, and let sound start without a touch, as a kiosk does. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Where Chromium is: the one that `TOTEM_CHROMIUM` names, else the system's. Undefined when there is none. */
export function findChromium(): string | undefined {
  const named = process.env.TOTEM_CHROMIUM;
  return (named === undefined || named === '' ? PATHS : [named]).find((path) => existsSync(path));
}

/** @throws Error when there is no Chromium on the machine. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium found; on Debian: apt-get install chromium');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
