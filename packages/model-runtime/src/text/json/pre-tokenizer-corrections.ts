import { UnsupportedModelError } from "../../errors/unsupported-model-error.ts";
import { isObject, type JsonObject } from "./json-values.ts";

/** The pattern of GPT-2, which the `ByteLevel` pre-tokenizer applies where `use_regex` is set. */
export const GPT2_PATTERN: string = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/**
 * Rewrites steps of a tokenizer.json pre-tokenizer that `@huggingface/tokenizers` 0.2.0 runs differently from the original (Rust)
 * library into equal ones that it runs the same:
 * - `Digits` there knows ASCII digits only, the original all of Unicode's numbers;
 * - the pattern inside `ByteLevel` uses JavaScript's `\s` there, which has U+FEFF and lacks U+0085; patterns of `Split` are translated.
 * @throws UnsupportedModelError for a way of splitting that the library would silently run as another.
 */
export function correctPreTokenizer(step: unknown): unknown {
  if (!isObject(step)) return step;
  switch (step["type"]) {
    case "Sequence": {
      const steps = step["pretokenizers"];
      return { ...step, pretokenizers: Array.isArray(steps) ? steps.map(correctPreTokenizer) : steps };
    }
    case "Digits":
      return split(step["individual_digits"] === true ? String.raw`\p{N}` : String.raw`\p{N}+`);
    case "ByteLevel": {
      if (step["use_regex"] === false || step["add_prefix_space"] === true) return step;
      return { type: "Sequence", pretokenizers: [split(GPT2_PATTERN), { ...step, use_regex: false }] };
    }
    case "Split": {
      const behavior = String(step["behavior"]);
      // Gemma splits at spaces, of which its normaliser leaves none.
      const pattern = isObject(step["pattern"]) ? step["pattern"] : {};
      if (["Isolated", "Removed"].includes(behavior) || pattern["String"] === " ") return step;
      throw new UnsupportedModelError({ key: "tokenizer.json pre_tokenizer.behavior", value: behavior, supported: "Isolated, Removed" });
    }
    default:
      return step;
  }
}

/** A step that makes every match, and every stretch between matches, a piece of its own. */
export function split(pattern: string): JsonObject {
  return { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
}
