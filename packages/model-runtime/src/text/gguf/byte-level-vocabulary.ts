import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";

import { UnsupportedModelError } from "../../errors/unsupported-model-error.ts";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import { BytePairEncoder } from "../bpe/byte-pair-encoder.ts";
import { LibraryEncoder } from "../library-encoder.ts";
import type { TokenizerParts } from "../model-tokenizer.ts";
import { split } from "../json/pre-tokenizer-corrections.ts";
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
  const library = new LibraryTokenizer(tokenizerJson(rule), {});
  const addsBos = tables.addsBos ?? rule.addsBos ?? false;
  return {
    vocabulary: new Vocabulary("byte-level", tables.tokens, tables.roles),
    addedTokens: tables.addedTokens,
    encoder: new LibraryEncoder(library, [], createPieces(tables.tokens, merges, rule, file)),
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

function createPieces(tokens: readonly string[], merges: readonly string[], rule: PreTokenizerRule, file: string): BytePairEncoder {
  const ids = new Map<string, number>();
  // Of tokens given twice the first counts.
  for (const [id, token] of tokens.entries()) if (!ids.has(token)) ids.set(token, id);
  const pairs = merges.map((merge): [string, string] => {
    const space = merge.indexOf(" ");
    return [merge.slice(0, space), merge.slice(space + 1)];
  });
  try {
    return new BytePairEncoder({
      ids,
      merges: pairs,
      ignoreMerges: rule.ignoreMerges ?? false,
      byteFallback: false,
      unknownId: undefined,
      fuseUnknown: false,
    });
  } catch (cause) {
    throw new WeightFileError({ file, problem: `tokenizer.ggml.merges: ${(cause as Error).message}`, cause });
  }
}

/** The steps before merging, for the library. */
function tokenizerJson(rule: PreTokenizerRule): object {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    added_tokens: [],
    normalizer: rule.normalizer === undefined ? null : { type: rule.normalizer },
    pre_tokenizer: { type: "Sequence", pretokenizers: [...rule.patterns.map(split), byteLevel] },
    post_processor: null,
    decoder: byteLevel,
    model: { type: "BPE", vocab: {}, merges: [] },
  };
}
