/** What a device sends to replace its key: `POST /v1/device/key`. Both keys sign `keyRotationText`. */
import { z } from 'zod';

const publicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

export const keyRotationSchema = z.strictObject({
  /** The key that is known, and its signature. */
  from: publicKey,
  fromSignature: signature,
  /** The key that comes after it, and its signature: it is there, and somebody can sign with it. */
  to: publicKey,
  toSignature: signature,
});
export type KeyRotation = z.infer<typeof keyRotationSchema>;
