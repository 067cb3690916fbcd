import type { Heads, Runs, SummarizedContext } from "./score-runs.ts";
import { cutRuns, joinVectors, meanOfRuns, raiseShares } from "./score-runs.ts";
import { KEY_TOKENS, QUERY_TOKENS, type Selection } from "./select-options.ts";

/** Weight of blocks that tokens chosen before ask for in their own context, beside those in other contexts. */
const OWN_CONTEXT_WEIGHT = 0.3;

/** Which layers' vectors score what, as indices into a summary's layers. */
export interface ScoringLayers {
  /** Of the summary. */
  readonly count: number;
  /** The question's queries: the last ones, where what is asked for has been looked up. */
  readonly question: readonly number[];
  /** Queries of tokens that were chosen before. */
  readonly bias: readonly number[];
}

/** The prompt's last tokens in a trial pass. */
export interface Question {
  /** `[layers of the summary, rows, queryHeads, headDim]` */
  readonly queries: Float32Array;
  /** Position after the last row. */
  readonly end: number;
}

/**
 * Chooses tokens of contexts in rounds. Each round scores blocks by how much attention the question gives them, and (with a bias) tokens that
 * were chosen in earlier rounds; takes the best until the round's share of the limit is used up; and lets the question be tried anew over
 * what is kept then.
 */
export class TokenSelection {
  readonly #contexts: readonly SummarizedContext[];
  readonly #selection: Selection;
  readonly #heads: Heads;
  readonly #layers: ScoringLayers;
  /** Single tokens, which the question scores. */
  readonly #tokens: Runs;
  /** Runs that tokens which were chosen before score. */
  readonly #runs: Runs;
  /** Runs whose mean queries score. */
  readonly #askers: Runs;
  /** By layer of the question, of single tokens; by layer of the bias, of runs. */
  readonly #tokenKeys: readonly Float32Array[];
  readonly #runKeys: readonly Float32Array[];
  readonly #queries: readonly Float32Array[];
  /** By position. */
  readonly #kept: Uint8Array;
  readonly #anchors: Uint8Array;
  readonly #limit: number;
  readonly #anchorCount: number;
  /** By layer of the bias, `[queryHeads, blocks]`: shares in other contexts, and in a token's own. */
  readonly #elsewhere: Float32Array[];
  readonly #own: Float32Array[];
  #round = 0;

  constructor(contexts: readonly SummarizedContext[], selection: Selection, heads: Heads, layers: ScoringLayers) {
    this.#contexts = contexts;
    this.#selection = selection;
    this.#heads = heads;
    this.#layers = layers;
    this.#tokens = cutRuns(contexts, 1, selection.blockTokens);
    this.#runs = cutRuns(contexts, KEY_TOKENS, selection.blockTokens);
    this.#askers = cutRuns(contexts, QUERY_TOKENS, selection.blockTokens);
    const keysOf = (layer: number): Float32Array => joinVectors(contexts, ({ keys }) => keys[layer]);
    this.#tokenKeys = layers.question.map(keysOf);
    const bias = selection.bias ? layers.bias : [];
    this.#runKeys = bias.map((layer) => {
      const keys = this.#tokenKeys[layers.question.indexOf(layer)];
      return keys === undefined ? keysOf(layer) : meanOfRuns(keys, this.#runs, contexts, heads.kvHeads * heads.headDim);
    });
    this.#queries = bias.map((layer) => joinVectors(contexts, ({ queries }) => queries[layer]));
    const total = contexts.reduce((sum, { length }) => sum + length, 0);
    const { keep, leastTokens, initialTokens, localTokens } = selection;
    const wanted = "tokens" in keep ? keep.tokens : Math.floor(keep.ratio * total);
    this.#limit = Math.min(total, Math.max(wanted, leastTokens));
    this.#kept = new Uint8Array(total);
    for (const { startPosition, length } of contexts) {
      for (let offset = 0; offset < length; offset++) {
        if (offset < initialTokens || length - offset <= localTokens) this.#kept[startPosition + offset] = 1;
      }
    }
    this.#anchors = this.#kept.slice();
    this.#anchorCount = count(this.#anchors);
    const shares = (): Float32Array => new Float32Array(heads.queryHeads * this.#runs.blockCount);
    this.#elsewhere = layers.bias.map(shares);
    this.#own = layers.bias.map(shares);
  }

  /** Whether the limit is given out. */
  get isDone(): boolean {
    return this.#round >= this.#selection.rounds.length;
  }

