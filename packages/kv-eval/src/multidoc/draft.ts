import type { Random } from "../random.ts";
import type { Cast } from "./cast.ts";
import type { Fact, Query } from "./facts.ts";
import { fill } from "./grammar/fill.ts";
import type { Relation } from "./grammar/relations.ts";

/** A sentence of a document; filler states no fact. */
export interface Sentence {
  readonly text: string;
  readonly fact?: Fact;
}

/** A question with the answer that its author means; the solver proves it. */
export interface Asked {
  readonly text: string;
  readonly query: Query;
  readonly answer: string;
}

/** A world before it is sized. */
export interface Draft {
  readonly documents: readonly (readonly Sentence[])[];
  /** The first is the one that benchmarks ask. */
  readonly questions: readonly Asked[];
}

/** What a stratum is built from. */
export interface DraftRequest {
  readonly random: Random;
  readonly cast: Cast;
  readonly documents: number;
  /** Statements per document, about. */
  readonly density: number;
  /** Probability that a document says what a reference stands for. */
  readonly annotate: number;
  /** Deepest chain of references, 1 to 4. */
  readonly maxDepth: number;
  /** Probability that a question that could be unanswerable is answerable; only of `t6`. */
  readonly answerable: number;
}

/** Builds a stratum's facts and questions. */
export type BuildDraft = (request: DraftRequest) => Draft;

/** Answer to a question whose answer does not follow from the documents. */
export const UNKNOWN = "unknown";

/** States that named ones are related. */
export function state(relation: Relation, subject: string, value: string, random: Random): Sentence {
  return {
    text: fill(random.pick(relation.statements), { S: subject, O: value }),
    fact: { type: "relation", subject: { name: subject }, relation: relation.id, value: { name: value } },
  };
}

/** Asks for a relation's value. */
export function askValue(relation: Relation, subject: string, value: string, random: Random): Asked {
  const query = { type: "value", subject, links: [], relation: relation.id } as const;
  return { text: fill(random.pick(relation.questions), { S: subject }), query, answer: value };
}

/** Asks for the subject of a relation. */
export function askSubject(relation: Relation, subject: string, value: string, random: Random): Asked {
  const query = { type: "subject", relation: relation.id, value } as const;
  return { text: fill(random.pick(relation.inverse), { O: value }), query, answer: subject };
}

/** Spreads groups of sentences so that no two of one group share a document and documents fill evenly; a group may not outnumber the documents. */
export function spread(groups: readonly (readonly Sentence[])[], documents: number, random: Random): Sentence[][] {
  const spreadOut: Sentence[][] = Array.from({ length: documents }, () => []);
  for (const group of groups) {
    const byLoad = random.shuffle(spreadOut).toSorted((a, b) => a.length - b.length);
    for (const [i, sentence] of random.shuffle(group).entries()) byLoad[i]?.push(sentence);
  }
  return spreadOut.map((sentences) => random.shuffle(sentences));
}
