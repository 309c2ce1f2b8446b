/** Electron's security checklist, its twenty points in order, each as a row that holds here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { isOwn, lockApp, lockContents, lockSession } from './lock-down.ts';
import { windowOptions } from './window-options.ts';

const OWN = 'http://127.0.0.1:4711';
const options = windowOptions({ x: 0, y: 0, width: 1080, height: 1920 });
const web = options.webPreferences ?? {};
const root = join(import.meta.dirname, '..');
const sources = [
  'main.ts',
  ...[
    'agent-process',
    'displays',
    'electron-updates',
    'lock-down',
    'screen',
    'updates',
    'window-options',
  ].map((name) => `shell/${name}.ts`),
]
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');
const builder = readFileSync(join(root, 'electron-builder.yml'), 'utf8');

type Listener = (...given: readonly unknown[]) => void;

/** Plays one of Electron's objects: keeps what was asked for, and lets a test make its events. */
function played() {
  const listeners = new Map<string, Listener>();
  const said: Record<string, unknown> = {};
  const keep =
    (name: string) =>
    (...given: readonly unknown[]): Promise<void> => {
      said[name] = given.length === 1 ? given[0] : given;
      return Promise.resolve();
    };
  return {
    said,
    on: (event: string, listener: Listener) => listeners.set(event, listener),
    /** @returns whether the event was refused. */
    happens(event: string, fields: object = {}, ...rest: readonly unknown[]): boolean {
      let isRefused = false;
      const preventDefault = (): void => {
        isRefused = true;
      };
      listeners.get(event)?.({ preventDefault, ...fields }, ...rest);
      return isRefused;
    },
    setWindowOpenHandler: keep('windowOpen'),
    setVisualZoomLevelLimits: keep('zoom'),
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('media'),
  };
}

const contents = played();
lockContents(contents as never, () => OWN);
const session = played();
lockSession(session as never);
const app = played();
lockApp(app as never);

const goesTo = (url: string): boolean =>
  !['will-navigate', 'will-frame-navigate', 'will-redirect'].some((event) =>
    contents.happens(event, { url }),
  );
const grants = (): boolean => {
  let isGranted = true;
  (session.said.request as Listener)(null, 'media', (answer: boolean) => {
    isGranted = answer;
  });
  return isGranted;
};

const POINTS: readonly (readonly [string, () => boolean])[] = [
  [
    '1. only secure content: this machine’s own agent',
    () => goesTo(`${OWN}/x`) && !goesTo('http://example.com/'),
  ],
  ['2. no Node in pages', () => web.nodeIntegration === false && web.nodeIntegrationInSubFrames === false],
  ['3. context isolation', () => web.contextIsolation === true],
  ['4. process sandboxing', () => web.sandbox === true && sources.includes('app.enableSandbox()')],
  [
    '5. every permission is refused, asked for or checked',
    () =>
      !grants() &&
      (session.said.check as () => boolean)() === false &&
      (session.said.device as () => boolean)() === false &&
      session.said.media === null,
  ],
  ['6. web security stays on', () => web.webSecurity === true],
  [
    '7. a content security policy: the agent’s, which nothing here loosens',
    () => !sources.includes('onHeadersReceived'),
  ],
  ['8. no insecure content', () => web.allowRunningInsecureContent === false],
  ['9. no experimental features', () => web.experimentalFeatures === false],
  ['10. no Blink features', () => web.enableBlinkFeatures === undefined],
  ['11. no popups of webviews', () => web.webviewTag === false],
  ['12. no webview at all', () => contents.happens('will-attach-webview')],
  ['13. no navigation elsewhere', () => !goesTo('https://example.com/') && !goesTo('file:///etc/passwd')],
  [
    '14. no new windows',
    () => JSON.stringify((contents.said.windowOpen as () => object)()) === '{"action":"deny"}',
  ],
  ['15. no opening of anything outside', () => !/\bshell\.open|openExternal/.test(sources)],
  ['16. a current Electron', () => /^electronVersion: 45\./m.test(builder)],
  ['17. senders of IPC: there is no IPC', () => !/\bipcMain\b|\bipcRenderer\b/.test(sources)],
  ['18. no file protocol', () => !goesTo('file:///tmp/x.html') && !/loadFile\(/.test(sources)],
  [
    '19. fuses: what is not needed is off',
    () => /runAsNode: false/.test(builder) && /onlyLoadAppFromAsar: true/.test(builder),
  ],
  [
    '20. no Electron for pages: there is no preload',
    () => web.preload === undefined && !/preload:/.test(sources),
  ],
];

describe('Electron’s security checklist', () => {
  it('has all its points', () => expect(POINTS).toHaveLength(20));
  test.each(POINTS)('%s', (_point, holds) => expect(holds()).toBe(true));
});

describe('a page cannot be left', () => {
  test.each([
    [`${OWN}/`, true],
    [`${OWN}/#token=x`, true],
    ['http://127.0.0.1:4712/', false],
    ['http://127.0.0.1.example.com:4711/', false],
    ['http://user@127.0.0.1:4711/', true],
    ['https://127.0.0.1:4711/', false],
    ['about:blank', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['', false],
  ])('%s is the agent’s: %s', (url, own) => expect(isOwn(url, OWN)).toBe(own));

  it('before the agent is there, nothing is its address', () => expect(isOwn(`${OWN}/`, null)).toBe(false));

  test.each([
    [{ key: 'F5' }, true],
    [{ key: 'F12' }, true],
    [{ key: 'w', control: true }, true],
    [{ key: 'F4', alt: true }, true],
    [{ key: 'q', meta: true }, true],
    [{ key: 'BrowserBack' }, true],
    [{ key: 'ContextMenu' }, true],
    [{ key: 'a' }, false],
    [{ key: '7' }, false],
    [{ key: 'Enter' }, false],
    [{ key: 'Tab' }, false],
  ])('the key %o is kept from the browser: %s', (key, isKept) => {
    const input = { type: 'keyDown', control: false, alt: false, meta: false, ...key };
    expect(contents.happens('before-input-event', {}, input)).toBe(isKept);
  });

  it('nothing is downloaded, zoomed, or trusted against its certificate', () => {
    expect(session.happens('will-download')).toBe(true);
    expect(contents.said.zoom).toEqual([1, 1]);
    let isTrusted = true;
    const answer = (given: boolean): void => {
      isTrusted = given;
    };
    expect(app.happens('certificate-error', {}, null, 'https://x', 'bad', null, answer)).toBe(true);
    expect(isTrusted).toBe(false);
    expect(app.happens('login')).toBe(true);
  });

  it('the window is a kiosk’s and has nothing of a browser’s', () => {
    expect(options).toMatchObject({ kiosk: true, frame: false, closable: false, alwaysOnTop: true });
    expect(web).toMatchObject({ devTools: false, navigateOnDragDrop: false, disableDialogs: true });
    // Without `persist:` it is in memory only.
    expect(web.partition).not.toMatch(/^persist:/);
  });
});
