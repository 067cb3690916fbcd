/** How the next token is chosen. Defaults: greedy. */
export interface SamplingOptions {
  /** 0 is greedy. */
  readonly temperature?: number;
  /** Keep the k most likely tokens; 0 or absent keeps all. */
  readonly topK?: number;
  /** Keep the smallest set of tokens whose probabilities sum to at least this. */
  readonly topP?: number;
  /** Drop tokens less likely than this share of the most likely one. */
  readonly minP?: number;
  /** Same seed, same prompt: same tokens, whatever else runs beside it. */
  readonly seed?: number;
  /** > 1 makes tokens of prompt and output less likely (CTRL). */
  readonly repetitionPenalty?: number;
  /** Subtracted from logits of tokens that the output has, once (OpenAI). */
  readonly presencePenalty?: number;
  /** Subtracted from logits of tokens that the output has, per occurrence (OpenAI). */
  readonly frequencyPenalty?: number;
  /** Added to logits, by token id (OpenAI). */
  readonly logitBias?: Readonly<Record<number, number>>;
}
