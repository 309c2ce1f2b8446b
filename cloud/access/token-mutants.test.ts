/**
 * Access tokens and what is not one: for each way in which a token was ever made to pass (RFC 8725, and the advisories of
 * libraries since), a token that tries it. All are refused with one code, and the one that they are made from is not.
 */
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { newId, PLATFORM_TENANT_ID, type PrincipalOf, ProblemError } from '@totem/domain';
import { virtualWorld } from '@totem/testkit/virtual';
import { beforeAll, describe, expect, test } from 'vitest';
import { keysOf, newSigningKey } from './signing-key.ts';
import { type AccessTokens, createAccessTokens } from './tokens.ts';

const { env } = virtualWorld();
const signingKey = newSigningKey();
const keys = keysOf(signingKey);
const ownKey = createPrivateKey({ key: signingKey, format: 'jwk' });
const foreign = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const now = Math.floor(env.now() / 1_000);
const PERSON: PrincipalOf<'user'> = {
  kind: 'user',
  tenantId: newId(env),
  userId: newId(env),
  sessionId: newId(env),
  role: 'operator',
  siteIds: [newId(env)],
  serviceIds: null,
};

let tokens: AccessTokens;
let good = '';

beforeAll(async () => {
  tokens = createAccessTokens(keys, env);
  good = (await tokens.mint(PERSON, 600)).accessToken;
});

const HEADER = { alg: 'EdDSA', typ: 'at+jwt' };
const encoded = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const partsOf = (token: string): [string, string, string] => {
  const [head = '', body = '', signature = ''] = token.split('.');
  return [head, body, signature];
};
const claims = () =>
  JSON.parse(Buffer.from(partsOf(good)[1], 'base64url').toString()) as Record<string, unknown>;
