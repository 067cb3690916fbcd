/** Planes 15 and 16 are for private use; no text has a meaning there. */
const FIRST_MARK = 0x10_0000;
const LAST_MARK = 0x10_fffd;

/**
 * Hides the names of special tokens that stand in text of users while a chat template is rendered around it, so that afterwards only
 * the template's own special tokens are recognised: a message with `<|im_end|>` in it must not end its own turn.
 *
 * Everything but those names is left as it is, since templates look at contents (trim them, search them, compare them).
 */
export class SpecialTextMask {
  readonly #pattern: RegExp | undefined;
  readonly #names: readonly string[];
  readonly #mark: string;
  readonly #hidden: string[] = [];

  /** @param texts All texts that will be hidden or rendered: the mark is a character that none of them has. */
  constructor(specialTokens: Iterable<string>, texts: readonly string[]) {
    this.#names = [...specialTokens]
      .filter((name) => name !== "")
      .sort()
      .reverse();
    this.#pattern = this.#names.length === 0 ? undefined : new RegExp(this.#names.map(escapePattern).join("|"), "gu");
    this.#mark = unusedCharacter(texts);
  }

  /** The text with special tokens replaced by placeholders, and so that none can come about where it touches what stands around it. */
  hide(text: string): string {
    const whole = this.#pattern === undefined ? text : text.replace(this.#pattern, (name) => this.#placeholder(name));
    const ending = this.#partLength(whole, (name, length) => whole.endsWith(name.slice(0, length)));
    const body = ending === 0 ? whole : whole.slice(0, -ending) + this.#placeholder(whole.slice(-ending));
    const beginning = this.#partLength(body, (name, length) => body.startsWith(name.slice(-length)));
    return beginning === 0 ? body : this.#placeholder(body.slice(0, beginning)) + body.slice(beginning);
  }

  /** Puts hidden text back. */
  unhide(text: string): string {
    if (this.#hidden.length === 0 || !text.includes(this.#mark)) return text;
    return text
      .split(this.#mark)
      .map((part, index) => (index % 2 === 0 ? part : (this.#hidden[Number(part)] ?? "")))
      .join("");
  }

  #placeholder(text: string): string {
    this.#hidden.push(text);
    return `${this.#mark}${this.#hidden.length - 1}${this.#mark}`;
  }

  /** Longest proper part of a special token that `matches` finds at an end of the text. */
  #partLength(text: string, matches: (name: string, length: number) => boolean): number {
    let longest = 0;
    for (const name of this.#names) {
      for (let length = Math.min(name.length - 1, text.length); length > longest; length--) {
        if (matches(name, length)) longest = length;
      }
    }
    return longest;
  }
}

function unusedCharacter(texts: readonly string[]): string {
  for (let code = FIRST_MARK; code < LAST_MARK; code++) {
    const mark = String.fromCodePoint(code);
    if (!texts.some((text) => text.includes(mark))) return mark;
  }
  throw new RangeError("No private-use character is free");
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