  /** Offsets kept of a context, ascending. */
  keptOf(index: number): number[] {
    const { startPosition = 0, length = 0 } = this.#contexts[index] ?? {};
    return Array.from({ length }, (_, offset) => offset).filter((offset) => this.#kept[startPosition + offset] === 1);
  }

  /** Takes the next round's blocks. */
  choose(question: Question): void {
    const scores = this.#questionScores(question);
    if (this.#selection.bias && this.#round > 0) this.#addBias(scores);
    const share = this.#selection.rounds[this.#round] ?? 1;
    const limit = this.#anchorCount + Math.floor(share * (this.#limit - this.#anchorCount));
    const before = this.#kept.slice();
    this.#take(scores, limit);
    this.#round++;
    if (this.#selection.bias && !this.isDone) this.#ask((position) => this.#kept[position] === 1 && before[position] === 0);
  }

  /** Mean over layers and heads of the largest share that any token of the question gives to each block. */
  #questionScores({ queries, end }: Question): Float64Array {
    const { queryHeads, headDim } = this.#heads;
    const size = queries.length / this.#layers.count;
    const rows = size / (queryHeads * headDim);
    const positions = Array.from({ length: rows }, (_, row) => end - rows + row);
    const scores = new Float64Array(this.#tokens.blockCount);
    this.#layers.question.forEach((layer, index) => {
      const best = new Float32Array(queryHeads * this.#tokens.blockCount);
      const vectors = queries.subarray(layer * size, (layer + 1) * size);
      const mayAsk = (_: number, token: number): boolean => this.#anchors[token] === 0;
      raiseShares([{ best, mayAsk }], this.#tokens, this.#tokenKeys[index]!, { vectors, positions }, this.#heads);
      this.#addMean(scores, best, this.#layers.question.length);
    });
    return scores;
  }

  /** Lets tokens that were just chosen say, by their queries as their context was computed, what they look for. */
  #ask(isNew: (position: number) => boolean): void {
    const { positions, contexts, count: askerCount } = this.#askers;
    const asking = Array.from({ length: askerCount }, (_, run) => run).filter((run) => isNew(positions[run]!));
    const { queryHeads, headDim } = this.#heads;
    const width = queryHeads * headDim;
    const at = asking.map((run) => positions[run]!);
    const runContexts = this.#runs.contexts;
    const isOwn = (asker: number, run: number): boolean => contexts[asking[asker]!] === runContexts[run];
    const isAnchor = Array.from({ length: this.#runs.count }, (_, run) => this.#isMostly(this.#anchors, run));
    const isKept = isAnchor.map((_, run) => this.#isMostly(this.#kept, run));
    this.#queries.forEach((all, index) => {
      const vectors = new Float32Array(asking.length * width);
      asking.forEach((run, asker) => vectors.set(all.subarray(run * width, (run + 1) * width), asker * width));
      const askers = { vectors, positions: at };
      const targets = [
        { best: this.#elsewhere[index]!, mayAsk: (asker: number, run: number) => !isOwn(asker, run) && isAnchor[run] !== true },
        { best: this.#own[index]!, mayAsk: (asker: number, run: number) => isOwn(asker, run) && isKept[run] !== true },
      ];
      raiseShares(targets, this.#runs, this.#runKeys[index]!, askers, this.#heads);
    });
  }

  #addBias(scores: Float64Array): void {
    const { length } = this.#layers.bias;
    for (const shares of this.#elsewhere) this.#addMean(scores, shares, length);
    for (const shares of this.#own) this.#addMean(scores, shares, length / OWN_CONTEXT_WEIGHT);
  }

  /** Adds the mean over heads, divided by a number of layers. */
  #addMean(scores: Float64Array, shares: Float32Array, layers: number): void {
    const { queryHeads } = this.#heads;
    shares.forEach((share, index) => (scores[index % scores.length]! += share / (queryHeads * layers)));
  }

  #take(scores: Float64Array, limit: number): void {
    let left = limit - count(this.#kept);
    const order = Array.from(scores.keys()).toSorted((a, b) => scores[b]! - scores[a]! || a - b);
    for (const block of order) {
      if (scores[block]! <= 0) return;
      const added = this.#window(block).filter((position) => this.#kept[position] === 0);
      if (added.length > left) return;
      for (const position of added) this.#kept[position] = 1;
      left -= added.length;
    }
  }

  /** Positions of a block and of what is kept around it, inside its context. */
  #window(block: number): number[] {
    const { blockTokens, paddingTokens } = this.#selection;
    let first = 0;
    for (const { startPosition, length } of this.#contexts) {
      const blocks = Math.ceil(length / blockTokens);
      if (block < first + blocks) {
        const offset = (block - first) * blockTokens;
        const from = Math.max(0, offset - paddingTokens);
        const to = Math.min(length, offset + blockTokens + paddingTokens);
        return Array.from({ length: to - from }, (_, index) => startPosition + from + index);
      }
      first += blocks;
    }
    return [];
  }

  /** Whether at least half of a run's tokens are among these. */
  #isMostly(positions: Uint8Array, run: number): boolean {
    const { positions: starts, contexts } = this.#runs;
    const context = this.#contexts[contexts[run]!];
    if (context === undefined) return false;
    const first = starts[run]!;
    const end = Math.min(first + KEY_TOKENS, context.startPosition + context.length);
    let found = 0;
    for (let position = first; position < end; position++) found += positions[position]!;
    return 2 * found >= end - first;
  }
}

function count(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
