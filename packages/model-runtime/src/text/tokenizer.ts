import type { StreamDecoder } from "./stream-decoder.ts";

export interface EncodeOptions {
  /** Whether the tokens that the model's own tokenizer puts around a text (mostly BOS in front) are added. */
  readonly addSpecialTokens: boolean;
  /**
   * Whether text such as `<|im_end|>` becomes the special token it names. True for prompts that a program wrote; false for text of
   * strangers, which could otherwise end its own message and begin another.
   * @defaultValue true
   */
  readonly parseSpecial?: boolean;
}

export interface DecodeOptions {
  readonly skipSpecialTokens: boolean;
}

/** Turns text into a model's token ids and back. */
export interface Tokenizer {
  /** Largest id + 1. A model's embedding may have more rows, which no text reaches. */
  readonly vocabularySize: number;
  /** Beginning-of-sequence token, where the model has one. */
  readonly bosId: number | undefined;
  /** Whether `addSpecialTokens` puts `bosId` in front. */
  readonly addsBos: boolean;
  /** Tokens that end a generation: end of sequence, of turn, of message. */
  readonly eosIds: readonly number[];
  /** Text to id of all special tokens. */
  readonly specialTokens: ReadonlyMap<string, number>;
  encode(text: string, options: EncodeOptions): number[];
  /** Bytes that are no UTF-8 become U+FFFD. Unknown ids decode to nothing. */
  decode(ids: readonly number[], options: DecodeOptions): string;
  /** Text of a token alone; U+FFFD stands for the bytes of an incomplete character. Special tokens give their name. */
  tokenText(id: number): string;
  /** The bytes a token adds to a text. */
  tokenBytes(id: number): Uint8Array;
  isSpecial(id: number): boolean;
  /** Decodes a stream of tokens. Special tokens are skipped unless asked for. */
  createStreamDecoder(options?: DecodeOptions): StreamDecoder;
}
