import type { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";

import { UnsupportedModelError } from "../../errors/unsupported-model-error.ts";
import { WeightFileError } from "../../errors/weight-file-error.ts";
import type { AddedToken } from "../added-tokens.ts";
import { BytePairEncoder } from "../bpe/byte-pair-encoder.ts";
import { LibraryPieces } from "../library-encoder.ts";
import type { PieceEncoder } from "../section-encoder.ts";
import { isObject, type JsonObject } from "./json-values.ts";

/** Larger than any vocabulary in use; a larger id would make us allocate for nothing. */
const MAX_TOKEN_ID = 2 ** 22;

/** The `model` of a tokenizer.json with the added tokens. */
export interface JsonVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Id to spelling; holes where no token has an id. */
  readonly tokens: readonly (string | undefined)[];
  /** What `@huggingface/tokenizers` is given as the model. */
  readonly libraryModel: unknown;
  createPieces(library: LibraryTokenizer): PieceEncoder;
}

/** @throws WeightFileError where the model is malformed. @throws UnsupportedModelError where it is neither BPE nor Unigram. */
export function readJsonVocabulary(model: unknown, addedTokens: readonly AddedToken[], file: string): JsonVocabulary {
  const type = isObject(model) ? (model["type"] ?? "BPE") : undefined;
  if (isObject(model) && type === "BPE") return readBytePairModel(model, addedTokens, file);
  if (isObject(model) && type === "Unigram") return readUnigramModel(model, addedTokens, file);
  throw new UnsupportedModelError({ key: "tokenizer.json model.type", value: type, supported: "BPE, Unigram" });
}

function readBytePairModel(model: JsonObject, addedTokens: readonly AddedToken[], file: string): JsonVocabulary {
  for (const key of ["continuing_subword_prefix", "end_of_word_suffix", "dropout"]) {
    const value = model[key];
    if (value !== undefined && value !== null && value !== "" && value !== 0)
      throw new UnsupportedModelError({ key: `tokenizer.json model.${key}`, value, supported: "none" });
  }
  const { vocab } = model;
  if (!isObject(vocab)) throw new WeightFileError({ file, problem: "model.vocab is not an object" });
  const ids = new Map<string, number>();
  for (const token in vocab) ids.set(token, checkId(vocab[token], token, file));
  const merges = readMerges(model["merges"], file);
  const unknown = model["unk_token"];
  const createPieces = (): PieceEncoder => {
    const flags = {
      ignoreMerges: model["ignore_merges"] === true,
      byteFallback: model["byte_fallback"] === true,
      fuseUnknown: model["fuse_unk"] === true,
    };
    try {
      return new BytePairEncoder({ ids: merging, merges, unknownId: typeof unknown === "string" ? ids.get(unknown) : undefined, ...flags });
    } catch (cause) {
      throw new WeightFileError({ file, problem: (cause as Error).message, cause });
    }
  };
  // Added tokens are found before merging; a character of the vocabulary keeps its meaning there.
  const merging = new Map(ids);
  addTokens(ids, addedTokens, file);
  return { ids, tokens: byId(ids), libraryModel: { type: "BPE", vocab: {}, merges: [] }, createPieces };
}

function readUnigramModel(model: JsonObject, addedTokens: readonly AddedToken[], file: string): JsonVocabulary {
  const { vocab } = model;
  const isPair = (entry: unknown): boolean => Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "number";
  if (!Array.isArray(vocab) || !vocab.every(isPair))
    throw new WeightFileError({ file, problem: "model.vocab is no list of pieces with scores" });
  const ids = new Map((vocab as [string, number][]).map(([piece], id) => [piece, id]));
  addTokens(ids, addedTokens, file);
  return { ids, tokens: byId(ids), libraryModel: model, createPieces: (library) => new LibraryPieces(library) };
}

/** Merges as pairs, or as texts with a space between the two. */
function readMerges(merges: unknown, file: string): [string, string][] {
  if (!Array.isArray(merges)) throw new WeightFileError({ file, problem: "model.merges is not a list" });
  return merges.map((merge: unknown, rank) => {
    const pair: unknown = typeof merge === "string" ? merge.split(" ") : merge;
    if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && typeof pair[1] === "string")
      return pair as [string, string];
    throw new WeightFileError({ file, problem: `model.merges[${rank}] is no pair of tokens` });
  });
}

function addTokens(ids: Map<string, number>, addedTokens: readonly AddedToken[], file: string): void {
  for (const token of addedTokens) ids.set(token.content, checkId(token.id, token.content, file));
}

function checkId(id: unknown, token: string, file: string): number {
  if (typeof id === "number" && Number.isInteger(id) && id >= 0 && id < MAX_TOKEN_ID) return id;
  throw new WeightFileError({
    file,
    problem: `token ${JSON.stringify(token.slice(0, 80))} has the id ${String(id).slice(0, 40)}, no integer below ${MAX_TOKEN_ID}`,
  });
}

function byId(ids: ReadonlyMap<string, number>): (string | undefined)[] {
  let last = -1;
  for (const id of ids.values()) last = Math.max(last, id);
  const tokens: (string | undefined)[] = Array.from({ length: last + 1 });
  for (const [token, id] of ids) tokens[id] = token;
  return tokens;
}
