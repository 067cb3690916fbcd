import { z } from "zod";
import { type GenerationFields, generationFields } from "./generation-fields.ts";
import { optionalField } from "./optional-field.ts";
import { type Prompt, promptSchema } from "./prompt.ts";

/** Body of `POST /v1/completions`. */
export interface CompletionBody extends GenerationFields {
  readonly prompt: readonly Prompt[];
  readonly echo?: boolean | undefined;
  /** Number of most likely tokens to report at each position. */
  readonly logprobs?: number | undefined;
  readonly best_of?: number | undefined;
  /** True where absent; false where contexts come first. */
  readonly add_special_tokens?: boolean | undefined;
}

export const completionBody: z.ZodType<CompletionBody> = z
  .object({
    ...generationFields,
    prompt: promptSchema,
    echo: optionalField(z.boolean()),
    logprobs: optionalField(z.int().min(0).max(20)),
    best_of: optionalField(z.int().min(1)),
    add_special_tokens: optionalField(z.boolean()),
  })
  .refine((body) => body.best_of === undefined || body.best_of === (body.n ?? 1), {
    path: ["best_of"],
    error: "is supported only when it equals n",
  })
  .refine((body) => body.stream_options === undefined || body.stream === true, {
    path: ["stream_options"],
    error: "needs stream: true",
  });
