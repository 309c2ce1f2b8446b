/**
 * How a device is, as it says itself, again and again: that it says so is the sign that it is there. Names of parts and states
 * are not a closed set here: totems are updated before or after the cloud. What the cloud answers is what it wants of the device.
 */
import { idSchema } from '@totem/domain';
import { z } from 'zod';

const word = z.string().min(1).max(40);
/** More than a device has. */
const PARTS_MAX = 20;
/** Erasures in one answer; what is left comes with the next sign of life, which is then asked for at once. */
export const ERASURES_AT_ONCE = 1_000;

/** An erasure of the cloud's ledger. A cloud that was restored to before it does not have that entry at that place. */
export const erasureMarkSchema = z.object({ position: z.int().min(1), entryId: idSchema<'entry'>() });
export type ErasureMark = z.infer<typeof erasureMarkSchema>;

export const deviceStatusSchema = z.object({
  /** Of the program; null where it does not know. */
  appVersion: z.string().max(40).nullable(),
  /** The version of the settings that it follows, where it has any. */
  settingsVersion: z.int().min(0).nullable().default(null),
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
  /** Up to where it has erased whom the cloud has erased; null for nowhere yet. A device that does not say erases by age alone. */
  erasedUpTo: erasureMarkSchema.nullable().optional(),
});
export type DeviceStatus = z.input<typeof deviceStatusSchema>;

/** More than may wait for one device. */
const COMMANDS_MAX = 20;

/** What a device is answered. Fields of a later cloud are nothing to it. */
export const deviceAnswerSchema = z.object({
  /** For one that says how far it has erased. */
  erased: z
    .object({
      upTo: erasureMarkSchema.nullable(),
      /** Tickets of its site about which nobody may be known any more. */
      tickets: z.array(idSchema<'ticket'>()).max(ERASURES_AT_ONCE),
      hasMore: z.boolean(),
    })
    .optional(),
  /** Of what the office has decided of the device; another one than it has is to be read. 0 where there is nothing. */
  settingsVersion: z.int().min(0).default(0),
  /** What the office asks: told again until the device has said what came of it, and done once. */
  commands: z
    .array(z.object({ id: idSchema<'device_command'>(), kind: z.string().max(40) }))
    .max(COMMANDS_MAX)
    .default([]),
});
export type DeviceAnswer = z.infer<typeof deviceAnswerSchema>;
