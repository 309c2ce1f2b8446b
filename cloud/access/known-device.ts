/**
 * Devices from which somebody has signed in before. A browser keeps what its last login gave it and shows it at the next: so
 * whoever guesses at a person's password from elsewhere slows down the guessers, and never the person.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Env } from '@totem/domain';

export interface KnownDevices {
  /** A new proof for a person who has just signed in. */
  make(username: string): string;
  /** The device that a proof is of, if it is one for this person. */
  read(proof: string | undefined, username: string): string | undefined;
}

const NAME_BYTES = 16;
/** `kd_` and 48 bytes: a random name, and the proof that it was given to this person. */
const FORM = /^kd_([A-Za-z0-9_-]{64})$/;

export function createKnownDevices(key: Uint8Array, env: Env): KnownDevices {
  const proofOf = (name: Uint8Array, username: string) =>
    createHmac('sha256', key).update(name).update(username).digest();
  return {
    make: (username) => {
      const name = env.randomBytes(NAME_BYTES);
      return `kd_${Buffer.concat([name, proofOf(name, username)]).toString('base64url')}`;
    },
    read: (proof, username) => {
      const [, text] = FORM.exec(proof ?? '') ?? [];
      if (text === undefined) return undefined;
      const bytes = Buffer.from(text, 'base64url');
      const name = bytes.subarray(0, NAME_BYTES);
      const isGiven = timingSafeEqual(bytes.subarray(NAME_BYTES), proofOf(name, username));
      return isGiven ? name.toString('hex') : undefined;
    },
  };
}
