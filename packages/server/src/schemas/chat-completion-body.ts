import type { ChatMessage } from "@kvasir/model-runtime";
import { z } from "zod";
import { type GenerationFields, generationFields } from "./generation-fields.ts";
import { messagesSchema } from "./messages.ts";
import { optionalField } from "./optional-field.ts";

/** Body of `POST /v1/chat/completions`. */
export interface ChatCompletionBody extends GenerationFields {
  readonly messages: readonly ChatMessage[];
  /** Newer name of `max_tokens`. */
  readonly max_completion_tokens?: number | undefined;
  readonly logprobs?: boolean | undefined;
  readonly top_logprobs?: number | undefined;
}

export const chatCompletionBody: z.ZodType<ChatCompletionBody> = z
  .object({
    ...generationFields,
    messages: messagesSchema,
    max_completion_tokens: generationFields.max_tokens,
    logprobs: optionalField(z.boolean()),
    top_logprobs: optionalField(z.int().min(0).max(20)),
  })
  .refine((body) => body.top_logprobs === undefined || body.logprobs === true, {
    path: ["top_logprobs"],
    error: "needs logprobs: true",
  })
  .refine((body) => body.stream_options === undefined || body.stream === true, {
    path: ["stream_options"],
    error: "needs stream: true",
  });
