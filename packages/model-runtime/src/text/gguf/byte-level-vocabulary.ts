import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";

import { UnsupportedModelError } from "../../errors/unsupported-model-error.ts";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import { LibraryEncoder } from "../library-encoder.ts";
import type { TokenizerParts } from "../model-tokenizer.ts";
import { split } from "../pre-tokenizer-corrections.ts";
import { Vocabulary } from "../vocabulary.ts";
import { PRE_TOKENIZERS, type PreTokenizerRule } from "./pre-tokenizers.ts";
import { readTokenTables } from "./token-tables.ts";

type Metadata = Readonly<Record<string, unknown>>;

/**
 * Builds the tokenizer of `tokenizer.ggml.model = gpt2`: byte-level BPE. The metadata is turned into a tokenizer.json in memory.
 * @param report Takes a note about a fallback.
 * @throws UnsupportedModelError for a `tokenizer.ggml.pre` that is not known: guessing would change every prompt.
 */
export function readByteLevelVocabulary(metadata: Metadata, file: string, report: (note: string) => void): TokenizerParts {
  const tables = readTokenTables(metadata, file);
  const merges = metadata["tokenizer.ggml.merges"];
  if (!Array.isArray(merges) || !merges.every((merge) => typeof merge === "string" && merge.includes(" "))) {
    throw new WeightFileError({
      file,
      problem: "has no tokenizer.ggml.merges list of pairs",
      remedy: "Convert the model again with its tokenizer.",
    });
  }
  const rule = findRule(metadata["tokenizer.ggml.pre"], report);
  const library = new LibraryTokenizer(tokenizerJson(tables.tokens, merges, rule), {});
  const addsBos = tables.addsBos ?? rule.addsBos ?? false;
  return {
    vocabulary: new Vocabulary("byte-level", tables.tokens, tables.roles),
    addedTokens: tables.addedTokens,
    encoder: new LibraryEncoder(library, []),
    prefix: addsBos && tables.bosId !== undefined ? [tables.bosId] : [],
    suffix: tables.addsEos ? tables.eosIds.slice(0, 1) : [],
    bosId: tables.bosId,
    eosIds: tables.eosIds,
    addsLeadingSpace: false,
  };
}

function findRule(name: unknown, report: (note: string) => void): PreTokenizerRule {
  const rule = PRE_TOKENIZERS.get(name === undefined ? "default" : String(name));
  if (rule === undefined) {
    throw new UnsupportedModelError({ key: "tokenizer.ggml.pre", value: name, supported: [...PRE_TOKENIZERS.keys()].join(", ") });
  }
  if (name === undefined || name === "default") {
    report(
      "The file does not say how its tokenizer splits text (tokenizer.ggml.pre); a default is used, which may tokenize differently from the model's own. Convert the model again to be sure.",
    );
  }
  return rule;
}

function tokenizerJson(tokens: readonly string[], merges: readonly string[], rule: PreTokenizerRule): object {
  // No prototype, so that a token named __proto__ is a token like any other.
  const vocab = Object.create(null) as Record<string, number>;
  tokens.forEach((token, id) => (vocab[token] ??= id));
  return {
    added_tokens: [],
    normalizer: rule.normalizer === undefined ? null : { type: rule.normalizer },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [...rule.patterns.map(split), { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false }],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    model: {
      type: "BPE",
      vocab,
      merges,
      ignore_merges: rule.ignoreMerges ?? false,
      byte_fallback: false,
      fuse_unk: false,
      unk_token: null,
    },
  };
}
