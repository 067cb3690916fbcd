import type { StreamDecoder } from "../text/stream-decoder.ts";
import { StopMatcher } from "../text/stop-strings.ts";

/** Turns a request's tokens into text without stop strings and without broken characters. */
export class TextOutput {
  readonly #decoder: StreamDecoder;
  readonly #stops: StopMatcher;

  constructor(decoder: StreamDecoder, stops: readonly string[]) {
    this.#decoder = decoder;
    this.#stops = new StopMatcher(stops);
  }

  /** Text that is certain after this token, and whether a stop string was completed. */
  push(token: number): { readonly text: string; readonly isStopped: boolean } {
    return this.#stops.push(this.#decoder.push(token));
  }

  /** What was held back, once no more tokens come. */
  flush(): string {
    const { text, isStopped } = this.#stops.push(this.#decoder.flush());
    return isStopped ? text : text + this.#stops.flush();
  }
}
