/** Shape of what a codec stores: some tokens of one layer and one KV head. */
export interface CodecShape {
  readonly tokens: number;
  readonly headDim: number;
}

/** How a codec is to store tokens, as JSON; what it means is the codec's own. */
export type CodecSettings = Readonly<Record<string, unknown>>;

/** Tokens of one layer and KV head in a codec's own form. */
export interface EncodedKv {
  readonly shape: CodecShape;
  /** Packed keys and values. */
  readonly bytes: Uint8Array;
  /** What the pieces of a segment share, such as rotations; empty where the codec needs none. Counted in its bytes, freed with the last piece. */
  readonly state: Uint8Array;
}

/** What encoding gave, and what it lost. */
export interface EncodedTokens extends EncodedKv {
  /** Share of the energy (sum of squares) that `decode` does not give back, 0 .. 1: the mean of the keys' and the values'. */
  readonly loss: number;
}
