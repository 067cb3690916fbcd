import { honorifics, notNames, sayings } from "./vocabulary.ts";

/** Capitalised words of one book that are names, found by how the book uses them. */
export interface Names {
  readonly all: ReadonlySet<string>;
  /** Those who speak or carry a title. */
  readonly people: ReadonlySet<string>;
}

const spoke = [...sayings.keys()].slice(0, 10).join("|");
const titled = [...honorifics].join("|");
const speakers = new RegExp(`"\\s*(?:${spoke}) (?:(?:${titled})\\.? )?([A-Z][a-z]{2,})|\\b([A-Z][a-z]{2,}) (?:${spoke})\\b`, "g");
const bearers = new RegExp(`\\b(?:${titled})\\.? ([A-Z][a-z]{2,})(?: ([A-Z][a-z]{2,}))?`, "g");

/** A word is a name when it stands in capitals within sentences, at least three times and hardly ever in lower case. */
export function findNames(paragraphs: readonly string[]): Names {
  const capital = new Map<string, number>();
  const lower = new Map<string, number>();
  const count = (counts: Map<string, number>, word: string): unknown => counts.set(word, (counts.get(word) ?? 0) + 1);
  const persons = new Map<string, number>();
  for (const paragraph of paragraphs) {
    for (const [, word] of paragraph.matchAll(/[a-z,;] ([A-Z][a-z]{2,})\b/g)) count(capital, word as string);
    for (const [word] of paragraph.matchAll(/\b[a-z]{3,}\b/g)) count(lower, word);
    for (const [, after, before] of paragraph.matchAll(speakers)) count(persons, (after ?? before) as string);
    for (const [, first, last] of paragraph.matchAll(bearers)) {
      count(persons, first as string);
      if (last !== undefined) count(persons, last);
    }
  }
  const isName = (word: string): boolean => {
    const seen = capital.get(word) ?? 0;
    if (seen < 3 || notNames.has(word) || honorifics.has(word) || /(?:ish|ese)$/.test(word)) return false;
    return (lower.get(word.toLowerCase()) ?? 0) <= seen * 0.1;
  };
  const all = new Set([...capital.keys()].filter(isName));
  return { all, people: new Set([...all].filter((word) => (persons.get(word) ?? 0) >= 2)) };
}
