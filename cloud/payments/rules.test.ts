/** The rules of charging that need nobody: addresses inside of networks, what an answer changes, and who waits. */
import type { ChargeAnswer } from '@totem/api';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, test } from 'vitest';
import { stateAfter } from './charge-rows.ts';
import { pspFaultOf } from './psp-fault.ts';
import { isInside } from './public-lookup.ts';
import { createWaits } from './waits.ts';

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '64:ff9b::a00:1',
    'no address',
  ])('inside of networks is refused: %s', (address) => expect(isInside(address)).toBe(true));

  test.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'of the internet is called: %s',
    (address) => expect(isInside(address)).toBe(false),
  );
});

describe('what an answer changes', () => {
  const proof = { externalId: 'E1', amountCents: 100, currency: 'BRL' };
  const paid: ChargeAnswer = { kind: 'confirmed', proof };
  const waiting: ChargeAnswer = { kind: 'waiting', show: { copyCode: '000201' } };

  test('money that comes after the end is money, and late', () => {
    expect(stateAfter({ state: 'ended', answer: { kind: 'expired' } }, paid)).toEqual({
      state: 'paid',
      answer: paid,
      paidLate: true,
    });
    expect(stateAfter({ state: 'open', answer: waiting }, paid)).toMatchObject({ paidLate: false });
  });

  test.each<ChargeAnswer>([
    { kind: 'canceled' },
    { kind: 'expired' },
    { kind: 'absent' },
    { kind: 'unknown', cause: 'x' },
    { kind: 'declined', cause: 'x' },
    { kind: 'not_sent', cause: 'x' },
    waiting,
  ])('nothing takes money away again: $kind', (answer) => {
    expect(stateAfter({ state: 'paid', answer: paid }, answer)).toEqual({});
  });

  test('what is shown to the customer stays while nothing more is known', () => {
    expect(stateAfter({ state: 'open', answer: waiting }, { kind: 'unknown', cause: 'lost' })).toEqual({});
    expect(stateAfter({ state: 'open', answer: null }, waiting)).toEqual({ answer: waiting });
    expect(stateAfter({ state: 'ended', answer: { kind: 'canceled' } }, waiting)).toEqual({});
  });
});

describe('who waits', () => {
  test('hears what came between looking and waiting', async () => {
    const waits = createWaits(virtualWorld().timers);
    const news = waits.until('a');
    waits.wake('a');
    await news.within(1_000);
  });

  test('goes on by themselves when nothing comes, and nothing of them stays', async () => {
    const world = virtualWorld();
    const waits = createWaits(world.timers);
    const news = waits.until('a');
    const over = news.within(1_000);
    world.advance(1_000);
    await over;
    news.forget();
    expect(world.pending()).toBe(0);
  });

  test('is let go when the node stops, and so is who comes then', async () => {
    const waits = createWaits(virtualWorld().timers);
    const early = waits.until('a').within(60_000);
    waits.close();
    await Promise.all([early, waits.until('b').within(60_000)]);
  });
});

test.each([
  ['ENOTFOUND', 'psp_address_unknown'],
  ['ADDRESS_REFUSED', 'psp_address_refused'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'psp_not_believed'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'psp_refuses_certificate'],
  ['token_401', 'psp_refuses_credentials'],
  ['token_503', 'psp_unreachable'],
  ['timeout', 'psp_unreachable'],
  ['token_404', 'psp_answers_wrong'],
] as const)('the cause %s is told as %s', (cause, code) => expect(pspFaultOf(cause)).toBe(code));
