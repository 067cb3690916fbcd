import type { ChatMessage } from "@kvasir/model-runtime";
import { z } from "zod";
import { messagesSchema } from "./messages.ts";
import { optionalField } from "./optional-field.ts";

/** Body of `POST /tokenize`: one of the two texts. */
export type TokenizeBody =
  | { readonly prompt: string; readonly add_special_tokens: boolean }
  | { readonly messages: readonly ChatMessage[] };

export const tokenizeBody: z.ZodType<TokenizeBody> = z
  .object({
    prompt: optionalField(z.string()),
    messages: optionalField(messagesSchema),
    add_special_tokens: optionalField(z.boolean()),
  })
  .transform((body, context): TokenizeBody => {
    if (body.prompt !== undefined && body.messages === undefined) {
      return { prompt: body.prompt, add_special_tokens: body.add_special_tokens ?? true };
    }
    if (body.messages !== undefined && body.prompt === undefined) return { messages: body.messages };
    context.addIssue({ code: "custom", path: ["prompt"], message: "give either prompt or messages" });
    return z.NEVER;
  });

/** Body of `POST /detokenize`. */
export interface DetokenizeBody {
  readonly tokens: readonly number[];
}

export const detokenizeBody: z.ZodType<DetokenizeBody> = z.object({ tokens: z.array(z.int().min(0)) });
