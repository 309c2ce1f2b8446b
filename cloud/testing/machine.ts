/** A machine that nobody knows yet, as enrolment meets it: with a key of its own, and what it signs with it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  askText,
  claimText,
  type Env,
  type EquipmentId,
  followText,
  keyFingerprint,
  newId,
  pairingCodeOf,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { SignJWT } from 'jose';

export type Machine = ReturnType<typeof newMachine>;

/** @param from its address, as a trusted proxy says it, and its clock. */
export function newMachine(url: string, from: { readonly address?: string; readonly env?: Env } = {}) {
  const { address, env = systemEnv } = from;
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = String(privateKey.export({ format: 'jwk' }).x);
  const signed = (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64url');
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(address === undefined ? {} : { 'x-forwarded-for': address }),
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };
  return {
    publicKey,
    fingerprint: keyFingerprint(publicKey),
    show: (typed: string, over: object = {}) => {
      const signature = signed(claimText(pairingCodeOf(typed) ?? typed, publicKey));
      return post('/v1/enrolments', {
        code: typed,
        publicKey,
        signature,
        about: { host: 'totem-1' },
        ...over,
      });
    },
    ask: (enrolmentId: unknown) =>
      post('/v1/enrolments/outcome', { enrolmentId, signature: signed(followText(String(enrolmentId))) }),
    /** Asks for a code to show. */
    askCode: (over: object = {}) =>
      post('/v1/pairings', {
        publicKey,
        signature: signed(askText(publicKey)),
        about: { host: 'tv-1' },
        ...over,
      }),
    /** Asks what came of it. */
    followCode: (pairingId: unknown) =>
      post('/v1/pairings/outcome', { pairingId, signature: signed(followText(String(pairingId))) }),
    /** Gets a token as the device that it is. */
    token: async (equipmentId: EquipmentId) => {
      const now = Math.floor(env.now() / 1_000);
      const assertion = await new SignJWT({ iss: equipmentId, sub: equipmentId, jti: newId(systemEnv) })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setAudience('totem-cloud')
        .setIssuedAt(now)
        .setExpirationTime(now + 60)
        .sign(privateKey);
      const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
      const form = new URLSearchParams({ grant_type: grant, assertion });
      return (await fetch(`${url}/v1/token`, { method: 'POST', body: form })).status;
    },
  };
}
