import type { Draw } from "./draw.ts";

/**
 * Texts of articles have these slots: `{S}` the subject as a sentence begins with it (name, "It", "The bridge"), `{P}` its possessive
 * ("Its"), `{n}` its name or what else it is called within a sentence, `{v}` the value. Questions and phrases have `{n}` alone, which is
 * the name.
 */
export interface Attribute {
  /** Draws a value that is no article's subject. */
  readonly value?: (draw: Draw) => string;
  /** Kinds of articles that the value may be the subject of. One of `value` and `link` is there. */
  readonly link?: readonly KindName[];
  readonly statements: readonly string[];
  readonly questions: readonly string[];
  /** The value by way of the subject, e.g. "the river that {n} crosses"; needed for links. */
  readonly phrases?: readonly string[];
}

/** How an article's subject is called. */
export interface Naming {
  /** What stands above the article. */
  readonly title: string;
  /** As it stands in a sentence, e.g. with an article. */
  readonly name: string;
  /** What else a sentence may begin with, e.g. "She" or "The town". */
  readonly subjects: readonly string[];
  /** What it is called within a sentence, besides its name, e.g. "the town". */
  readonly mentions: readonly string[];
  readonly possessive: "her" | "his" | "its";
}

/** A kind of things that articles are about. */
export interface Kind {
  readonly naming: (draw: Draw) => Naming;
  /** First sentences; each has `{S}`, which is the name there. */
  readonly introductions: readonly string[];
  readonly attributes: readonly Attribute[];
  /** Sentences that state nothing anyone asks for. */
  readonly fillers: readonly string[];
}

export type KindName =
  | "engineer"
  | "writer"
  | "painter"
  | "composer"
  | "botanist"
  | "captain"
  | "town"
  | "company"
  | "river"
  | "bridge"
  | "ship"
  | "book"
  | "festival"
  | "museum"
  | "lighthouse"
  | "newspaper"
  | "railway";
