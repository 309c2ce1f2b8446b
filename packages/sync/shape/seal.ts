/**
 * Text that is handed to a client and comes back: authenticated, so that the client can read it but not change it.
 *
 * Form: base64url of 16 bytes of HMAC-SHA-256 (RFC 2104; RFC 4868 allows the truncation) followed by printable ASCII.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export interface Seal {
  /** The same text gives the same result. @throws RangeError when the text is not printable ASCII. */
  close(text: string): string;
  /** The text that was closed with the same key, or null for anything else. */
  open(sealed: string): string | null;
}

const macBytes = 16;
const printableAscii = /^[ -~]*$/;
const base64url = { alphabet: 'base64url', omitPadding: true } as const;
/** RFC 2104 section 3: a key shorter than the hash weakens the MAC. */
const keyBytesMin = 32;

/** @param key at least 32 bytes, the same on every node. @throws RangeError when it is shorter. */
export function createSeal(key: Uint8Array): Seal {
  if (key.length < keyBytesMin) throw new RangeError('the key of a seal is too short');
  const mac = (payload: Uint8Array): Uint8Array => hmac(sha256, key, payload).subarray(0, macBytes);
  return {
    close: (text) => {
      if (!printableAscii.test(text)) throw new RangeError('sealed text must be printable ASCII');
      const payload = utf8ToBytes(text);
      const bytes = new Uint8Array(macBytes + payload.length);
      bytes.set(mac(payload));
      bytes.set(payload, macBytes);
      return bytes.toBase64(base64url);
    },
    open: (sealed) => {
      const bytes = bytesOf(sealed);
      if (bytes === null || bytes.length <= macBytes) return null;
      const payload = bytes.subarray(macBytes);
      if (!isSame(mac(payload), bytes.subarray(0, macBytes))) return null;
      return Array.from(payload, (byte) => String.fromCharCode(byte)).join('');
    },
  };
}

function bytesOf(sealed: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(sealed, { alphabet: 'base64url' });
    // Base64 has several texts for some byte strings; only the one that was given out counts.
    return bytes.toBase64(base64url) === sealed ? bytes : null;
  } catch {
    return null;
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0);
  return difference === 0;
}
