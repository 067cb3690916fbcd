/** Text that is certain, and whether a stop string has been completed. */
export interface StopResult {
  readonly text: string;
  readonly isStopped: boolean;
}

/**
 * Finds the first of several stop strings in text that comes in pieces. Text that may be the beginning of a stop string is held back
 * until it is certain not to be, so that no part of a stop string is ever given out.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  readonly #longest: number;
  #held = "";
  #isStopped = false;

  /** Empty strings are ignored: they would stop everything at once. */
  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop.length > 0);
    this.#longest = Math.max(0, ...this.#stops.map((stop) => stop.length));
  }

  /** Takes the next piece. Once stopped, everything further is dropped. */
  push(piece: string): StopResult {
    if (this.#isStopped) return { text: "", isStopped: true };
    const text = this.#held + piece;
    const end = this.#firstStop(text);
    if (end !== undefined) {
      this.#isStopped = true;
      this.#held = "";
      return { text: text.slice(0, end), isStopped: true };
    }
    const certain = text.length - this.#possibleStart(text);
    this.#held = text.slice(certain);
    return { text: text.slice(0, certain), isStopped: false };
  }

  /** What is held back, when no more text comes. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  /** Index at which the earliest stop string begins. */
  #firstStop(text: string): number | undefined {
    const starts = this.#stops.map((stop) => text.indexOf(stop)).filter((start) => start >= 0);
    return starts.length === 0 ? undefined : Math.min(...starts);
  }

  /** Length of the longest end of `text` that begins a stop string. */
  #possibleStart(text: string): number {
    for (let length = Math.min(text.length, this.#longest - 1); length > 0; length--) {
      const end = text.slice(text.length - length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
