import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";

import { split } from "../json/pre-tokenizer-corrections.ts";
import { PRE_TOKENIZERS } from "./pre-tokenizers.ts";

function pieces(name: string, text: string): string[] {
  const steps = (PRE_TOKENIZERS.get(name)?.patterns ?? []).map(split);
  const library = new LibraryTokenizer(
    {
      model: { type: "BPE", vocab: {}, merges: [] },
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "Sequence", pretokenizers: steps },
      post_processor: null,
      decoder: null,
    },
    {},
  );
  return library.pre_tokenizer?.pre_tokenize(text) ?? [];
}

const MIXED = "It's 12345 naïve CamelCase's\r\n\r\n  wörld!!\t\u00a0\u0085 ﻿x 你好，世界 ٣٤ 🎉🏽\n";

describe("pre-tokenizers", () => {
  it.each([...PRE_TOKENIZERS.keys()])("%s splits text without losing any of it", (name) => {
    expect(pieces(name, MIXED).join("")).toBe(MIXED);
  });

  it.each([
    { name: "gpt-2", text: "I'LL take 12345's  now", expected: ["I", "'", "LL", " take", " 12345", "'s", " ", " now"] },
    { name: "smollm", text: "a 12 ٣٤", expected: ["a", " ", "1", "2", " ", "٣", "٤"] },
    {
      name: "llama-bpe",
      text: "I'LL take 12345\n\n  now(x)",
      expected: ["I", "'LL", " take", " ", "123", "45", "\n\n", " ", " now", "(x", ")"],
    },
    { name: "qwen2", text: "I'LL take 123.\n", expected: ["I", "'LL", " take", " ", "1", "2", "3", ".\n"] },
    { name: "tekken", text: "helloWorld ABCdef 12/\n", expected: ["hello", "World", " ABCdef", " ", "1", "2", "/\n"] },
    { name: "gpt-4o", text: "helloWorld's 1234", expected: ["hello", "World's", " ", "123", "4"] },
    { name: "deepseek-v3", text: "你好world 1234", expected: ["你好", "world", " ", "123", "4"] },
    { name: "deepseek-coder", text: "a\nb 12中文", expected: ["a", "\n", "b", " ", "1", "2", "中文"] },
    { name: "falcon", text: "a=b 1234", expected: ["a", "=", "b", " ", "123", "4"] },
  ])("$name splits as its models do", ({ name, text, expected }) => {
    expect(pieces(name, text)).toEqual(expected);
  });
});
