/**
 * What a device and its cloud say to each other before they know each other: a code that counts once, the fingerprint by which
 * a person sees that both speak of the same key, and the texts that the device signs to show that the key is its own.
 */
import type { Env } from '../env.ts';
import { sha256Hex } from '../ledger/canonical.ts';
import { crockfordOfBytes, crockfordOfHex, crockfordRead, inGroups } from '../text/crockford.ts';

/** 40 bits. */
export const PAIRING_CODE_LENGTH = 8;
export const PAIRING_CODE_MS = 10 * 60_000;
/** 60 bits. */
const FINGERPRINT_LENGTH = 12;

/** A new code, without its hyphen. */
export function newPairingCode(env: Env): string {
  return crockfordOfBytes(env.randomBytes(PAIRING_CODE_LENGTH));
}

/** The code that somebody has typed, without its hyphen; undefined for what cannot be one. */
export function pairingCodeOf(typed: string): string | undefined {
  const code = crockfordRead(typed);
  return code?.length === PAIRING_CODE_LENGTH ? code : undefined;
}

/** How a code is shown: `7K3M-Q9TX`. */
export function shownPairingCode(code: string): string {
  return inGroups(code);
}

/** Of a public key, the same on the device and at the cloud: `7K3M-Q9TX-20AB`. @param publicKey raw, in base64url. */
export function keyFingerprint(publicKey: string): string {
  return inGroups(crockfordOfHex(sha256Hex(`totem device key\n${publicKey}`), FINGERPRINT_LENGTH));
}

/** What a device signs when it shows a code. @param code without its hyphen. */
export function claimText(code: string, publicKey: string): string {
  return `totem enrolment v1\nclaim\n${code}\n${publicKey}`;
}

/** What a screen signs when it asks for a code to show. */
export function askText(publicKey: string): string {
  return `totem pairing v1\nask\n${publicKey}`;
}

/** What it signs when it asks what came of it, of an enrolment or of a pairing. */
export function followText(enrolmentId: string): string {
  return `totem enrolment v1\nfollow\n${enrolmentId}`;
}
