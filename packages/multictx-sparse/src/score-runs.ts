import type { ContextSummary } from "@kvasir/kv-core";

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

/**
 * Raises `best`, `[queryHeads, blocks]`, to the largest share of attention that any asker's head gives to a block, where all of its attention
 * goes to the runs that `mayAsk` lets it see at or before its position.
 */
export function raiseShares(
  best: Float32Array,
  runs: Runs,
  keys: Float32Array,
  { vectors, positions }: Askers,
  heads: Heads,
  mayAsk: (asker: number, run: number) => boolean,
): void {
  const { queryHeads, kvHeads, headDim } = heads;
  const scale = 1 / Math.sqrt(headDim);
  const scores = new Float64Array(runs.count);
  const shares = new Float64Array(runs.blockCount);
  for (let asker = 0; asker < positions.length; asker++) {
    const seen: number[] = [];
    for (let run = 0; run < runs.count; run++) if (runs.positions[run]! <= positions[asker]! && mayAsk(asker, run)) seen.push(run);
    if (seen.length === 0) continue;
    for (let head = 0; head < queryHeads; head++) {
      // Query heads that share a KV head are consecutive.
      const kvHead = Math.floor((head * kvHeads) / queryHeads);
      const query = (asker * queryHeads + head) * headDim;
      let largest = -Infinity;
      for (const run of seen) {
        const score = scale * dot(vectors, query, keys, (run * kvHeads + kvHead) * headDim, headDim);
        scores[run] = score;
        if (score > largest) largest = score;
      }
      shares.fill(0);
      let sum = 0;
      for (const run of seen) {
        const weight = Math.exp(scores[run]! - largest);
        sum += weight;
        shares[runs.blocks[run]!]! += weight;
      }
      const row = head * runs.blockCount;
      for (let block = 0; block < runs.blockCount; block++) {
        const share = shares[block]! / sum;
        if (share > best[row + block]!) best[row + block] = share;
      }
    }
  }
}

function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, length: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let index = 0; index < length; index += 4) {
    first += a[fromA + index]! * b[fromB + index]!;
    second += a[fromA + index + 1]! * b[fromB + index + 1]!;
    third += a[fromA + index + 2]! * b[fromB + index + 2]!;
    fourth += a[fromA + index + 3]! * b[fromB + index + 3]!;
  }
  return first + second + third + fourth;
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
