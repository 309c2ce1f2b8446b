/**
 * The page's own script: looks again every few seconds while somebody has the page open, and puts in place what has changed.
 * A call shakes the phone. Without it the page reloads itself, so nothing is lost where scripts are off.
 */
import { createHash } from 'node:crypto';

/** How often a page that is looked at asks again. */
export const LOOK_EVERY_SECONDS = 5;

export const PHONE_SCRIPT = `
(() => {
  let tag = '';
  const look = async () => {
    if (document.hidden || document.querySelector('details[open]')) return;
    try {
      const answer = await fetch(location.href, { headers: tag ? { 'if-none-match': tag } : {} });
      if (answer.status !== 200) return;
      tag = answer.headers.get('etag') ?? '';
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const [now, next] = [document.querySelector('main'), page.querySelector('main')];
      if (!now || !next || now.outerHTML === next.outerHTML) return;
      const began = (name) => next.classList.contains(name) && !now.classList.contains(name);
      const isCall = began('called');
      const isNear = began('is-near');
      now.className = next.className;
      now.replaceChildren(...next.children);
      document.title = page.title;
      if (isNear && navigator.vibrate) navigator.vibrate([200, 100, 200]);
      if (isCall && navigator.vibrate) navigator.vibrate([400, 150, 400, 150, 800]);
    } catch {}
  };
  setInterval(look, ${LOOK_EVERY_SECONDS * 1_000});
  document.addEventListener('visibilitychange', look);
})();
`;

/** What the page's policy lets in. */
export const PHONE_SCRIPT_HASH = createHash('sha256').update(PHONE_SCRIPT).digest('base64');
