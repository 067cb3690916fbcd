/** Where a fact stands: UTF-16 offsets into one document of an exercise, `end` exclusive. */
export interface EvidenceSpan {
  readonly document: number;
  readonly start: number;
  readonly end: number;
}

/**
 * How an answer is scored, each from 0 to 1:
 * `match-all` share of references that occur in it, `match-part` 1 where any does (RULER, scripts/eval/synthetic/constants.py);
 * `f1` best token F1 (LongBench, metrics.py); `exact` 1 where it equals a reference after normalization.
 */
export type Metric = "match-all" | "match-part" | "f1" | "exact";

/** A question about an exercise's documents, with what proves its answer. */
export interface Question {
  readonly text: string;
  /** How the answer begins; given to the model, not generated. Empty where it begins by itself. */
  readonly answerPrefix: string;
  /** Gold answers: all wanted (`match-all`), or alternatives (other metrics). */
  readonly references: readonly string[];
  /** A whole correct answer as it would follow `answerPrefix`; what a model is trained to write. */
  readonly completion: string;
  /** Every span that is needed to answer; empty for a question without an answer. */
  readonly evidence: readonly EvidenceSpan[];
  readonly metric: Metric;
  readonly maxNewTokens: number;
}

/** Documents and questions about them. Benchmarks ask the first question; training asks all of them. */
export interface Exercise {
  /** Task name, e.g. `niah_single_1` or `multidoc_t2`. */
  readonly task: string;
  readonly seed: number;
  /** Told before the documents, e.g. that they will be asked about; may be empty. */
  readonly preamble: string;
  readonly documents: readonly string[];
  readonly questions: readonly Question[];
  /**
   * `one-message`: preamble, documents and question are one user message, as in RULER.
   * `documents`: every document is a context of its own, only the question is a message, so that documents can be cached one by one.
   */
  readonly layout: "one-message" | "documents";
}

/** Number of tokens that a text takes, e.g. with a model's tokenizer. */
export type CountTokens = (text: string) => number;

/** Makes an exercise of a given size. */
export interface ExerciseRequest {
  /** Same seed, length and counter: same exercise. */
  readonly seed: number;
  /** Tokens that the whole sequence may take: the rendered prompt of the longest question, its answer prefix, and `maxNewTokens`. */
  readonly length: number;
  readonly countTokens: CountTokens;
  /** Tokens that a chat template adds to a prompt, counted once per document and once per question. */
  readonly overhead?: { readonly perDocument: number; readonly perQuestion: number };
}

/** A kind of exercise. */
export interface Task {
  readonly name: string;
  /** @throws RangeError where `length` leaves no room for the task's facts and question; the message says how much it needs. */
  generate(request: ExerciseRequest): Exercise;
}
