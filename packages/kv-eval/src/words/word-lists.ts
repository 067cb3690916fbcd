import { faker } from "@faker-js/faker/locale/en";

const { word } = faker.definitions;

/** Lower-case English adjectives of one word. */
export const ADJECTIVES: readonly string[] = plainWords(word.adjective);

/** Lower-case English nouns of one word. */
export const NOUNS: readonly string[] = plainWords(word.noun);

/** Lower-case English verbs of one word. */
export const VERBS: readonly string[] = plainWords(word.verb);

/** Different words without hyphens, spaces or capitals, in alphabetical order. */
function plainWords(words: readonly string[] | null): readonly string[] {
  return [...new Set((words ?? []).filter((text) => /^[a-z]{2,}$/.test(text)))].toSorted();
}
