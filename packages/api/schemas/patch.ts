/** Bodies of updates: the fields of a creation, each of which may be left out, and none of which falls back to a default. */
import { z } from 'zod';

type Shape = Readonly<Record<string, z.ZodType>>;
type Given<T> = T extends z.ZodDefault<infer Inner> ? Inner : T;
/** The fields of an update, made from those of a creation. */
export type PatchShape<S extends Shape> = { [F in keyof S]: z.ZodOptional<Given<S[F]> & z.ZodType> };

/** An update with these fields; one that changes nothing is refused. */
export function partial<S extends Shape>(fields: S): z.ZodObject<PatchShape<S>, z.core.$strict> {
  const shape = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [
      name,
      z.optional(schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema),
    ]),
  );
  return z
    .strictObject(shape)
    .refine((given) => Object.keys(given).length > 0, 'changes nothing') as unknown as z.ZodObject<
    PatchShape<S>,
    z.core.$strict
  >;
}
