/**
 * MosaicKV for Kvasir: a codec that packs keys and values in a rotated basis and attends them packed.
 * @module
 */
export { mosaicPacked } from "./mosaic-packed.ts";
export type { Candidate, PackedSettings, Rotation } from "./settings/packed-settings.ts";
export { packedSettings, type PackingOptions, type VectorPacking } from "./settings/vector-packing.ts";
export type { ElementType } from "./format/vector-format.ts";
export { mosaicCompress } from "./policy/mosaic-compress.ts";
export type { MosaicCompressOptions, ReadOptions, SegmentOptions } from "./policy/mosaic-compress-options.ts";
export type { PresetName } from "./policy/presets.ts";
