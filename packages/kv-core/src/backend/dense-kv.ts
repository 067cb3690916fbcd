/** Keys and values of some tokens of one layer in the neutral form `[tokens, kvHeads, headDim]`. */
export interface DenseKv {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}
