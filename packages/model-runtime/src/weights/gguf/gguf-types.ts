import type { WeightDtype } from "../weight-file.ts";

/** How a GGML tensor type stores its elements. */
export interface GgufTensorType {
  readonly name: string;
  readonly dtype: WeightDtype;
  /** Elements per block; a row is a whole number of blocks. */
  readonly blockElements: number;
  readonly blockBytes: number;
}

/** GGML type numbers that Kvasir reads. Source: `enum ggml_type` and the block structs of ggml-common.h. */
export const GGUF_TENSOR_TYPES: ReadonlyMap<number, GgufTensorType> = new Map([
  [0, { name: "F32", dtype: "f32", blockElements: 1, blockBytes: 4 }],
  [1, { name: "F16", dtype: "f16", blockElements: 1, blockBytes: 2 }],
  [2, { name: "Q4_0", dtype: "q4_0", blockElements: 32, blockBytes: 18 }],
  [3, { name: "Q4_1", dtype: "q4_1", blockElements: 32, blockBytes: 20 }],
  [6, { name: "Q5_0", dtype: "q5_0", blockElements: 32, blockBytes: 22 }],
  [7, { name: "Q5_1", dtype: "q5_1", blockElements: 32, blockBytes: 24 }],
  [8, { name: "Q8_0", dtype: "q8_0", blockElements: 32, blockBytes: 34 }],
  [12, { name: "Q4_K", dtype: "q4_k", blockElements: 256, blockBytes: 144 }],
  [13, { name: "Q5_K", dtype: "q5_k", blockElements: 256, blockBytes: 176 }],
  [14, { name: "Q6_K", dtype: "q6_k", blockElements: 256, blockBytes: 210 }],
  [30, { name: "BF16", dtype: "bf16", blockElements: 1, blockBytes: 2 }],
]);

/** Names of types that exist but are not read, for error messages. */
const UNREAD_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [9, "Q8_1"],
  [10, "Q2_K"],
  [11, "Q3_K"],
  [15, "Q8_K"],
  [16, "IQ2_XXS"],
  [17, "IQ2_XS"],
  [18, "IQ3_XXS"],
  [19, "IQ1_S"],
  [20, "IQ4_NL"],
  [21, "IQ3_S"],
  [22, "IQ2_S"],
  [23, "IQ4_XS"],
  [24, "I8"],
  [25, "I16"],
  [26, "I32"],
  [27, "I64"],
  [28, "F64"],
  [29, "IQ1_M"],
  [34, "TQ1_0"],
  [35, "TQ2_0"],
  [39, "MXFP4"],
]);

/** A tensor type's number with its name where it has one. */
export function describeTensorType(type: number): string {
  const name = GGUF_TENSOR_TYPES.get(type)?.name ?? UNREAD_TYPE_NAMES.get(type);
  return name === undefined ? `number ${type}` : `${name} (${type})`;
}
