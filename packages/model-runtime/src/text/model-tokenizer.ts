import { AddedTokenSplitter, type AddedToken } from "./added-tokens.ts";
import type { SectionEncoder } from "./section-encoder.ts";
import { Utf8StreamDecoder, type StreamDecoder } from "./stream-decoder.ts";
import type { DecodeOptions, EncodeOptions, Tokenizer } from "./tokenizer.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What a tokenizer is made of, wherever it was read from. */
export interface TokenizerParts {
  readonly vocabulary: Vocabulary;
  readonly addedTokens: readonly AddedToken[];
  readonly encoder: SectionEncoder;
  /** Put before and after a text by `addSpecialTokens`. */
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly bosId: number | undefined;
  readonly eosIds: readonly number[];
  /** Whether encoding puts a space before a text, which decoding takes away again. */
  readonly addsLeadingSpace: boolean;
}

/** Gives back the text that stands behind placeholders; see `SpecialTextMask`. */
export type Unmask = (text: string) => string;

const NO_BYTES = new Uint8Array(0);

/** Tokenizer of a checkpoint. */
export class ModelTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly bosId: number | undefined;
  readonly addsBos: boolean;
  readonly eosIds: readonly number[];
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly #parts: TokenizerParts;
  readonly #allTokens: AddedTokenSplitter;
  readonly #plainTokens: AddedTokenSplitter;

  constructor(parts: TokenizerParts) {
    this.#parts = parts;
    this.vocabularySize = parts.vocabulary.size;
    this.bosId = parts.bosId;
    this.addsBos = parts.bosId !== undefined && parts.prefix[0] === parts.bosId;
    this.eosIds = parts.eosIds;
    this.specialTokens = new Map(parts.addedTokens.filter((token) => token.isSpecial).map((token) => [token.content, token.id]));
    this.#allTokens = new AddedTokenSplitter(parts.addedTokens);
    this.#plainTokens = new AddedTokenSplitter(parts.addedTokens.filter((token) => !token.isSpecial));
  }

  encode(text: string, options: EncodeOptions): number[] {
    const { prefix, suffix } = this.#parts;
    const ids: number[] = options.addSpecialTokens ? [...prefix] : [];
    this.#encodeInto(ids, text, options.parseSpecial === false ? this.#plainTokens : this.#allTokens, true);
    if (options.addSpecialTokens) ids.push(...suffix);
    return ids;
  }

  /**
   * Encodes text in which special tokens are recognised, but for those hidden behind placeholders: these are put back as plain text
   * and tokenized together with what stands beside them.
   */
  encodeMasked(text: string, unmask: Unmask): number[] {
    const ids: number[] = [];
    for (const [index, section] of this.#allTokens.split(text).entries()) {
      if ("id" in section) ids.push(section.id);
      else this.#encodeInto(ids, unmask(section.text), this.#plainTokens, index === 0);
    }
    return ids;
  }

  decode(ids: readonly number[], options: DecodeOptions): string {
    const decoder = this.createStreamDecoder(options);
    const pieces = ids.map((id) => decoder.push(id));
    const text = pieces.join("") + decoder.flush();
    return this.#parts.addsLeadingSpace && text.startsWith(" ") ? text.slice(1) : text;
  }

  tokenText(id: number): string {
    return this.#parts.vocabulary.text(id);
  }

  tokenBytes(id: number): Uint8Array {
    return this.#parts.vocabulary.bytes(id);
  }

  isSpecial(id: number): boolean {
    return this.#parts.vocabulary.isSpecial(id);
  }

  createStreamDecoder(options: DecodeOptions = { skipSpecialTokens: true }): StreamDecoder {
    const { vocabulary } = this.#parts;
    if (!options.skipSpecialTokens) return new Utf8StreamDecoder((id) => vocabulary.bytes(id));
    return new Utf8StreamDecoder((id) => (vocabulary.isSpecial(id) ? NO_BYTES : vocabulary.bytes(id)));
  }

  #encodeInto(ids: number[], text: string, splitter: AddedTokenSplitter, isStart: boolean): void {
    for (const [index, section] of splitter.split(text).entries()) {
      if ("id" in section) {
        ids.push(section.id);
        continue;
      }
      // Not `push(...)`: a long text has more tokens than a call takes arguments.
      for (const id of this.#parts.encoder.encode(section.text, { isFirst: isStart && index === 0 })) ids.push(id);
    }
  }
}
