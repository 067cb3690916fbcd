import type { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";

import { AddedTokenSplitter, type AddedToken } from "./added-tokens.ts";
import type { PieceEncoder, SectionEncoder, SectionPlace } from "./section-encoder.ts";

/** Normalisation and pre-tokenization by `@huggingface/tokenizers`. Added tokens are split off by us, so that special ones can be left alone. */
export class LibraryEncoder implements SectionEncoder {
  readonly #library: LibraryTokenizer;
  /** Added tokens that are looked for after normalisation. */
  readonly #normalizedTokens: AddedTokenSplitter;
  readonly #pieces: PieceEncoder;

  constructor(library: LibraryTokenizer, normalizedTokens: readonly AddedToken[], pieces: PieceEncoder) {
    const { normalizer } = library;
    this.#library = library;
    this.#pieces = pieces;
    this.#normalizedTokens = new AddedTokenSplitter(
      normalizedTokens.map((token) => ({ ...token, content: normalizer === null ? token.content : normalizer.normalize(token.content) })),
    );
  }

  encode(text: string, place: SectionPlace): number[] {
    const { normalizer, pre_tokenizer: preTokenizer } = this.#library;
    const normalized = normalizer === null ? text : normalizer.normalize(text);
    const ids: number[] = [];
    for (const [index, section] of this.#normalizedTokens.split(normalized).entries()) {
      if ("id" in section) {
        ids.push(section.id);
        continue;
      }
      const sectionIndex = place.isFirst && index === 0 ? 0 : 1;
      const pieces = preTokenizer === null ? [section.text] : preTokenizer.pre_tokenize(section.text, { section_index: sectionIndex });
      for (const piece of pieces) this.#pieces.encodeInto(ids, piece);
    }
    return ids;
  }
}

/** The model of `@huggingface/tokenizers`, for Unigram vocabularies. */
export class LibraryPieces implements PieceEncoder {
  readonly #library: LibraryTokenizer;

  constructor(library: LibraryTokenizer) {
    this.#library = library;
  }

  encodeInto(target: number[], piece: string): void {
    const { model } = this.#library;
    for (const token of model?._call([piece]) ?? []) {
      const id = model?.tokens_to_ids.get(token) ?? model?.unk_token_id;
      if (id !== undefined) target.push(id);
    }
  }
}
