import type { Exercise, Question } from "../exercise.ts";

/** What an answer cost; a server that is not Kvasir's reports tokens only. */
export interface AnswerUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Tokens of the prompt whose KV an earlier prompt had left in the cache. */
  readonly cachedTokens?: number;
  /** Tokens still attended at the end / tokens seen. */
  readonly keptRatio?: number;
  /** Bytes of the KV pages held at the end. */
  readonly kvBytes?: number;
  /** Bytes the same tokens take without a policy. */
  readonly denseKvBytes?: number;
}

export interface Answer {
  /** What was generated, without the answer prefix. */
  readonly text: string;
  /** `stop`, `length`, or what a server says. */
  readonly finishReason: string;
  readonly usage: AnswerUsage;
  /** From the request to its end, which includes what ran beside it. */
  readonly seconds: number;
}

export interface AnswerRequest {
  readonly exercise: Exercise;
  readonly question: Question;
  /** Preset of KV-cache policies; whoever answers knows what it means. */
  readonly policy: string;
  readonly signal?: AbortSignal;
}

/** Answers questions greedily: an engine, or a server behind a URL. */
export interface Answerer {
  answer(request: AnswerRequest): Promise<Answer>;
}
