import type { z } from "zod";

/** A field that may be absent or null, which clients use alike. */
export function optionalField<Output>(schema: z.ZodType<Output>): z.ZodType<Output | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}
