/** Lets the page be kept on this machine, where the browser can; see `worker.ts`. */

/** The worker that lies beside the page. */
const WORKER = './worker.js';

export async function keepPage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register(WORKER);
  const { active } = await navigator.serviceWorker.ready;
  const base = new URL('.', location.href).href;
  const parts = performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${base}assets/`) || name.startsWith(`${base}voice/`));
  active?.postMessage({ parts: [...new Set(parts)] });
}
