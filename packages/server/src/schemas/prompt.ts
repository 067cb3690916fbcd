import { z } from "zod";

/** One prompt: text, or token ids. */
export type Prompt = string | readonly number[];

const expected = "expected a string, a list of strings, a list of token ids, or a list of those";
const maximumPrompts = 2048;

/** A string, a list of strings, a token-id list, or a list of those; always a list of prompts afterwards. */
export const promptSchema: z.ZodType<readonly Prompt[]> = z.unknown().transform((value, context): readonly Prompt[] => {
  const refuse = (path: readonly number[], message: string): readonly Prompt[] => {
    context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  };
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) return refuse([], expected);
  const list: readonly unknown[] = value;
  if (list.length === 0) return refuse([], "is an empty list");
  if (list.every((entry) => typeof entry === "number")) {
    const at = firstBadToken(list);
    return at < 0 ? [list] : refuse([at], "expected a token id, an integer of at least 0");
  }
  if (list.length > maximumPrompts) return refuse([], `has ${list.length} prompts; at most ${maximumPrompts} fit in one request`);
  const prompts: Prompt[] = [];
  for (const [index, entry] of list.entries()) {
    if (typeof entry === "string") {
      prompts.push(entry);
    } else if (isNumberList(entry)) {
      const at = firstBadToken(entry);
      if (at >= 0) return refuse([index, at], "expected a token id, an integer of at least 0");
      prompts.push(entry);
    } else {
      return refuse([index], expected);
    }
  }
  return prompts;
});

function isNumberList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "number");
}

function firstBadToken(tokens: readonly number[]): number {
  return tokens.findIndex((token) => !Number.isSafeInteger(token) || token < 0);
}
