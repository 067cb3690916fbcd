/**
 * The oracle that backends, codecs and policies are compared with: obvious f64 functions and a complete slow backend.
 * @module
 */
export { createReferenceBackend, referenceBackendFactory, type ReferenceBackendOptions } from "./reference-backend.ts";
export { denseAttention, dot, mergeHeadStates, type HeadState } from "./dense-attention.ts";
export { logSumExp, softmax } from "./softmax.ts";
export { ropeFrequencies, rotate, type Vector } from "./rope.ts";
export { activate, rmsNormVector } from "./operators.ts";
export { decodeMatrixRows } from "./reference-matrix.ts";
export { decodeBf16, decodeF16, encodeBf16, encodeF16, roundTiesToEven } from "./half-floats.ts";
export { BLOCK_REPRESENTATIVES, type BlockRepresentative } from "./block-representatives.ts";
export { topBlocks, type BlockSelection, type VisibleTokens } from "./top-blocks.ts";
export { attendSelected, type SelectedAttention } from "../codec/attend-selected.ts";
