/** probe */

import { accessibilityFaults } from '@totem/testkit/accessibility';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buttonNamed, codeOnScreen, KIOSK_SIZES, KIOSK_WORDS, takeTicket, tap, visit } from './kiosk.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.close());

it.each(KIOSK_SIZES)('flow %o', async (size) => {
  const t0 = Date.now();
  const kiosk = await visit(stage, stage.kioskUrl(1), size);
  const { page } = kiosk;
  const w = KIOSK_WORDS['pt-BR'];
  await buttonNamed(page, w.start).waitFor();
  console.log('attract', Date.now() - t0, await accessibilityFaults(page), Date.now() - t0);
  await tap(buttonNamed(page, w.start));
  await buttonNamed(page, w.ordinary).waitFor();
  console.log('priority', Date.now() - t0, await accessibilityFaults(page), Date.now() - t0);
  await tap(buttonNamed(page, w.ordinary));
  await buttonNamed(page, w.documents).waitFor();
  console.log('services', Date.now() - t0, await accessibilityFaults(page), Date.now() - t0);
  await tap(buttonNamed(page, w.documents));
  console.log(await codeOnScreen(page, 'pt-BR'));
  console.log('ticket', Date.now() - t0, await accessibilityFaults(page), Date.now() - t0);
  await page.getByText(w.printed).waitFor();
  console.log(kiosk.complaints, Date.now() - t0);
  await kiosk.close();
  void takeTicket;
  void expect;
});
