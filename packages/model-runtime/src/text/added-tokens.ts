/** A token that is found in text before anything else is done to it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Control tokens of the model, which people do not read. */
  readonly isSpecial: boolean;
  /** Takes the white space before it along. */
  readonly lstrip: boolean;
  /** Takes the white space after it along. */
  readonly rstrip: boolean;
  /** Found only where no letter or digit touches it. */
  readonly singleWord: boolean;
}

/** A stretch of text, or a token found in it. */
export type TextSection = { readonly text: string } | { readonly id: number };

const WORD_CHARACTER = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

/** Splits text at added tokens, leftmost and longest first. */
export class AddedTokenSplitter {
  readonly #byContent: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | undefined;

  constructor(tokens: readonly AddedToken[]) {
    this.#byContent = new Map(tokens.filter((token) => token.content !== "").map((token) => [token.content, token]));
    // In descending order a longer token comes before its own beginnings, and tokens with a common beginning stand together, which the
    // regular-expression compiler turns into a tree.
    const contents = [...this.#byContent.keys()].sort().reverse();
    this.#pattern = contents.length === 0 ? undefined : new RegExp(contents.map(escapePattern).join("|"), "gu");
  }

  split(text: string): TextSection[] {
    if (this.#pattern === undefined) return text === "" ? [] : [{ text }];
    const sections: TextSection[] = [];
    let start = 0;
    for (const match of text.matchAll(this.#pattern)) {
      const token = this.#byContent.get(match[0]);
      if (token === undefined || match.index < start) continue;
      let end = match.index + match[0].length;
      if (token.singleWord && touchesWord(text, match.index, end)) continue;
      let before = text.slice(start, match.index);
      if (token.lstrip) before = before.trimEnd();
      if (token.rstrip) end = text.length - text.slice(end).trimStart().length;
      if (before !== "") sections.push({ text: before });
      sections.push({ id: token.id });
      start = end;
    }
    if (start < text.length) sections.push({ text: text.slice(start) });
    return sections;
  }
}

function touchesWord(text: string, start: number, end: number): boolean {
  const before = Array.from(text.slice(Math.max(0, start - 2), start)).at(-1) ?? "";
  const after = Array.from(text.slice(end, end + 2)).at(0) ?? "";
  return WORD_CHARACTER.test(before) || WORD_CHARACTER.test(after);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
