import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";

import { UnsupportedModelError } from "../../errors/unsupported-model-error.ts";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import type { AddedToken } from "../added-tokens.ts";
import { LibraryEncoder } from "../library-encoder.ts";
import { isObject, type JsonObject } from "./json-values.ts";
import { readJsonVocabulary, type JsonVocabulary } from "./json-vocabulary.ts";
import { correctPreTokenizer } from "./pre-tokenizer-corrections.ts";
import type { TokenizerParts } from "../model-tokenizer.ts";
import { Vocabulary, type TokenRole, type VocabularyKind } from "../vocabulary.ts";

/** Settings that stand outside tokenizer.json. */
export interface TokenizerSettings {
  /** Path named in errors. */
  readonly file: string;
  readonly bosToken: string | undefined;
  /** Ids and names of tokens that end a generation. */
  readonly eosIds: readonly number[];
  readonly eosTokens: readonly string[];
}

/**
 * Builds a tokenizer from the content of a tokenizer.json.
 * @throws WeightFileError where it is malformed. @throws UnsupportedModelError for kinds of tokenizers that no supported model uses.
 */
export function readTokenizerJson(json: JsonObject, settings: TokenizerSettings): TokenizerParts {
  const { file } = settings;
  const kind = vocabularyKind(json);
  const addedTokens = readAddedTokens(json["added_tokens"], file);
  const vocabulary = readJsonVocabulary(json["model"], addedTokens, file);
  const library = createLibraryTokenizer(json, vocabulary, file);
  const isNormalized = library.normalizer === null ? () => false : normalizedOnly(json["added_tokens"]);
  const eosIds = [...settings.eosIds, ...settings.eosTokens.map((token) => vocabulary.ids.get(token)).filter((id) => id !== undefined)];
  return {
    vocabulary: new Vocabulary(kind, vocabulary.tokens, tokenRoles(vocabulary, addedTokens, kind)),
    addedTokens: addedTokens.filter((token) => !isNormalized(token)),
    encoder: new LibraryEncoder(library, addedTokens.filter(isNormalized), vocabulary.createPieces(library)),
    ...surroundingTokens(library, vocabulary, file),
    bosId: settings.bosToken === undefined ? undefined : vocabulary.ids.get(settings.bosToken),
    eosIds: [...new Set(eosIds)],
    addsLeadingSpace: stripsLeadingSpace(json["decoder"]),
  };
}

/** @throws UnsupportedModelError where the decoder is of neither kind. */
function vocabularyKind(json: JsonObject): VocabularyKind {
  const types = decoderSteps(json["decoder"]).map((step) => step["type"]);
  if (types.includes("ByteLevel")) return "byte-level";
  if (types.some((type) => type === "ByteFallback" || type === "Metaspace" || type === "Replace")) return "sentencepiece";
  throw new UnsupportedModelError({ key: "tokenizer.json decoder", value: types, supported: "ByteLevel, Metaspace, ByteFallback" });
}

function createLibraryTokenizer(json: JsonObject, vocabulary: JsonVocabulary, file: string): LibraryTokenizer {
  const corrected = {
    ...json,
    model: vocabulary.libraryModel,
    pre_tokenizer: correctPreTokenizer(json["pre_tokenizer"] ?? null),
    normalizer: json["normalizer"] ?? null,
    post_processor: json["post_processor"] ?? null,
    added_tokens: [],
  };
  try {
    return new LibraryTokenizer(corrected, {});
  } catch (cause) {
    throw new WeightFileError({ file, problem: `is no tokenizer that can be read (${(cause as Error).message.slice(0, 200)})`, cause });
  }
}

function readAddedTokens(value: unknown, file: string): AddedToken[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new WeightFileError({ file, problem: "added_tokens is not a list" });
  return value.map((entry: unknown, index) => {
    if (!isObject(entry) || typeof entry["content"] !== "string" || !Number.isSafeInteger(entry["id"]) || (entry["id"] as number) < 0) {
      throw new WeightFileError({ file, problem: `added_tokens[${index}] has no content or no valid id` });
    }
    return {
      id: entry["id"] as number,
      content: entry["content"],
      isSpecial: entry["special"] === true,
      lstrip: entry["lstrip"] === true,
      rstrip: entry["rstrip"] === true,
      singleWord: entry["single_word"] === true,
    };
  });
}

/** Tokens looked for after normalisation; special ones never are, so that user text cannot become one by being normalised. */
function normalizedOnly(addedTokens: unknown): (token: AddedToken) => boolean {
  const entries = Array.isArray(addedTokens) ? (addedTokens as JsonObject[]) : [];
  const ids = new Set(entries.filter((entry) => entry["normalized"] === true && entry["special"] !== true).map((entry) => entry["id"]));
  return (token) => ids.has(token.id);
}

/** What the post-processor puts around a text, found out by giving it one token. */
function surroundingTokens(library: LibraryTokenizer, vocabulary: JsonVocabulary, file: string): { prefix: number[]; suffix: number[] } {
  const text = "\u0000text\u0000";
  const tokens = library.post_processor?.post_process([text], null, true).tokens ?? [text];
  const ids = tokens.map((token: string) => (token === text ? -1 : vocabulary.ids.get(token)));
  if (ids.includes(undefined))
    throw new WeightFileError({
      file,
      problem: `the post_processor adds ${JSON.stringify(tokens).slice(0, 200)}, which are not all in the vocabulary`,
    });
  const at = ids.indexOf(-1);
  return { prefix: ids.slice(0, at) as number[], suffix: ids.slice(at + 1) as number[] };
}

function tokenRoles(vocabulary: JsonVocabulary, addedTokens: readonly AddedToken[], kind: VocabularyKind): Map<number, TokenRole> {
  const roles = new Map<number, TokenRole>();
  if (kind === "sentencepiece") {
    for (let byte = 0; byte < 256; byte++) {
      const id = vocabulary.ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
      if (id !== undefined) roles.set(id, "byte");
    }
  }
  for (const token of addedTokens) roles.set(token.id, token.isSpecial ? "special" : "added");
  return roles;
}

function stripsLeadingSpace(decoder: unknown): boolean {
  return decoderSteps(decoder).some(
    (step) =>
      (step["type"] === "Strip" && step["content"] === " " && Number(step["start"]) > 0) ||
      (step["type"] === "Metaspace" && step["prepend_scheme"] !== "never" && step["add_prefix_space"] !== false),
  );
}

function decoderSteps(decoder: unknown): JsonObject[] {
  if (!isObject(decoder)) return [];
  const steps = decoder["decoders"];
  return decoder["type"] === "Sequence" && Array.isArray(steps) ? steps.filter(isObject) : [decoder];
}
