/** TEF over true files: the suite of all adapters in each profile, and what only this protocol has. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings, live } from '../../payment/conformance/interleavings.ts';
import { describePaymentPort, inShop } from '../../payment/conformance/payment-conformance.ts';
import type { ReceiptLines } from '../../payment/port.ts';
import { openTefRig, type TefRig } from './conformance/tef-rig.ts';
import { decodeTef, encodeTef, linesOf } from './fields.ts';
import { genericProfile, multiplusProfile, payGoProfile } from './profile.ts';

const what = { name: 'tef', open: () => openTefRig(genericProfile) };

describe('TEF by files', () => {
  describePaymentPort(what);

  const runs = proof('payment/any interleaving, TEF', { share: 25, full: 1_500, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });

  it(
    'receipt lines are printed as they came, but for a card number that should not be there',
    inShop(what, async (shop) => {
      const printed: (ReceiptLines | undefined)[] = [];
      await shop.sell({ deliver: (receipt) => printed.push(receipt) > 0 });
      expect(printed[0]?.customer).toEqual(['REDE X', '  VIA CLIENTE   DEBITO', 'CARTAO ************1111']);
    }),
  );

  it(
    'a manager that writes its names in small letters is understood',
    inShop({ name: 'tef', open: () => openTefRig(genericProfile, 'intpos') }, async (shop) => {
      expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
    }),
  );

  it(
    'a manager that does not run is not offered, and is again once it runs',
    inShop(what, async (shop, rig) => {
      const { simulator, clock } = rig as TefRig;
      simulator.power(false);
      expect(await clock.run(shop.port().ready())).toEqual({ ready: false, cause: 'terminal_silent' });
      simulator.power(true);
      expect(await clock.run(shop.port().ready())).toEqual({ ready: true });
    }),
  );

  it(
    'whoever asks during a sale waits for its end, and takes nothing from it',
    inShop(what, async (shop, rig) => {
      const port = shop.port();
      const sale = port.request(shop.charge());
      const asked = port.ask(shop.charge());
      expect(await rig.clock.run(sale)).toMatchObject({ kind: 'authorized' });
      expect(await rig.clock.run(asked)).toMatchObject({ kind: 'absent' });
      expect(rig.held()).toBe(1);
      for (const proof of await port.found()) expect(await rig.clock.run(port.undo(proof))).toBe('taken');
    }),
  );

  it(
    'a sale that the terminal reminds of is undone when nothing is known of it, and the new one starts again',
    inShop(what, async (shop, rig) => {
      rig.fault('answer_lost');
      const charge = shop.charge();
      expect(await shop.sellCharge(charge)).toMatchObject({ phase: 'canceled' });
      expect(rig.held()).toBe(1);
      const next = shop.charge();
      expect(await shop.sellCharge(next)).toMatchObject({ phase: 'declined', cause: 'terminal_pending' });
      expect(rig.held()).toBe(0);
      expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
    }),
  );
});

const PROFILES = [
  [
    'PayGo',
    (folders: Parameters<typeof genericProfile>[0]) => payGoProfile(folders, 'C1'),
    ['731-000 = 2', '706-000 = 156'],
  ],
  [
    'Multiplus',
    (folders: Parameters<typeof genericProfile>[0]) => multiplusProfile(folders, '12345678000195'),
    ['800-001 = 1', '800-005 = 12345678000195'],
  ],
] as const;

describe.each(PROFILES)('the profile of %s', (_, profileOf, lines) => {
  it(
    'asks for the kind of card in its own fields, and sells, undoes and cancels',
    inShop({ name: 'tef', open: () => openTefRig(profileOf) }, async (shop, rig) => {
      const { profile } = rig as TefRig;
      const charge = { ...shop.charge(), cardKind: 'debit' as const };
      const sale = shop.sellCharge(charge);
      // The request lies there until the manager takes it.
      expect(await sale).toMatchObject({ phase: 'confirmed' });
      const fields = profile.saleFields(charge).map(([id, value]) => `${id} = ${value}`);
      for (const line of lines) expect(fields).toContain(line);
      expect(await shop.sell({ deliver: () => false })).toMatchObject({ phase: 'undone' });
      expect(await shop.refund(charge, charge.amountCents)).toBe('refunded');
      expect(rig.books()).toMatchObject([{ refundedCents: charge.amountCents }]);
    }),
  );
});

describe('TEF files', () => {
  it('any fields come back as they were written, and half a file is no file', () => {
    const id = fc.stringMatching(/^\d{3}-\d{3}$/).filter((text) => text !== '999-999');
    const value = fc.stringMatching(/^[!-~]([ -~]{0,38}[!-~])?$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(id, value), { selector: ([name]) => name }),
        fc.nat(),
        (fields, cut) => {
          const bytes = encodeTef(fields);
          expect([...(decodeTef(bytes) ?? [])]).toEqual(fields);
          const end = bytes.length - '999-999 = 0\r\n'.length;
          expect(decodeTef(bytes.subarray(0, cut % (end + 1)))).toBeUndefined();
        },
      ),
    );
  });

  it('any bytes at all are read or not, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeTef(bytes);
      }),
    );
  });

  it('a manager’s Latin-1 is read, quotes go, blanks stay', () => {
    const bytes = Buffer.from('029-002 = "  CART\xc3O "\r\n029-001 = PRIMEIRA\r\n999-999 = 0\r\n', 'latin1');
    expect(linesOf(decodeTef(bytes) ?? new Map(), '029')).toEqual(['PRIMEIRA', '  CARTÃO ']);
  });

  it(
    'the request is ASCII, ends with its trailer, and appears only whole',
    inShop(what, async (shop, rig) => {
      const { profile, clock, simulator } = rig as TefRig;
      simulator.fault('asleep');
      const sale = shop.port().request({ ...shop.charge(), amountCents: 4_590 as never });
      const [name] = readdirSync(profile.requestDir);
      const text = readFileSync(join(profile.requestDir, name ?? ''), 'latin1');
      expect(name).toBe('IntPos.001');
      expect(text).toMatch(/^000-000 = CRT\r\n001-000 = \d{10}\r\n/);
      expect(text).toContain('003-000 = 4590\r\n');
      expect(text.endsWith('999-999 = 0\r\n')).toBe(true);
      writeFileSync(
        join(profile.responseDir, 'IntPos.sts'),
        '000-000 = CRT\r\n001-000 = 7\r\n999-999 = 0\r\n',
      );
      expect(await clock.run(sale)).toEqual({ kind: 'not_sent', cause: 'terminal_silent' });
      expect(readdirSync(profile.requestDir)).toEqual([]);
    }),
  );
});
