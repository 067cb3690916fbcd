import { expNegative } from "./exp.ts";
import { topTokens } from "./top-tokens.ts";

/**
 * exp(-50) times the largest vocabulary is below 2^-53 of the most likely token's weight: leaving such tokens out changes nothing that
 * a 53-bit random number can show.
 */
const NEGLIGIBLE = -50;

/** Tokens that may come next and their weights, probabilities up to a factor: the most likely token has weight 1. */
export class Candidates {
  count = 0;
  private tokens: Uint32Array = new Uint32Array(0);
  private weights: Float64Array = new Float64Array(0);
  private order: Uint32Array = new Uint32Array(0);

  /** All tokens in order of id, less those whose weight is below `leastWeight`. */
  fillAll(logits: Float32Array, largest: number, temperature: number, leastWeight: number): void {
    this.reserve(logits.length);
    const least = Math.max(NEGLIGIBLE, Math.log(leastWeight));
    const { tokens, weights } = this;
    let count = 0;
    for (let token = 0; token < logits.length; token++) {
      const exponent = (logits[token]! - largest) / temperature;
      if (exponent < least) continue;
      tokens[count] = token;
      weights[count++] = expNegative(exponent);
    }
    this.count = count;
  }

  /** The `topK` most likely tokens, most likely first. */
  fillTop(logits: Float32Array, largest: number, temperature: number, topK: number): void {
    const top = topTokens(logits, topK);
    this.reserve(top.length);
    this.count = top.length;
    top.forEach((token, index) => {
      this.tokens[index] = token;
      this.weights[index] = expNegative((logits[token]! - largest) / temperature);
    });
  }

  /** Keeps the smallest set of tokens whose weights sum to at least `share` of all; of equal weights those with lower ids. */
  keepNucleus(share: number): void {
    const { tokens, weights, order, count } = this;
    const needed = share * this.total();
    // Tokens below this weight sum to less than what may be left out, so the nucleus is among the others.
    const floor = ((1 - share) * (needed / share)) / count;
    let size = 0;
    for (let index = 0; index < count; index++) if (weights[index]! >= floor) order[size++] = index;
    const last = lastOfNucleus(order.subarray(0, size), weights, tokens, needed);
    const lastWeight = weights[last]!;
    const lastToken = tokens[last]!;
    this.keep((token, weight) => weight > lastWeight || (weight === lastWeight && token <= lastToken));
  }

  /** Drops tokens with a smaller weight. */
  keepFrom(leastWeight: number): void {
    this.keep((_token, weight) => weight >= leastWeight);
  }

  /** The token at `fraction` (0 to 1, 1 excluded) of the summed weights. */
  pick(fraction: number): number {
    let rest = fraction * this.total();
    for (let index = 0; index < this.count; index++) {
      rest -= this.weights[index]!;
      if (rest < 0) return this.tokens[index]!;
    }
    // Rounding may leave a rest behind the last token.
    return this.tokens[this.count - 1]!;
  }

  private keep(isKept: (token: number, weight: number) => boolean): void {
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      const token = this.tokens[index]!;
      const weight = this.weights[index]!;
      if (!isKept(token, weight)) continue;
      this.tokens[kept] = token;
      this.weights[kept++] = weight;
    }
    this.count = kept;
  }

  private total(): number {
    let total = 0;
    for (let index = 0; index < this.count; index++) total += this.weights[index]!;
    return total;
  }

  private reserve(size: number): void {
    if (this.tokens.length >= size) return;
    this.tokens = new Uint32Array(size);
    this.weights = new Float64Array(size);
    this.order = new Uint32Array(size);
  }
}

/**
 * Index of the least likely token of the nucleus, by a quickselect that sums weights: each round puts a pivot in its place and goes on
 * in the part where the sum passes `needed`. `order` holds indices and is rearranged.
 */
function lastOfNucleus(order: Uint32Array, weights: Float64Array, tokens: Uint32Array, needed: number): number {
  const isBefore = (a: number, b: number): boolean => weights[a]! > weights[b]! || (weights[a]! === weights[b]! && tokens[a]! < tokens[b]!);
  const swap = (a: number, b: number): void => {
    const index = order[a]!;
    order[a] = order[b]!;
    order[b] = index;
  };
  let first = 0;
  let end = order.length;
  let rest = needed;
  while (end - first > 1) {
    swap(medianOfThree(order, first, end, isBefore), end - 1);
    const pivot = order[end - 1]!;
    let place = first;
    let sum = 0;
    for (let index = first; index < end - 1; index++) {
      const candidate = order[index]!;
      if (!isBefore(candidate, pivot)) continue;
      sum += weights[candidate]!;
      swap(index, place++);
    }
    swap(place, end - 1);
    if (sum >= rest) {
      end = place;
    } else if (sum + weights[pivot]! >= rest) {
      return pivot;
    } else {
      rest -= sum + weights[pivot]!;
      first = place + 1;
    }
  }
  return order[Math.min(first, order.length - 1)]!;
}

function medianOfThree(order: Uint32Array, first: number, end: number, isBefore: (a: number, b: number) => boolean): number {
  const middle = (first + end - 1) >> 1;
  const last = end - 1;
  const [a, b, c] = [order[first]!, order[middle]!, order[last]!];
  if (isBefore(a, b)) return isBefore(b, c) ? middle : isBefore(a, c) ? last : first;
  return isBefore(a, c) ? first : isBefore(b, c) ? last : middle;
}
