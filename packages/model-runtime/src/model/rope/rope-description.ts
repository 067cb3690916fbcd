/** How rotation frequencies are derived from `theta`. */
export type RopeScaling =
  | { readonly kind: "none" }
  /** Every frequency divided by `factor`. */
  | { readonly kind: "linear"; readonly factor: number }
  /** Llama 3.1: low frequencies divided by `factor`, high ones kept, a smooth ramp between. */
  | {
      readonly kind: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContextLength: number;
    }
  /** YaRN (arXiv 2309.00071). */
  | {
      readonly kind: "yarn";
      readonly factor: number;
      readonly attentionFactor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly originalContextLength: number;
      /** Whether the bounds of the ramp are rounded to whole channels. */
      readonly truncate: boolean;
    }
  /** One divisor per frequency, `[headDim / 2]`, as GGUF's `rope_freqs.weight` and longrope's short factors give them. */
  | { readonly kind: "divisors"; readonly divisors: readonly number[]; readonly attentionFactor: number };

/** Rotation of one kind of layer. */
export interface RopeDescription {
  /** Base of the geometric series of frequencies. */
  readonly theta: number;
  readonly scaling: RopeScaling;
}
