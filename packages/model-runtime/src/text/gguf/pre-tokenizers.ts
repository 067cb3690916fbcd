import { GPT2_PATTERN } from "../json/pre-tokenizer-corrections.ts";

/** How a byte-level BPE vocabulary splits text before merging. */
export interface PreTokenizerRule {
  /** Patterns applied one after another; every match and every stretch between matches becomes a piece of its own. */
  readonly patterns: readonly string[];
  /** A piece that is a token as a whole is not built by merging. */
  readonly ignoreMerges?: boolean;
  /** Unicode normalisation of the model's own tokenizer. */
  readonly normalizer?: "NFC";
  /** Whether BOS is added where the file does not say. */
  readonly addsBos?: boolean;
}

const r = String.raw;
const GPT2: PreTokenizerRule = { patterns: [GPT2_PATTERN] };
const DIGITS_THEN_GPT2: PreTokenizerRule = { patterns: [r`\p{N}`, GPT2_PATTERN] };
const END = r` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const LLAMA3_PATTERN = r`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|${END}`;
const LLAMA3: PreTokenizerRule = { patterns: [LLAMA3_PATTERN], ignoreMerges: true, addsBos: true };
const LLAMA3_MERGED: PreTokenizerRule = { patterns: [LLAMA3_PATTERN] };
const QWEN2_PATTERN = r`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|${END}`;
const QWEN2: PreTokenizerRule = { patterns: [QWEN2_PATTERN], normalizer: "NFC" };
const UPPER = r`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = r`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const CASED_END = r` ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const CONTRACTION = r`(?i:'s|'t|'re|'ve|'m|'ll|'d)?`;
const GPT4O: PreTokenizerRule = {
  patterns: [
    r`[^\r\n\p{L}\p{N}]?${UPPER}*${LOWER}+${CONTRACTION}|[^\r\n\p{L}\p{N}]?${UPPER}+${LOWER}*${CONTRACTION}|\p{N}{1,3}|${CASED_END}`,
  ],
};
const CJK = r`[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+`;

/**
 * Rules by `tokenizer.ggml.pre`. A rule is that of the tokenizer.json of the models that carry the name.
 * Names: https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
 */
export const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizerRule> = new Map([
  ["gpt-2", GPT2],
  ["phi-2", GPT2],
  ["mpt", GPT2],
  ["olmo", GPT2],
  ["jais", GPT2],
  ["gigachat", GPT2],
  ["mellum", GPT2],
  ["trillion", GPT2],
  ["exaone4", GPT2],
  ["smollm", DIGITS_THEN_GPT2],
  ["starcoder", DIGITS_THEN_GPT2],
  ["refact", DIGITS_THEN_GPT2],
  ["command-r", DIGITS_THEN_GPT2],
  ["codeshell", DIGITS_THEN_GPT2],
  ["exaone", DIGITS_THEN_GPT2],
  ["minerva-7b", DIGITS_THEN_GPT2],
  ["llama-bpe", LLAMA3],
  ["llama3", LLAMA3],
  ["llama-v3", LLAMA3],
  ["falcon3", LLAMA3],
  ["pixtral", LLAMA3],
  ["lfm2", LLAMA3],
  ["dbrx", LLAMA3_MERGED],
  ["smaug-bpe", LLAMA3_MERGED],
  ["chatglm-bpe", LLAMA3_MERGED],
  ["glm4", LLAMA3_MERGED],
  ["qwen2", QWEN2],
  ["deepseek-r1-qwen", QWEN2],
  ["megrez", QWEN2],
  ["stablelm2", { patterns: [QWEN2_PATTERN] }],
  ["gpt-4o", GPT4O],
  ["llama4", GPT4O],
  [
    "tekken",
    {
      patterns: [r`[^\r\n\p{L}\p{N}]?${UPPER}*${LOWER}+|[^\r\n\p{L}\p{N}]?${UPPER}+${LOWER}*|\p{N}|${CASED_END}`],
      ignoreMerges: true,
      addsBos: true,
    },
  ],
  ["deepseek-coder", { patterns: [r`[\r\n]`, r`\s?\p{L}+`, r`\s?\p{P}+`, CJK, r`\p{N}`], addsBos: true }],
  [
    "deepseek-v3",
    {
      patterns: [
        r`\p{N}{1,3}`,
        r`[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+`,
        r`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_\u0060{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
      ],
      addsBos: true,
    },
  ],
  ["falcon", { patterns: [r`[\p{P}\$\+<=>\^~\|\u0060]+`, GPT2_PATTERN, r`[0-9][0-9][0-9]`] }],
  // Files of early converters, which did not record the rule; the result may differ from the model's own tokenizer.
  ["default", { patterns: [r`[\p{P}\$\+<=>\^~\|]+`, GPT2_PATTERN, r`\p{N}+`, r`[0-9][0-9][0-9]`] }],
]);
