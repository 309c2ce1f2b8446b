/**
 * How a device is, as it says itself, again and again: that it says so is the sign that it is there. Names of parts and states
 * are not a closed set here: totems are updated before or after the cloud.
 */
import { z } from 'zod';

const word = z.string().min(1).max(40);
/** More than a device has. */
const PARTS_MAX = 20;

export const deviceStatusSchema = z.object({
  /** Of the program; null where it does not know. */
  appVersion: z.string().max(40).nullable(),
  parts: z
    .array(
      z.object({
        part: word,
        state: word,
        /** What staff reads: small values by name. */
        detail: z.record(word, z.unknown()).default({}),
      }),
    )
    .max(PARTS_MAX),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;
