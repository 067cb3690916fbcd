import type { ContextSummary } from "@kvasir/kv-core";
import { multiplyFour, packFour } from "./multiply-four.ts";

/** Contexts of one request, which follow each other from position 0 on, as runs of tokens. */
export interface Runs {
  readonly count: number;
  /** Tokens of a run; the last of a context may be shorter. */
  readonly runTokens: number;
  /** Position of each run's first token. */
  readonly positions: Int32Array;
  /** Context of each run. */
  readonly contexts: Int32Array;
  /** Block of each run, counted over all contexts. */
  readonly blocks: Int32Array;
  readonly blockCount: number;
}

export interface Heads {
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** Query vectors of one layer and where they stand. */
export interface Askers {
  /** `[n, queryHeads, headDim]` */
  readonly vectors: Float32Array;
  readonly positions: ArrayLike<number>;
}

/** Where shares of attention are noted. */
export interface ShareTarget {
  /** `[queryHeads, blocks]` */
  readonly best: Float32Array;
  /** Whether an asker looks at a run. */
  readonly mayAsk: (asker: number, run: number) => boolean;
}

/**
 * Raises each target's `best` to the largest share of attention that any asker's head gives to a block, where all of its attention goes to
 * the runs at or before its position that the target lets it look at.
 */
export function raiseShares(
  targets: readonly ShareTarget[],
  runs: Runs,
  keys: Float32Array,
  { vectors, positions }: Askers,
  heads: Heads,
): void {
  const { queryHeads, kvHeads, headDim } = heads;
  const packed = new Float64Array(headDim * 4);
  const scores = new Float64Array(runs.count * 4);
  const shares = new Float64Array(runs.blockCount);
  const shape = { stride: kvHeads * headDim, headDim, runs: runs.count, scale: 1 / Math.sqrt(headDim) };
  for (let first = 0; first < positions.length; first += 4) {
    const askers = Array.from({ length: Math.min(4, positions.length - first) }, (_, lane) => first + lane);
    const seen = targets.map(({ mayAsk }) => askers.map((asker) => visibleRuns(runs, positions[asker]!, (run) => mayAsk(asker, run))));
    for (let head = 0; head < queryHeads; head++) {
      // Query heads that share a KV head are consecutive.
      const kvHead = Math.floor((head * kvHeads) / queryHeads);
      const starts = askers.map((asker) => (asker * queryHeads + head) * headDim);
      packFour(vectors, starts, headDim, packed);
      multiplyFour(packed, keys, { ...shape, first: kvHead * headDim }, scores);
      targets.forEach(({ best }, target) => {
        const row = best.subarray(head * runs.blockCount, (head + 1) * runs.blockCount);
        seen[target]!.forEach((visible, lane) => raiseRow(row, runs, scores, lane, visible, shares));
      });
    }
  }
}

function visibleRuns({ count, positions }: Runs, position: number, mayAsk: (run: number) => boolean): Int32Array {
  const visible: number[] = [];
  for (let run = 0; run < count; run++) if (positions[run]! <= position && mayAsk(run)) visible.push(run);
  return Int32Array.from(visible);
}

/** Softmax of one lane over the visible runs, summed by block. */
function raiseRow(
  row: Float32Array,
  { blocks }: Runs,
  scores: Float64Array,
  lane: number,
  visible: Int32Array,
  shares: Float64Array,
): void {
  let largest = -Infinity;
  for (const run of visible) largest = Math.max(largest, scores[run * 4 + lane]!);
  shares.fill(0);
  let sum = 0;
  for (const run of visible) {
    const weight = Math.exp(scores[run * 4 + lane]! - largest);
    sum += weight;
    shares[blocks[run]!]! += weight;
  }
  if (sum === 0) return;
  for (let block = 0; block < row.length; block++) row[block] = Math.max(row[block]!, shares[block]! / sum);
}

/** A context's place in a sequence, with its summary. */
export interface SummarizedContext {
  readonly length: number;
  readonly startPosition: number;
  readonly summary: ContextSummary;
}

/** Cuts contexts into runs of `runTokens` tokens. Runs and blocks are counted from each context's first token. */
export function cutRuns(contexts: readonly SummarizedContext[], runTokens: number, blockTokens: number): Runs {
  const positions: number[] = [];
  const owners: number[] = [];
  const blocks: number[] = [];
  let blockCount = 0;
  contexts.forEach(({ length, startPosition }, context) => {
    for (let offset = 0; offset < length; offset += runTokens) {
      positions.push(startPosition + offset);
      owners.push(context);
      blocks.push(blockCount + Math.floor(offset / blockTokens));
    }
    blockCount += Math.ceil(length / blockTokens);
  });
  return {
    count: positions.length,
    runTokens,
    positions: Int32Array.from(positions),
    contexts: Int32Array.from(owners),
    blocks: Int32Array.from(blocks),
    blockCount,
  };
}

/** One vector list of all contexts, one after another. */
export function joinVectors(
  contexts: readonly SummarizedContext[],
  pick: (summary: ContextSummary) => Float32Array | undefined,
): Float32Array {
  const arrays = contexts.map(({ summary }) => pick(summary) ?? new Float32Array());
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

/** Means of vectors of single tokens over runs that do not reach from one context into the next. */
export function meanOfRuns(vectors: Float32Array, runs: Runs, contexts: readonly SummarizedContext[], width: number): Float32Array {
  const means = new Float32Array(runs.count * width);
  for (let run = 0; run < runs.count; run++) {
    const { startPosition, length } = contexts[runs.contexts[run]!]!;
    const first = runs.positions[run]!;
    const end = Math.min(first + runs.runTokens, startPosition + length);
    for (let token = first; token < end; token++) {
      for (let column = 0; column < width; column++) means[run * width + column]! += vectors[token * width + column]! / (end - first);
    }
  }
  return means;
}
