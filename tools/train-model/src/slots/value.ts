/** A drawn value with what grammar needs. */
export interface SlotValue {
  readonly text: string;
  /** First and last name of a person, or only the one that the type gives. */
  readonly first?: string;
  readonly last?: string;
  readonly gender?: "woman" | "man";
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
