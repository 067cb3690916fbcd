import { TextDecoder } from "node:util";

/** Turns tokens that come one at a time into text. */
export interface StreamDecoder {
  /** Text that is complete after this token: empty while a character still misses bytes, never half a character. */
  push(token: number): string;
  /** What is left at the end: U+FFFD where the last character never became complete. Starts over. */
  flush(): string;
}

/** Decodes the bytes of each token as UTF-8; bytes of an unfinished character wait for the next token. */
export class Utf8StreamDecoder implements StreamDecoder {
  readonly #bytesOf: (token: number) => Uint8Array;
  readonly #utf8: TextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(bytesOf: (token: number) => Uint8Array) {
    this.#bytesOf = bytesOf;
  }

  push(token: number): string {
    return this.#utf8.decode(this.#bytesOf(token), { stream: true });
  }

  flush(): string {
    return this.#utf8.decode();
  }
}
