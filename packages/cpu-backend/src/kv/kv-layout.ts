import { kvBytesPerTokenAndHead, type KvDtype, type KvLayerSpec, type KvStoreSpec } from "@kvasir/kv-core";
import { REPRESENTATIVE_HEADER_BYTES } from "./representative-cache.ts";

/** Tokens per tile: `TILE` of native/kv-store.h. */
export const TILE = 16;

/** Bytes of `KvLayer` of native/kv-store.h. */
export const KV_LAYER_BYTES: number = 15 * 8;

const KV_TYPES: Readonly<Record<KvDtype, number>> = { f32: 0, f16: 1, bf16: 2, int8: 3 };

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Where one layer's keys and values lie: `[kvHead][page]`, and inside a page keys, values, scales. In bytes but for the counts. */
export interface KvLayerLayout {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly paddedDim: number;
  readonly pageStride: number;
  readonly headStride: number;
  readonly valueOffset: number;
  readonly keyScaleOffset: number;
  readonly valueScaleOffset: number;
  /** All pages of all KV heads. */
  readonly layerBytes: number;
  /** From the representative of a block for one KV head to that for the next. */
  readonly representativeStride: number;
}

/** Lays out a layer that owns its KV. */
export function kvLayerLayout(layer: KvLayerSpec, dtype: KvDtype, pageSize: number, pageCount: number): KvLayerLayout {
  const elementBytes = dtype === "int8" ? 1 : kvBytesPerTokenAndHead(dtype, 1) / 2;
  const scaleBytes = dtype === "int8" ? align(4 * pageSize) : 0;
  const paddedDim = Math.ceil(layer.headDim / TILE) * TILE;
  const valueOffset = align(pageSize * layer.headDim * elementBytes);
  const keyScaleOffset = valueOffset + align(pageSize * paddedDim * elementBytes);
  const valueScaleOffset = keyScaleOffset + scaleBytes;
  const pageStride = valueScaleOffset + scaleBytes;
  const headStride = pageStride * pageCount;
  const { kvHeads, headDim } = layer;
  const layerBytes = headStride * kvHeads;
  const representativeStride = REPRESENTATIVE_HEADER_BYTES + 4 * paddedDim;
  const strides = { pageStride, headStride, layerBytes, representativeStride };
  return { kvHeads, headDim, paddedDim, valueOffset, keyScaleOffset, valueScaleOffset, ...strides };
}

/** Where the memory of one layer begins. */
export interface KvLayerAddresses {
  readonly base: number;
  readonly stamps: number;
  /** Offset in the representatives of a block. */
  readonly representatives: number;
}

/** `KvLayer` of native/kv-store.h. */
export function kvLayerRecord(
  { base, stamps, representatives }: KvLayerAddresses,
  layout: KvLayerLayout,
  { dtype, pageSize, pageCount }: KvStoreSpec,
): BigInt64Array {
  const fields = [
    ...[base, layout.headStride, layout.pageStride, layout.valueOffset, layout.keyScaleOffset, layout.valueScaleOffset],
    ...[layout.kvHeads, layout.headDim, layout.paddedDim, pageSize, pageCount, KV_TYPES[dtype]],
    ...[stamps, representatives, layout.representativeStride],
  ];
  return BigInt64Array.from(fields, BigInt);
}
