/** The names of special tokens, and quick answers to where a text has one or touches a part of one. */
export class SpecialNames {
  /** Finds names, the longest first; `undefined` where there are none. */
  readonly pattern: RegExp | undefined;
  readonly #beginnings: ReadonlySet<string>;
  readonly #endings: ReadonlySet<string>;
  readonly #longest: number;

  constructor(names: Iterable<string>) {
    const sorted = [...names]
      .filter((name) => name !== "")
      .sort()
      .reverse();
    this.pattern = sorted.length === 0 ? undefined : new RegExp(sorted.map(escapePattern).join("|"), "gu");
    this.#beginnings = new Set(sorted.flatMap((name) => Array.from({ length: name.length - 1 }, (_, index) => name.slice(0, index + 1))));
    this.#endings = new Set(sorted.flatMap((name) => Array.from({ length: name.length - 1 }, (_, index) => name.slice(index + 1))));
    this.#longest = sorted.reduce((longest, name) => Math.max(longest, name.length - 1), 0);
  }

  /** Length of the longest end of a text that begins a name, short of a whole name. */
  lengthBegunAtEnd(text: string): number {
    for (let length = Math.min(this.#longest, text.length); length > 0; length--)
      if (this.#beginnings.has(text.slice(-length))) return length;
    return 0;
  }

  /** Length of the longest beginning of a text that ends a name, short of a whole name. */
  lengthEndedAtStart(text: string): number {
    for (let length = Math.min(this.#longest, text.length); length > 0; length--)
      if (this.#endings.has(text.slice(0, length))) return length;
    return 0;
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
