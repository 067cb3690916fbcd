import { WeightFileError } from "../../errors/weight-file-error.ts";
import type { AddedToken } from "../added-tokens.ts";
import type { TokenRole } from "../vocabulary.ts";

type Metadata = Readonly<Record<string, unknown>>;

const NORMAL = 1;
/** Values of `tokenizer.ggml.token_type` other than `NORMAL`. */
const TOKEN_TYPES: ReadonlyMap<number, TokenRole> = new Map([
  [2, "special"],
  [3, "special"],
  [4, "added"],
  [5, "unused"],
  [6, "byte"],
]);

/** Tokens and settings that both kinds of GGUF vocabularies have. */
export interface TokenTables {
  readonly tokens: readonly string[];
  readonly roles: ReadonlyMap<number, TokenRole>;
  readonly addedTokens: readonly AddedToken[];
  readonly bosId: number | undefined;
  readonly eosIds: readonly number[];
  readonly unknownId: number | undefined;
  readonly addsBos: boolean | undefined;
  readonly addsEos: boolean;
}

/** Tokens that end a turn in models whose files name only the end of the sequence. Only control tokens are considered. */
const END_OF_TURN = [
  "<|im_end|>",
  "<|eot_id|>",
  "<end_of_turn>",
  "<|end|>",
  "<|endoftext|>",
  "<|end_of_text|>",
  "<|eom_id|>",
  "<EOT>",
  "<|END_OF_TURN_TOKEN|>",
];

/** @throws WeightFileError where the vocabulary is missing or contradicts itself. */
export function readTokenTables(metadata: Metadata, file: string): TokenTables {
  const tokens = metadata["tokenizer.ggml.tokens"];
  if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === "string")) {
    throw new WeightFileError({
      file,
      problem: "has no tokenizer.ggml.tokens list of strings",
      remedy: "Convert the model again with its tokenizer.",
    });
  }
  const types = numberList(metadata, "tokenizer.ggml.token_type", tokens.length, file);
  const roles = new Map<number, TokenRole>();
  for (let id = 0; id < tokens.length; id++) {
    const role = TOKEN_TYPES.get(types?.[id] ?? NORMAL);
    if (role !== undefined) roles.set(id, role);
  }
  const addedTokens: AddedToken[] = [];
  for (const [id, role] of roles) {
    if (role !== "special" && role !== "added") continue;
    addedTokens.push({ id, content: tokens[id] as string, isSpecial: role === "special", lstrip: false, rstrip: false, singleWord: false });
  }
  const id = (name: string): number | undefined => tokenId(metadata, `tokenizer.ggml.${name}`, tokens.length, file);
  const ends = addedTokens.filter((token) => token.isSpecial && END_OF_TURN.includes(token.content)).map((token) => token.id);
  const eosIds = [id("eos_token_id"), id("eot_token_id"), id("eom_token_id"), ...ends].filter((end) => end !== undefined);
  return {
    tokens,
    roles,
    addedTokens,
    bosId: id("bos_token_id"),
    eosIds: [...new Set(eosIds)],
    unknownId: id("unknown_token_id"),
    addsBos: flag(metadata, "tokenizer.ggml.add_bos_token"),
    addsEos: flag(metadata, "tokenizer.ggml.add_eos_token") ?? false,
  };
}

/** A list of numbers, one per token; `undefined` where the file has none. */
export function numberList(metadata: Metadata, key: string, length: number, file: string): ArrayLike<number> | undefined {
  const value = metadata[key];
  if (value === undefined) return undefined;
  const isList = ArrayBuffer.isView(value) || (Array.isArray(value) && value.every((item) => typeof item === "number"));
  const list = value as ArrayLike<number>;
  if (!isList || list.length !== length) {
    throw new WeightFileError({ file, problem: `${key} is no list of ${length} numbers, one per token` });
  }
  return list;
}

export function flag(metadata: Metadata, key: string): boolean | undefined {
  const value = metadata[key];
  return typeof value === "boolean" ? value : undefined;
}

function tokenId(metadata: Metadata, key: string, size: number, file: string): number | undefined {
  const value = metadata[key];
  // Converters write 2^32 - 1 for "none".
  if (value === undefined || value === 0xffff_ffff || value === -1) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= size) {
    throw new WeightFileError({ file, problem: `${key} is ${String(value).slice(0, 40)}, no id of a vocabulary of ${size} tokens` });
  }
  return value;
}
