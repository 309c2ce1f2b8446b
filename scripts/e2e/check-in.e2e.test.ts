/**
 * Checking in at the kiosk, in Chromium, on a totem whose link is cut: the code typed or scanned, every state in which it can end,
 * and what the cloud has of it afterwards.
 */

import { type AppointmentRow, instantText, LOCALES, type Locale } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { buildAppointment } from '@totem/testkit/builders';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerOf, rowsAt } from './backstage.ts';
import { faultsOn } from './inspect.ts';
import { buttonNamed, codeOnScreen, KIOSK_SIZES, KIOSK_WORDS, type ScreenSize, tap, visit } from './kiosk.ts';
import { openStage, type Stage } from './stage.ts';

const [KIOSK, TABLET] = KIOSK_SIZES;
/** What the pages say, spelled out here, so that a text that changes is seen to change. */
const WORDS: Readonly<
  Record<
    Locale,
    {
      booked: string;
      go: string;
      early: RegExp;
      late: string;
      unknown: string;
      already: string;
      ended: string;
      other: string;
      without: string;
    }
  >
> = {
  'pt-BR': {
    booked: 'Tenho agendamento',
    go: 'Registrar chegada',
    early: /^Registre a chegada a partir d/,
    late: 'Este agendamento era de outro dia',
    unknown: 'Não encontramos este código',
    already: 'Você já registrou a chegada',
    ended: 'Este agendamento não vale mais',
    other: 'Digitar outro código',
    without: 'Retirar senha sem agendamento',
  },
  en: {
    booked: 'I have an appointment',
    go: 'Check in',
    early: /^You can check in from /,
    late: 'This appointment was for another day',
    unknown: 'We could not find this code',
    already: 'You have already checked in',
    ended: 'This appointment is no longer valid',
    other: 'Type another code',
    without: 'Take a ticket without an appointment',
  },
  es: {
    booked: 'Tengo una cita',
    go: 'Registrar la llegada',
    early: /^Registre su llegada a partir de/,
    late: 'Esta cita era de otro día',
    unknown: 'No encontramos este código',
    already: 'Ya registró su llegada',
    ended: 'Esta cita ya no es válida',
    other: 'Escribir otro código',
    without: 'Sacar turno sin cita',
  },
};
const MINUTE_MS = 60_000;

let stage: Stage;
let owner: pg.Client;
beforeAll(async () => {
  stage = await openStage();
  owner = await ownerOf(stage);
}, 120_000);
afterAll(async () => {
  await owner.end();
  await stage.close();
});

/** Books at the cloud, and waits until the first totem knows. */
async function booked(minutes: number, over: Partial<AppointmentRow> = {}): Promise<AppointmentRow> {
  const { tenantId, siteId } = stage.demo.seed;
  const [service] = await stage.rows("SELECT id FROM service WHERE prefix = 'A'");
  const slot = instantText(systemEnv.now() + minutes * MINUTE_MS);
  const row = buildAppointment(systemEnv, {
    tenantId,
    siteId,
    serviceId: String(service?.id) as never,
    slot,
    ...over,
  });
  await owner.query(
    `INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
     VALUES ($1, $2, now(), $3, $4, $5, 10, $6, $7)`,
    [row.tenantId, row.id, row.siteId, row.serviceId, row.slot, row.code, row.state],
  );
  await stage.until(async () => (await rowsAt(stage, 1, 'appointment')).some(({ id }) => id === row.id));
  return row;
}

/** From the first screen to where the code is asked for. */
async function toTheCode(page: Page, locale: Locale): Promise<void> {
  await tap(buttonNamed(page, KIOSK_WORDS[locale].language));
  await tap(buttonNamed(page, KIOSK_WORDS[locale].start));
  await tap(buttonNamed(page, KIOSK_WORDS[locale].ordinary));
  await buttonNamed(page, WORDS[locale].booked).waitFor();
  await tap(buttonNamed(page, WORDS[locale].booked));
}
async function type(page: Page, code: string, locale: Locale): Promise<void> {
  for (const sign of code) await buttonNamed(page, sign).click();
  await tap(buttonNamed(page, WORDS[locale].go));
}
const open = async (size: ScreenSize) => {
  const kiosk = await visit(stage, stage.kioskUrl(1), size);
  await buttonNamed(kiosk.page, KIOSK_WORDS['pt-BR'].start).waitFor();
  return kiosk;
};
/** As a reader that plays a keyboard does it: all at once, and Enter. */
const SCAN = `(code) => {
  for (const key of [...code, 'Enter'])
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}`;
const scan = (page: Page, code: string) => page.evaluate(`(${SCAN})(${JSON.stringify(code)})`);

describe('checking in at the kiosk', () => {
  it.each(LOCALES)('ends in a ticket, or says why it does not, in %s', async (locale) => {
    const size = locale === 'en' ? TABLET : KIOSK;
    const [good, early, ended] = [
      await booked(10),
      await booked(600),
      await booked(10, { state: 'canceled' }),
    ];
    const late = await booked(-24 * 60);
    const { page, complaints, close } = await open(size);
    await toTheCode(page, locale);
    expect(await faultsOn(page, 'code')).toEqual([]);
    const words = WORDS[locale];
    for (const [code, said] of [
      [early.code, words.early],
      [late.code, words.late],
      [ended.code, words.ended],
      ['ZZZZZZ', words.unknown],
    ] as const) {
      await type(page, code, locale);
      await page.getByText(said).first().waitFor();
      expect(await faultsOn(page, String(said))).toEqual([]);
      await tap(buttonNamed(page, words.other));
    }
    await type(page, good.code, locale);
    const ticket = await codeOnScreen(page, locale);
    await stage.until(async () => {
      const [row] = await stage.rows(
        `SELECT a.state, t.code FROM appointment a JOIN ticket t ON t.id = a.ticket_id WHERE a.id = '${good.id}'`,
      );
      return row?.state === 'checked_in' && row.code === ticket;
    });
    // The browser says of each refusal that it was one.
    expect(complaints.filter((said) => !/status of 40[49]/.test(said))).toEqual([]);
    await close();
  });

  it('takes what a scanner reads, with no link, once; and lets nobody do it twice', async () => {
    const row = await booked(10);
    stage.demo.totems.find(({ number }) => number === 1)?.cable.cut();
    const { page, close } = await open(KIOSK);
    // Outside of its page a reading is lost, and presses nothing.
    await tap(buttonNamed(page, KIOSK_WORDS['pt-BR'].start));
    await scan(page, row.code);
    await buttonNamed(page, KIOSK_WORDS['pt-BR'].ordinary).waitFor();
    await tap(buttonNamed(page, KIOSK_WORDS['pt-BR'].ordinary));
    await tap(buttonNamed(page, WORDS['pt-BR'].booked));
    await scan(page, row.code);
    await codeOnScreen(page, 'pt-BR');
    await tap(buttonNamed(page, 'Concluir'));
    await toTheCode(page, 'pt-BR');
    await scan(page, row.code);
    await page.getByRole('heading', { name: WORDS['pt-BR'].already }).waitFor();
    expect(await faultsOn(page, 'already')).toEqual([]);
    await tap(buttonNamed(page, WORDS['pt-BR'].without));
    await buttonNamed(page, KIOSK_WORDS['pt-BR'].documents).waitFor();
    await close();
    stage.demo.totems.find(({ number }) => number === 1)?.cable.restore();
    await stage.until(async () => {
      const [found] = await stage.rows(`SELECT state FROM appointment WHERE id = '${row.id}'`);
      return found?.state === 'checked_in';
    });
  });
});
