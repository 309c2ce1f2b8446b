/**
 * What a page inside the shell may do: show the agent's own screen, and nothing else. Electron's objects come in through ports
 * of the few calls that are made, so that every rule is a row in a test and no test needs a window.
 */

/** An event that can be refused. */
export interface Refusable {
  preventDefault(): void;
}

/** The calls on a page (`WebContents`). */
export interface GuardedContents {
  on(event: 'will-navigate', listener: (event: Refusable & { readonly url: string }) => void): unknown;
  on(event: 'will-frame-navigate', listener: (event: Refusable & { readonly url: string }) => void): unknown;
  on(event: 'will-redirect', listener: (event: Refusable & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Refusable) => void): unknown;
  on(event: 'before-input-event', listener: (event: Refusable, input: Key) => void): unknown;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
  setVisualZoomLevelLimits(least: number, most: number): Promise<void>;
}

export interface Key {
  readonly type: string;
  readonly key: string;
  readonly control: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

/** The calls on the pages' session. Every permission there is or will be is refused. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, answer: (isGranted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  setDisplayMediaRequestHandler(handler: null): void;
  on(event: 'will-download', listener: (event: Refusable) => void): unknown;
}

/** The calls on the application. */
export interface GuardedApp {
  on(
    event: 'certificate-error',
    listener: (
      event: Refusable,
      contents: unknown,
      url: string,
      error: string,
      certificate: unknown,
      answer: (isTrusted: boolean) => void,
    ) => void,
  ): unknown;
  on(event: 'login', listener: (event: Refusable) => void): unknown;
}

/** Keys with a meaning of their own to a browser, which a scanner or a keyboard that somebody plugs in could send. */
const BROWSER_KEY =
  /^(F\d{1,2}|BrowserBack|BrowserForward|BrowserRefresh|BrowserHome|ContextMenu|PrintScreen)$/;

/** Whether an address is the agent's own: the loopback origin that it was started on. */
export function isOwn(url: string, origin: string | null): boolean {
  return origin !== null && URL.canParse(url) && new URL(url).origin === origin;
}

/** @param origin asked late: the agent's port is another after each of its starts. */
export function lockContents(contents: GuardedContents, origin: () => string | null): void {
  const stay = (event: Refusable & { readonly url: string }): void => {
    if (!isOwn(event.url, origin())) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('before-input-event', (event, { key, control, alt, meta }) => {
    if (control || alt || meta || BROWSER_KEY.test(key)) event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  void contents.setVisualZoomLevelLimits(1, 1);
}

export function lockSession(session: GuardedSession): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.on('will-download', (event) => event.preventDefault());
}

export function lockApp(app: GuardedApp): void {
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
  app.on('login', (event) => event.preventDefault());
}
