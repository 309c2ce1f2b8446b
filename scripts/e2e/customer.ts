/** A customer at the kiosk: touches at a person's pace, by the names that are on the screen. */
import type { Page } from 'playwright-core';

export const KIOSK = { width: 1080, height: 1920 } as const;

/** A finger rests on the glass for this long. The kiosk is deaf to a second tap that comes faster than a person decides. */
const TOUCH_MS = 400;

/** Touches a button. */
export async function touch(kiosk: Page, name: string): Promise<void> {
  await kiosk.getByRole('button', { name, exact: true }).click({ delay: TOUCH_MS });
}

/** Takes a ticket, from the first screen on. @returns the code on the screen. */
export async function takeTicket(
  kiosk: Page,
  service: string,
  priority = 'Atendimento comum',
): Promise<string> {
  await touch(kiosk, 'Toque para começar');
  await touch(kiosk, priority);
  await touch(kiosk, service);
  const name = await kiosk.getByRole('status').getAttribute('aria-label');
  const code = name?.match(/[A-Z]+[\dW-]*\d+$/)?.[0];
  if (code === undefined) throw new Error(`no code on the screen: ${name}`);
  return code;
}
