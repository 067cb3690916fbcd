/** Whom or what a statement is about, or what it says of them, as the document puts it. */
export type Term =
  | { readonly name: string }
  /** The subject of the document that stands this many documents earlier; 0 is the document's own. */
  | { readonly back: number }
  /** A code word; its meaning is that of the nearest legend before it. */
  | { readonly code: string };

/** One thing that a document states. */
export type Fact =
  | { readonly type: "relation"; readonly subject: Term; readonly relation: string; readonly value: Term }
  /** Says whom the document is about, and nothing else. */
  | { readonly type: "subject"; readonly subject: Term }
  /** Meanings of code words from here until the next legend. */
  | { readonly type: "legend"; readonly meanings: Readonly<Record<string, string>> }
  /** An item comes to a place or a holder: a named one, or the one where another item is at that time. */
  | { readonly type: "put"; readonly item: string; readonly at: string | { readonly whereIs: string } }
  /** Two items exchange their places. */
  | { readonly type: "swap"; readonly items: readonly [string, string] };

/** Facts of each document, in the order of the documents and of the sentences in them. */
export type World = readonly (readonly Fact[])[];

/** What a question asks. */
export type Query =
  /** Value of a relation, after following `links` one by one from a named subject. */
  | { readonly type: "value"; readonly subject: string; readonly links: readonly string[]; readonly relation: string }
  /** Subject that has this value. */
  | { readonly type: "subject"; readonly relation: string; readonly value: string }
  /** Where an item is at the end, or was before it last changed its place. */
  | { readonly type: "state"; readonly item: string; readonly when: "now" | "before" }
  /** Subject with the highest or lowest number, of all or of those with a value in another relation. */
  | { readonly type: "extreme"; readonly relation: string; readonly highest: boolean; readonly among?: Among }
  | { readonly type: "count"; readonly relation: string; readonly value: string }
  /** Subject about which two documents differ. */
  | { readonly type: "conflict"; readonly relation: string };

/** A group of subjects: named ones, or those with a value. */
export type Among = { readonly names: readonly string[] } | { readonly relation: string; readonly value: string };

/** A fact's place: document, then its number among the document's facts. */
export interface FactPlace {
  readonly document: number;
  readonly fact: number;
}
