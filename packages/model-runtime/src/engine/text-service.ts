import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import type { ChatFormatter } from "../text/chat/chat-formatter.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** A model's text side: tokenizer, chat template, and a bound on how much text can make sense. */
export class TextService {
  readonly tokenizer: Tokenizer;
  readonly formatter: ChatFormatter;
  readonly #maxModelLength: number;
  readonly #longestToken: number;

  constructor(tokenizer: Tokenizer, formatter: ChatFormatter, maxModelLength: number) {
    this.tokenizer = tokenizer;
    this.formatter = formatter;
    this.#maxModelLength = maxModelLength;
    let longest = 1;
    for (let token = 0; token < tokenizer.vocabularySize; token++) longest = Math.max(longest, tokenizer.tokenText(token).length);
    this.#longestToken = longest;
  }

  /**
   * Refuses text that cannot fit however well it packs into tokens, before time is spent on tokenizing it.
   * @throws RequestRejectedError `prompt-too-long`
   */
  checkLength(text: string): void {
    const fewestTokens = Math.ceil(text.length / this.#longestToken);
    if (fewestTokens > this.#maxModelLength) {
      throw new RequestRejectedError(
        "prompt-too-long",
        `The text of ${text.length} characters has at least ${fewestTokens} tokens, but the longest sequence is ${this.#maxModelLength} tokens. Shorten it.`,
        { promptTokens: fewestTokens, maxModelLength: this.#maxModelLength, isLowerBound: true },
      );
    }
  }
}
