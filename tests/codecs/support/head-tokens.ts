import type { DenseKv } from "@kvasir/kv-core";
import { SeededRandom } from "@kvasir/kv-core/testing";

/**
 * Tokens `[tokens, heads, headDim]` as models have them: a mean, and few directions with most of the energy, others for every head and for
 * keys and values. So axes are well apart, and two ways to find them agree.
 */
export function headTokens(tokens: number, heads: number, headDim: number, seed: number): DenseKv {
  const random = new SeededRandom(seed);
  const side = (): Float32Array => {
    const all = new Float32Array(tokens * heads * headDim);
    for (let head = 0; head < heads; head++) {
      const mixing = random.normals(headDim * headDim, 1 / Math.sqrt(headDim));
      const mean = random.normals(headDim, 0.5);
      for (let token = 0; token < tokens; token++) {
        const source = random.normals(headDim);
        const to = all.subarray((token * heads + head) * headDim, (token * heads + head + 1) * headDim);
        to.set(mean);
        for (let i = 0; i < headDim; i++) {
          const weight = (source[i] as number) * 3 * 0.03 ** (i / headDim);
          for (let c = 0; c < headDim; c++) to[c] = (to[c] as number) + weight * (mixing[i * headDim + c] as number);
        }
      }
    }
    return all;
  };
  return { keys: side(), values: side() };
}

/** One head's `[tokens, headDim]`. */
export function oneHead({ keys, values }: DenseKv, heads: number, headDim: number, head: number): DenseKv {
  const pick = (all: Float32Array): Float32Array =>
    Float32Array.from(
      { length: all.length / heads },
      (_, i) => all[(Math.floor(i / headDim) * heads + head) * headDim + (i % headDim)] as number,
    );
  return { keys: pick(keys), values: pick(values) };
}
