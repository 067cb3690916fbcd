import type { ChatMessage } from "@kvasir/model-runtime";
import { z } from "zod";

const textPart = z.object({
  type: z.literal("text", { error: 'only parts of type "text" are supported' }),
  text: z.string(),
});

/** A string, or a list of text parts that are joined by line breaks. */
const content: z.ZodType<string> = z
  .preprocess(
    (value) => (typeof value === "string" ? [{ type: "text", text: value }] : value),
    z.array(textPart, { error: "expected a string or a list of text parts" }),
  )
  .transform((parts) => parts.map((part) => part.text).join("\n"));

const roles = ["system", "developer", "document", "user", "assistant"] as const;

/** `developer` is the newer name of `system`. A role that a template does not know would drop the message, so others are refused. */
const role: z.ZodType<string> = z
  .enum(roles, { error: `expected one of ${roles.join(", ")}` })
  .transform((name) => (name === "developer" ? "system" : name));

export const messagesSchema: z.ZodType<readonly ChatMessage[]> = z.array(z.object({ role, content })).min(1);
