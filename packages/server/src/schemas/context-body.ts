import type { ContextContent } from "@kvasir/model-runtime";
import { z } from "zod";
import { messagesSchema } from "./messages.ts";
import { optionalField } from "./optional-field.ts";

/** Body of `POST /v1/contexts`. */
export interface ContextBody {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly content: ContextContent;
  readonly visibility: "private" | "public";
  readonly policy?: string | undefined;
}

const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    "expected 1 to 128 letters, digits, dots, colons, dashes or underscores, a letter or digit first",
  );

export const contextBody: z.ZodType<ContextBody> = z
  .object({
    id: optionalField(identifier),
    title: optionalField(z.string().max(512)),
    content: optionalField(z.string().min(1)),
    messages: optionalField(messagesSchema),
    visibility: optionalField(z.enum(["private", "public"])),
    policy: optionalField(z.string().min(1)),
  })
  .transform((body, context): ContextBody => {
    const { messages, content, visibility = "private", ...rest } = body;
    const chosen = content ?? messages;
    if (chosen !== undefined && (content === undefined || messages === undefined)) return { ...rest, content: chosen, visibility };
    context.addIssue({ code: "custom", path: ["content"], message: "give either content or messages" });
    return z.NEVER;
  });
