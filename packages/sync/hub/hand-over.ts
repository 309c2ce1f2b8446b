/**
 * What a hub answers to a totem that hands its sealed batches over: how far they are held here, which is not yet how far they
 * are safe; and how far the cloud has acknowledged them, which alone lets the totem forget.
 */
import { idSchema } from '@totem/domain';
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const handOverAnswerSchema = z.object({
  origin: idSchema<'origin'>(),
  /** The last seq that is held at the hub, and its hash; null for an origin that it has not heard of. */
  taken: z.object({ seq: z.int().min(0), hash }).nullable(),
  /** The last seq that the cloud has acknowledged, as the hub knows, and its hash. */
  acknowledged: z.object({ seq: z.int().min(1), hash }).nullable(),
});
export type HandOverAnswer = z.infer<typeof handOverAnswerSchema>;
