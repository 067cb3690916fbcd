import type { EngineEvent, FinishReason, GenerationRequest, GenerationUsage, PositionLogprobs } from "@kvasir/model-runtime";

/** One completion to make. A request has `n` of them for each prompt. */
export interface Choice {
  /** Place in the answer: `prompt * n + k`. */
  readonly index: number;
  /** Which prompt of the request it completes. */
  readonly prompt: number;
  readonly request: GenerationRequest;
}

export interface ChoiceEvent {
  readonly choice: Choice;
  readonly event: EngineEvent;
}

/** A finished completion. */
export interface ChoiceResult {
  readonly choice: Choice;
  readonly tokens: readonly number[];
  readonly text: string;
  readonly logprobs: readonly PositionLogprobs[];
  readonly promptLogprobs: readonly (PositionLogprobs | null)[];
  readonly reason: FinishReason;
  readonly usage: GenerationUsage;
}