const signed = (header: object, body: object | string, key: KeyObject = ownKey) => {
  const text = `${encoded(header)}.${encoded(body)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
};
const hmac = (header: object, secret: string | Buffer) => {
  const text = `${encoded(header)}.${encoded(claims())}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const verdictOf = (token: string) =>
  tokens.verify(token).then(
    () => 'accepted',
    (error: unknown) => (error instanceof ProblemError ? error.code : `threw ${String(error)}`),
  );
const spkiPem = () => keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const spkiDer = () => keys.publicKey.export({ type: 'spki', format: 'der' });
const foreignJwk = foreign.publicKey.export({ format: 'jwk' });

test('the token that all others are made from is accepted, and so is its copy made by hand', async () => {
  expect(await tokens.verify(good)).toEqual(PERSON);
  expect(await verdictOf(signed(HEADER, claims()))).toBe('accepted');
});

describe('an algorithm that is not ours is refused:', () => {
  const unsigned =
    (alg: string, signature = '') =>
    () =>
      `${encoded({ ...HEADER, alg })}.${encoded(claims())}.${signature}`;
  test.each<[string, () => string]>([
    ['none', unsigned('none')],
    ['None', unsigned('None')],
    ['NONE', unsigned('NONE')],
    ['none with our signature', () => unsigned('none', partsOf(good)[2])()],
    ['an empty one', unsigned('')],
    ['no alg at all', () => signed({ typ: 'at+jwt' }, claims())],
    ['alg that is no text', () => signed({ ...HEADER, alg: ['EdDSA'] }, claims())],
    ['eddsa in small letters', () => signed({ ...HEADER, alg: 'eddsa' }, claims())],
    ['Ed25519, which is ours by another name', () => signed({ ...HEADER, alg: 'Ed25519' }, claims())],
    ['HS256 with the public key as PEM', () => hmac({ ...HEADER, alg: 'HS256' }, spkiPem())],
    ['HS256 with the public key as DER', () => hmac({ ...HEADER, alg: 'HS256' }, spkiDer())],
    ['HS256 with the public key as it is published', () => hmac({ ...HEADER, alg: 'HS256' }, signingKey.x)],
    [
      'HS256 with the public key’s bytes',
      () => hmac({ ...HEADER, alg: 'HS256' }, Buffer.from(signingKey.x, 'base64url')),
    ],
    ['HS256 with an empty secret', () => hmac({ ...HEADER, alg: 'HS256' }, '')],
    ['EdDSA in the header and an HMAC behind it', () => hmac(HEADER, spkiPem())],
    [
      'RS256',
      () => {
        const text = `${encoded({ ...HEADER, alg: 'RS256' })}.${encoded(claims())}`;
        return `${text}.${sign('sha256', Buffer.from(text), rsa.privateKey).toString('base64url')}`;
      },
    ],
    [
      'ES256',
      () => {
        const text = `${encoded({ ...HEADER, alg: 'ES256' })}.${encoded(claims())}`;
        const key = { key: ec.privateKey, dsaEncoding: 'ieee-p1363' } as const;
        return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
      },
    ],
    [
      'ES256 with a signature of zeros',
      () => `${encoded({ ...HEADER, alg: 'ES256' })}.${encoded(claims())}.${'A'.repeat(86)}`,
    ],
    ['EdDSA with a signature of zeros', () => `${encoded(HEADER)}.${encoded(claims())}.${'A'.repeat(86)}`],
  ])('%s', async (_, make) => {
    expect(await verdictOf(make())).toBe('unauthorized');
  });
});

describe('a key that a token brings or names is refused:', () => {
  test.each<[string, () => string]>([
    ['signed with another key', () => signed(HEADER, claims(), foreign.privateKey)],
    ['with its jwk', () => signed({ ...HEADER, jwk: foreignJwk }, claims(), foreign.privateKey)],
    [
      'with a jku',
      () => signed({ ...HEADER, jku: 'https://example.org/jwks' }, claims(), foreign.privateKey),
    ],
    ['with an x5u', () => signed({ ...HEADER, x5u: 'https://example.org/x' }, claims(), foreign.privateKey)],
    [
      'with a kid that is a path',
      () => signed({ ...HEADER, kid: '../../dev/null' }, claims(), foreign.privateKey),
    ],
    [
      'with a kid that is SQL',
      () => signed({ ...HEADER, kid: `x' UNION SELECT 'a` }, claims(), foreign.privateKey),
    ],
    ['with a kid, though the key is ours', () => signed({ ...HEADER, kid: 'other' }, claims())],
    ['with a jwk, though the key is ours', () => signed({ ...HEADER, jwk: foreignJwk }, claims())],
    ['with a critical header that nobody knows', () => signed({ ...HEADER, crit: ['x'], x: 1 }, claims())],
    [
      'with an unencoded payload (RFC 7797)',
      () => signed({ ...HEADER, b64: false, crit: ['b64'] }, claims()),
    ],
  ])('%s', async (_, make) => {
    expect(await verdictOf(make())).toBe('unauthorized');
  });
});

describe('a token with our signature is refused', () => {
  const over =
    (claim: Record<string, unknown>, header: object = {}) =>
    () =>
      signed({ ...HEADER, ...header }, { ...claims(), ...claim });
  test.each<[string, () => string]>([
    ['that has ended', over({ exp: now - 1 })],
    ['that ends now', over({ exp: now })],
    ['without an end', over({ exp: undefined })],
    ['whose end is a text', over({ exp: String(now + 600) })],
    ['whose end is no number', over({ exp: null })],
    ['that is not to be used before a time', over({ nbf: now + 10 })],
    ['from the future', over({ iat: now + 120 })],
    ['without a time of making', over({ iat: undefined })],
    ['without a name', over({ jti: undefined })],
    ['for another audience', over({ aud: 'totem-cloud' })],
    ['for nobody', over({ aud: undefined })],
    ['of another issuer', over({ iss: 'https://totem-cloud' })],
    ['of no issuer', over({ iss: undefined })],
    ['of type JWT', over({}, { typ: 'JWT' })],
    ['of no type', over({}, { typ: undefined })],
    ['without a bearer', over({ sub: undefined })],
    ['of a bearer that is no id', over({ sub: 'admin' })],
    ['of a kind that there is not', over({ kind: 'root' })],
    ['of a kind of one’s own prototype', over({ kind: '__proto__' })],
    ['of a key, which has no tokens', over({ kind: 'key', scopes: ['audit.read'] })],
    ['with a role that there is not', over({ role: 'platform_owner' })],
    ['with two roles', over({ role: ['operator', 'admin'] })],
    ['of no company', over({ tenant: undefined })],
    ['of a company that is no id', over({ tenant: '*' })],
    ['without a session', over({ sid: undefined })],
    ['with sites that are none', over({ sites: ['*'] })],
    ['with sites left out', over({ sites: undefined })],
  ])('%s', async (_, make) => {
    expect(await verdictOf(make())).toBe('unauthorized');
  });

  test('whose owner claims a company: it stays the platform’s', async () => {
    const token = signed(HEADER, { ...claims(), kind: 'owner' });
    expect(await tokens.verify(token)).toMatchObject({ kind: 'owner', tenantId: PLATFORM_TENANT_ID });
  });
});

describe('a text that is no token is refused:', () => {
  test.each<[string, () => string]>([
    ['nothing', () => ''],
    ['dots', () => '..'],
    ['two parts', () => partsOf(good).slice(0, 2).join('.')],
    ['four parts', () => `${good}.x`],
    ['five parts, as of an encrypted one', () => `${good}.x.y`],
    ['with a changed signature', () => `${good.slice(0, -6)}AAAAAA`],
    [
      'with claims of another token',
      () => [partsOf(good)[0], encoded({ ...claims(), role: 'admin' }), partsOf(good)[2]].join('.'),
    ],
    [
      'with another company',
      () => [partsOf(good)[0], encoded({ ...claims(), tenant: newId(env) }), partsOf(good)[2]].join('.'),
    ],
    ['with a space behind', () => `${good} `],
    ['with padding', () => `${good}==`],
    ['in standard base64', () => good.replaceAll('.', '+.')],
    ['a header that is no JSON', () => ['x', partsOf(good)[1], partsOf(good)[2]].join('.')],
    ['claims that are no object', () => signed(HEADER, '"x"')],
    ['claims that are a list', () => signed(HEADER, '[]')],
    ['claims that are no JSON', () => signed(HEADER, '{')],
    ['a megabyte', () => `${good}${'A'.repeat(1_000_000)}`],
  ])('%s', async (_, make) => {
    expect(await verdictOf(make())).toBe('unauthorized');
  });

  test('any one sign of a token changed', async () => {
    for (let at = 0; at < good.length; at += 1) {
      // The last sign has bits to spare that no decoder reads.
      if (at === good.length - 1) continue;
      const sign1 = good[at] === 'A' ? 'B' : 'A';
      expect(await verdictOf(`${good.slice(0, at)}${sign1}${good.slice(at + 1)}`), `at ${at}`).toBe(
        'unauthorized',
      );
    }
  });
});
