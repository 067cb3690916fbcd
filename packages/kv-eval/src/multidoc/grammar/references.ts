import type { Random } from "../../random.ts";

/** What documents call themselves. */
export const documentNouns: readonly string[] = ["report", "file", "note", "record", "entry", "letter", "page", "story"];

/** What the people of back-references are called. */
export const personNouns: readonly string[] = ["person", "traveller", "visitor", "guest", "tenant", "witness", "customer", "member"];

const BY_DISTANCE: readonly (readonly string[])[] = [
  ["the same {who}", "the {who} of this {doc}"],
  [
    "the {who} of the previous {doc}",
    "the {who} of the preceding {doc}",
    "the same {who} as in the last {doc}",
    "the {who} of the {doc} before this one",
    "the {who} just reported on",
  ],
  [
    "the {who} of the {doc} before the last one",
    "the same {who} as two {doc}s ago",
    "the {who} of the last {doc} but one",
    "the {who} from two {doc}s back",
  ],
];

/** All of them. */
export const referencePhrases: readonly string[] = BY_DISTANCE.flat();

/** Most documents that a reference reaches back. */
export const FARTHEST_REFERENCE = 2;

/** A phrase for the subject of the document `back` before. */
export function refer(back: number, who: string, doc: string, random: Random): string {
  const phrases = BY_DISTANCE[back];
  if (phrases === undefined) throw new RangeError(`No phrase refers ${back} documents back.`);
  const plural = doc === "entry" ? "entries" : doc === "story" ? "stories" : `${doc}s`;
  return random.pick(phrases).replace("{doc}s", plural).replace("{doc}", doc).replace("{who}", who);
}

/** Sentences that say whom a document is about. */
export const introductions: readonly string[] = [
  "This {doc} is about {S}.",
  "This {doc} concerns {S}.",
  "The {who} of this {doc} is {S}.",
  "Here the {who} is {S}.",
  "This time the {who} was {S}.",
];

/** Ways to say what a reference stands for, right after it. */
export const appositions: readonly string[] = ["{R}, that is {S},", "{R} ({S})", "{R}, namely {S},", "{R}, {S},"];
