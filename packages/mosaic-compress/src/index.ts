/**
 * MosaicKV for Kvasir: a codec that packs keys and values in a rotated basis and attends them packed.
 * @module
 */
export { mosaicPacked } from "./mosaic-packed.ts";
export type { MosaicPackedOptions, VectorPacking } from "./mosaic-packed-options.ts";
export type { Rotation } from "./basis/segment-basis.ts";
export type { ElementType } from "./format/vector-format.ts";
