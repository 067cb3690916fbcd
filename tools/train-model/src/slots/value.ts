/** A drawn value with what grammar needs. */
export interface SlotValue {
  readonly text: string;
  /** First and last name of a person, or only the one that the type gives. */
  readonly first?: string;
  readonly last?: string;
  readonly gender?: "woman" | "man";
  /** Marks of what the value names, besides its text: `sets` those it takes, `avoids` those that no other may have taken. */
  readonly marks?: { readonly sets: string; readonly avoids: string };
  /** Other forms of the value by name, e.g. `past` of a verb. */
  readonly forms?: Readonly<Record<string, string>>;
  /** Stands with plural verbs. */
  readonly plural?: boolean;
}

/** "a" or "an", by the sound that a word begins with. */
export function articleFor(text: string): "a" | "an" {
  const word = /^[“"'‘(]*([\p{L}\p{N}]+)/u.exec(text)?.[1] ?? "";
  if (/^(8\d*|11|18)$/.test(word)) return "an";
  if (/^\d/.test(word)) return "a";
  if (/^[A-Z]{1,4}$/.test(word) || /^[A-Z]+\d/.test(word)) return /^[AEFHILMNORSX]/.test(word) ? "an" : "a";
  if (/^(uni(?!n|m|d)|use|usu|util|uten|ura|uru|eu|ewe|one\b|once|ouija|ubiq|ufo)/i.test(word)) return "a";
  if (/^(hour|honest|honou?r|heir)/i.test(word)) return "an";
  return /^[aeiouàáâäåæèéêëìíîïòóôöøùúûüœ]/i.test(word) ? "an" : "a";
}

export function withArticle(text: string): string {
  return `${articleFor(text)} ${text}`;
}

/** First letter in upper case, whatever quote stands before it. */
export function capitalize(text: string): string {
  return text.replace(/^([“"'‘(]*)(\p{Ll})/u, (_, before: string, letter: string) => before + letter.toUpperCase());
}

/** What a value takes so that no other value may have it. */
export function keysOf({ text, first, last, marks }: SlotValue): string[] {
  return [text, first, last, marks?.sets].filter((key) => key !== undefined).map((key) => key.toLowerCase());
}

/** Whether a value names what others name already. */
export function isTaken(value: SlotValue, taken: ReadonlySet<string>): boolean {
  const { text, first, last, marks } = value;
  return [text, first, last, marks?.avoids].some((key) => key !== undefined && taken.has(key.toLowerCase()));
}
