import type { SamplingOptions } from "./sampling-options.ts";

/** What sampling remembers of one request. Where several requests run side by side, each has its own. */
export interface SamplerState {
  readonly seed: bigint;
  /** Tokens chosen so far; with the seed it decides the randomness of the next. */
  readonly index: number;
  /** Tokens of prompt and output. Kept only where a repetition penalty needs them. */
  readonly seen: ReadonlySet<number>;
  /** Occurrences in the output, by token. */
  readonly outputCounts: ReadonlyMap<number, number>;
  /** Takes note of the next token of the output. */
  accept(token: number): void;
}

/** State before the first token. Without a seed in the options, a random one is taken. */
export function createSamplerState(options: SamplingOptions, prompt: readonly number[]): SamplerState {
  return new RequestSamplerState(options, prompt);
}

class RequestSamplerState implements SamplerState {
  readonly seed: bigint;
  index = 0;
  readonly seen: Set<number>;
  readonly outputCounts = new Map<number, number>();
  private readonly remembersSeen: boolean;

  constructor(options: SamplingOptions, prompt: readonly number[]) {
    this.seed = options.seed === undefined ? randomSeed() : BigInt.asUintN(64, BigInt(options.seed));
    this.remembersSeen = (options.repetitionPenalty ?? 1) !== 1;
    this.seen = new Set(this.remembersSeen ? prompt : []);
  }

  accept(token: number): void {
    this.index++;
    if (this.remembersSeen) this.seen.add(token);
    this.outputCounts.set(token, (this.outputCounts.get(token) ?? 0) + 1);
  }
}

function randomSeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!;
}
