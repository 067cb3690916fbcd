import type { WeightDtype } from "../weight-file.ts";
import { unpackQ4_K, unpackQ5_K, unpackQ6_K } from "./k-blocks.ts";
import { unpackQ4_0, unpackQ4_1, unpackQ5_0, unpackQ5_1, unpackQ8_0 } from "./simple-blocks.ts";

/** Where unpacked blocks go: the arrays of an affine `MatrixRows`. */
export interface AffineTarget {
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
  readonly offsets: Float32Array;
}

/** Unpacks consecutive blocks from the start of `bytes`; every weight is `scale * code + offset` of its group, exactly. */
export type BlockUnpacker = (bytes: Uint8Array, blocks: number, target: AffineTarget) => void;

/** A quantised type in affine form. */
export interface AffineFormat {
  readonly bits: number;
  readonly groupSize: 16 | 32;
  readonly unpack: BlockUnpacker;
}

/** Affine forms of the quantised types. Block layouts: ggml-common.h. */
export const AFFINE_FORMATS: Readonly<Partial<Record<WeightDtype, AffineFormat>>> = {
  q8_0: { bits: 8, groupSize: 32, unpack: unpackQ8_0 },
  q4_0: { bits: 4, groupSize: 32, unpack: unpackQ4_0 },
  q4_1: { bits: 4, groupSize: 32, unpack: unpackQ4_1 },
  q5_0: { bits: 5, groupSize: 32, unpack: unpackQ5_0 },
  q5_1: { bits: 5, groupSize: 32, unpack: unpackQ5_1 },
  q4_k: { bits: 4, groupSize: 32, unpack: unpackQ4_K },
  q5_k: { bits: 5, groupSize: 32, unpack: unpackQ5_K },
  q6_k: { bits: 6, groupSize: 16, unpack: unpackQ6_K },
};
