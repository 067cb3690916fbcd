import type { DenseKv } from "../../backend/dense-kv.ts";
import type { KvLayerSpec, ModelShape } from "../../model/model-shape.ts";
import type { SequenceRows } from "../../plan/read-plan.ts";
import { denseAttention } from "../../reference/dense-attention.ts";
import { ropeFrequencies, rotate } from "../../reference/rope.ts";
import { SeededRandom } from "../seeded-random.ts";

/** What decides a simulated token's keys and values. */
export interface TokenOrigin {
  /** Of the sequence or context it was computed in. */
  readonly seed: number;
  readonly storedPosition: number;
  /** Reader position = stored position + shift. */
  readonly shift: number;
}

/** Random but fixed keys, values and queries in place of a model's. */
export class SimulatedTokens {
  readonly #model: ModelShape;
  readonly #known = new Map<string, DenseKv>();

  constructor(model: ModelShape) {
    this.#model = model;
  }

  /** Keys and values of one token in one layer as its reader sees them, `[kvHeads, headDim]`. */
  keysAndValues(layer: number, { seed, storedPosition, shift }: TokenOrigin): DenseKv {
    const name = [layer, seed, storedPosition, shift].join();
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { kvHeads, headDim } = this.#layer(layer);
    const random = new SeededRandom(seed * 7919 + storedPosition * 104729 + layer * 31);
    const kv = { keys: random.normals(kvHeads * headDim), values: random.normals(kvHeads * headDim) };
    if (shift !== 0)
      for (let head = 0; head < kvHeads; head++)
        rotate(kv.keys.subarray(head * headDim, (head + 1) * headDim), shift, ropeFrequencies(headDim, 10000));
    this.#known.set(name, kv);
    return kv;
  }

  /** Queries of a sequence's rows in one layer, `[rows, queryHeads, headDim]`. */
  queries(layer: number, { sequence, rows, firstPosition }: SequenceRows): Float32Array {
    const width = this.#model.queryHeads * this.#layer(layer).headDim;
    const queries = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      queries.set(new SeededRandom(sequence * 15485863 + (firstPosition + row) * 32452843 + layer).normals(width), row * width);
    }
    return queries;
  }

  /** What the rows' attention gives without any policy: over every token the sequence has seen. */
  denseOutput(layer: number, range: SequenceRows, origins: readonly TokenOrigin[]): Float64Array {
    const { owner, kvHeads, headDim, kind, slidingWindow } = this.#layer(layer);
    const tokens = origins.map((origin) => this.keysAndValues(owner, origin));
    const positions = origins.map(({ storedPosition, shift }) => storedPosition + shift);
    const queries = this.queries(layer, range);
    const out = new Float64Array(queries.length);
    const window = kind === "sliding-window" ? (slidingWindow ?? Infinity) : Infinity;
    const group = this.#model.queryHeads / kvHeads;
    for (let kvHead = 0; kvHead < kvHeads; kvHead++) {
      const [keys, values] = [new Float32Array(tokens.length * headDim), new Float32Array(tokens.length * headDim)];
      tokens.forEach((token, index) => {
        keys.set(token.keys.subarray(kvHead * headDim, (kvHead + 1) * headDim), index * headDim);
        values.set(token.values.subarray(kvHead * headDim, (kvHead + 1) * headDim), index * headDim);
      });
      for (let row = 0; row < range.rows; row++) {
        const position = range.firstPosition + row;
        const isVisible = (token: number): boolean => {
          const seen = positions[token] ?? Infinity;
          return seen <= position && position - seen < window;
        };
        for (let head = kvHead * group; head < (kvHead + 1) * group; head++) {
          const at = (row * this.#model.queryHeads + head) * headDim;
          out.set(denseAttention(queries.subarray(at, at + headDim), keys, values, 1 / Math.sqrt(headDim), isVisible).out, at);
        }
      }
    }
    return out;
  }

  #layer(layer: number): KvLayerSpec {
    return this.#model.layers[layer] as KvLayerSpec;
  }
}
