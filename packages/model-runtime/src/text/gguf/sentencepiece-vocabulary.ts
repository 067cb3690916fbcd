import { WeightFileError } from "../../errors/weight-file-error.ts";
import type { AddedToken } from "../added-tokens.ts";
import type { TokenizerParts } from "../model-tokenizer.ts";
import { Vocabulary } from "../vocabulary.ts";
import { SentencePieceEncoder } from "./sentencepiece-encoder.ts";
import { flag, numberList, readTokenTables } from "./token-tables.ts";

/**
 * Builds the tokenizer of `tokenizer.ggml.model = llama`: SentencePiece BPE with byte fallback.
 * @throws WeightFileError where the vocabulary is missing or contradicts itself.
 */
export function readSentencePieceVocabulary(metadata: Readonly<Record<string, unknown>>, file: string): TokenizerParts {
  const tables = readTokenTables(metadata, file);
  const scores = numberList(metadata, "tokenizer.ggml.scores", tables.tokens.length, file);
  if (scores === undefined)
    throw new WeightFileError({ file, problem: "has no tokenizer.ggml.scores", remedy: "Convert the model again with its tokenizer." });
  const addsSpacePrefix = flag(metadata, "tokenizer.ggml.add_space_prefix") ?? true;
  const addsBos = tables.addsBos ?? true;
  return {
    vocabulary: new Vocabulary("sentencepiece", tables.tokens, tables.roles),
    addedTokens: tables.addedTokens.map(withEscapedSpaces),
    encoder: new SentencePieceEncoder({ ...tables, scores, addsSpacePrefix }),
    prefix: addsBos && tables.bosId !== undefined ? [tables.bosId] : [],
    suffix: tables.addsEos ? tables.eosIds.slice(0, 1) : [],
    bosId: tables.bosId,
    eosIds: tables.eosIds,
    addsLeadingSpace: addsSpacePrefix,
  };
}

/**
 * Pieces made of spaces are spelled with U+2581 in a model's own tokenizer, and looked for in text under that spelling. Spaces themselves
 * are left to the encoder, which sees them as SentencePiece does.
 */
function withEscapedSpaces(token: AddedToken): AddedToken {
  return token.isSpecial ? token : { ...token, content: token.content.replaceAll(" ", "\u2581") };
}
