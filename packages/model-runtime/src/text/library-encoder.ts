import type { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";

import { AddedTokenSplitter, type AddedToken } from "./added-tokens.ts";
import type { SectionEncoder, SectionPlace } from "./section-encoder.ts";

/** Normaliser, pre-tokenizer and model of `@huggingface/tokenizers`. Added tokens are split off by us, so that special ones can be left alone. */
export class LibraryEncoder implements SectionEncoder {
  readonly #library: LibraryTokenizer;
  /** Added tokens that are looked for after normalisation. */
  readonly #normalizedTokens: AddedTokenSplitter;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #unknownId: number | undefined;

  constructor(library: LibraryTokenizer, normalizedTokens: readonly AddedToken[]) {
    const { model, normalizer } = library;
    if (model === null) throw new TypeError("A tokenizer without a model");
    this.#library = library;
    this.#ids = model.tokens_to_ids;
    this.#unknownId = model.unk_token_id;
    this.#normalizedTokens = new AddedTokenSplitter(
      normalizedTokens.map((token) => ({ ...token, content: normalizer === null ? token.content : normalizer.normalize(token.content) })),
    );
  }

  encode(text: string, place: SectionPlace): number[] {
    const { normalizer, pre_tokenizer: preTokenizer, model } = this.#library;
    const normalized = normalizer === null ? text : normalizer.normalize(text);
    const ids: number[] = [];
    for (const [index, section] of this.#normalizedTokens.split(normalized).entries()) {
      if ("id" in section) {
        ids.push(section.id);
        continue;
      }
      const isFirst = place.isFirst && index === 0;
      const pieces = preTokenizer === null ? [section.text] : preTokenizer.pre_tokenize(section.text, { section_index: isFirst ? 0 : 1 });
      for (const token of model?._call(pieces) ?? []) {
        const id = this.#ids.get(token) ?? this.#unknownId;
        if (id !== undefined) ids.push(id);
      }
    }
    return ids;
  }
}
