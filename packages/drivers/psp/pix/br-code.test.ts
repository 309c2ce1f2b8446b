/** The BR Code: the central bank's own vectors, and any code there and back. */
import { cents } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountFromText, amountText } from '../../payment/amount-text.ts';
import { type BrCode, checksum, decodeBrCode, encodeBrCode } from './br-code.ts';

const V1 =
  '00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D';
const V2 =
  '00020101021226700014br.gov.bcb.pix2548pix.example.com/8b3da2f39a4140d1a91abd93113bd4415204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***630464E4';
const V3 =
  '00020126360014br.gov.bcb.pix01141234567800019552040000530398654041.005802BR5915LOJA 6304 TESTE6009SAO PAULO62140510A6304FFFFB63040D6D';
const V7 =
  '00020126360014br.gov.bcb.pix011412345678000195520400005303986540545.905802BR5915LOJA TOTEM LTDA6009SAO PAULO62180514TOTEM01T000042630481F3';

const CODES: readonly [string, string, BrCode][] = [
  [
    'static, no amount',
    V1,
    {
      target: { kind: 'static', key: '123e4567-e12b-12d1-a456-426655440000' },
      merchantName: 'Fulano de Tal',
      merchantCity: 'BRASILIA',
    },
  ],
  [
    'dynamic, single use',
    V2,
    {
      target: { kind: 'dynamic', url: 'pix.example.com/8b3da2f39a4140d1a91abd93113bd441' },
      merchantName: 'Fulano de Tal',
      merchantCity: 'BRASILIA',
      isSingleUse: true,
    },
  ],
  [
    '6304 inside name and txid',
    V3,
    {
      target: { kind: 'static', key: '12345678000195' },
      merchantName: 'LOJA 6304 TESTE',
      merchantCity: 'SAO PAULO',
      amountCents: cents(100),
      txid: 'A6304FFFFB',
    },
  ],
  [
    'static with txid',
    V7,
    {
      target: { kind: 'static', key: '12345678000195' },
      merchantName: 'LOJA TOTEM LTDA',
      merchantCity: 'SAO PAULO',
      amountCents: cents(4_590),
      txid: 'TOTEM01T000042',
    },
  ],
];

const word = (lengthMax: number) =>
  fc.stringMatching(new RegExp(`^[A-Za-z0-9][A-Za-z0-9 .&-]{0,${lengthMax - 2}}[A-Za-z0-9]$`));
const codes: fc.Arbitrary<BrCode> = fc
  .record({
    target: fc.oneof(
      fc.stringMatching(/^[a-z0-9@.+-]{1,77}$/).map((key) => ({ kind: 'static' as const, key })),
      fc.stringMatching(/^[a-z0-9./-]{1,77}$/).map((url) => ({ kind: 'dynamic' as const, url })),
    ),
    merchantName: word(25),
    merchantCity: word(15),
    amountCents: fc.option(fc.integer({ min: 1, max: 999_999_999_999 }).map(cents), { nil: undefined }),
    txid: fc.option(fc.stringMatching(/^[A-Za-z0-9]{1,25}$/), { nil: undefined }),
    isSingleUse: fc.option(fc.constant(true), { nil: undefined }),
  })
  .map(({ amountCents, txid, isSingleUse, ...rest }) => ({
    ...rest,
    ...(amountCents === undefined ? {} : { amountCents }),
    ...(txid === undefined || rest.target.kind === 'dynamic' ? {} : { txid }),
    ...(isSingleUse === undefined ? {} : { isSingleUse }),
  }));

describe('BR Code', () => {
  it.each(CODES)('%s: read and written as the vector has it', (_, text, code) => {
    expect(decodeBrCode(text)).toEqual({ ok: true, code });
    expect(encodeBrCode(code)).toBe(text);
  });

  it('the checksum is the one of the standard', () => {
    expect(checksum('123456789')).toBe('29B1');
  });

  it('any code comes back as it was written', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(decodeBrCode(encodeBrCode(code))).toEqual({ ok: true, code });
      }),
      { numRuns: 1_000 },
    );
  });

  it('no change of one character goes unnoticed', () => {
    fc.assert(
      fc.property(codes, fc.nat(), fc.constantFrom(...'0A9z*'), (code, place, instead) => {
        const text = encodeBrCode(code);
        const at = place % text.length;
        const changed = text.slice(0, at) + instead + text.slice(at + 1);
        if (changed.toUpperCase() === text.toUpperCase()) return;
        expect(decodeBrCode(changed).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any text at all is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,60}$/)), (text) => {
        expect(typeof decodeBrCode(text).ok).toBe('boolean');
      }),
    );
  });

  it.each<[string, string, string]>([
    ['another checksum', `${V1.slice(0, -1)}E`, 'checksum'],
    ['cut after 63', V1.slice(0, -6), 'not_tlv'],
    ['no field 63', V1.slice(0, -8), 'field_missing'],
    ['a length that overruns', V1.replace('62070503***', '62080503***'), 'not_tlv'],
    ['something after the end', `${V1}0101`, 'not_tlv'],
  ])('refused: %s', (_, text, fault) => {
    expect(decodeBrCode(text)).toEqual({ ok: false, fault });
  });

  it.each([
    ['another arrangement', withCrc(V1.slice(0, -4).replace('br.gov.bcb.pix', 'br.gov.bcb.xxx')), 'not_pix'],
    ['without a name', withCrc(V1.slice(0, -4).replace('5913Fulano de Tal', '')), 'field_missing'],
  ])('refused although its checksum is right: %s', (_, text, fault) => {
    expect(decodeBrCode(text)).toEqual({ ok: false, fault });
  });

  it('what names the account is never cut, what names the shop is', () => {
    const [, , code] = CODES[3] ?? [];
    if (code === undefined) throw new Error('no vector');
    expect(() => encodeBrCode({ ...code, target: { kind: 'dynamic', url: 'x'.repeat(78) } })).toThrow(
      RangeError,
    );
    expect(() => encodeBrCode({ ...code, txid: 'x'.repeat(26) })).toThrow(RangeError);
    const long = decodeBrCode(
      encodeBrCode({ ...code, merchantName: 'Açougue São João do Município de Sempre' }),
    );
    expect(long).toMatchObject({ ok: true, code: { merchantName: 'Acougue Sao Joao do Munic' } });
  });
});

function withCrc(body: string): string {
  return body + checksum(body);
}

describe('amounts', () => {
  it('any amount is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (amount) => {
        expect(amountText(amount)).toMatch(/^\d+\.\d{2}$/);
        expect(amountFromText(amountText(amount))).toBe(amount);
      }),
    );
  });
  it.each(['', '1,00', '-1.00', '1.000', 'NaN', '1e3'])('"%s" is no amount', (text) => {
    expect(amountFromText(text)).toBeUndefined();
  });
});
