import { randomBytes } from "node:crypto";

import type { SpecialNames } from "./special-names.ts";

/** For private use: no text has a meaning here, and no template changes it. */
const BRACKET = "\u{10fffd}";

/**
 * Hides the names of special tokens that stand in text of users while a chat template is rendered around it, so that afterwards only
 * the template's own special tokens are recognised: a message with `<|im_end|>` in it must not end its own turn.
 *
 * Everything but those names is left as it is, since templates look at contents (trim them, search them, compare them).
 */
export class SpecialTextMask {
  readonly #names: SpecialNames;
  readonly #mark: string;
  readonly #hidden: string[] = [];

  /** @param texts All texts that will be hidden or rendered: the mark between which placeholders stand is in none of them. */
  constructor(names: SpecialNames, texts: readonly string[]) {
    this.#names = names;
    this.#mark = unusedMark(texts);
  }

  /** The text with special tokens replaced by placeholders, and so that none can come about where it touches what stands around it. */
  hide(text: string): string {
    const { pattern } = this.#names;
    const whole = pattern === undefined ? text : text.replace(pattern, (name) => this.#placeholder(name));
    const ending = this.#names.lengthBegunAtEnd(whole);
    const body = ending === 0 ? whole : whole.slice(0, -ending) + this.#placeholder(whole.slice(-ending));
    const beginning = this.#names.lengthEndedAtStart(body);
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
}

/** A text that none of `texts` has. It is random, so that nobody can write texts that have it. */
function unusedMark(texts: readonly string[]): string {
  for (;;) {
    const mark = `${BRACKET}${randomBytes(8).readBigUInt64LE()}${BRACKET}`;
    if (!texts.some((text) => text.includes(mark))) return mark;
  }
}
