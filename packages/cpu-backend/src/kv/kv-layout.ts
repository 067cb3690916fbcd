import { kvBytesPerTokenAndHead, type KvDtype, type KvLayerSpec, type KvStoreSpec } from "@kvasir/kv-core";
import { REPRESENTATIVE_HEADER_BYTES } from "./representative-cache.ts";

/** Tokens per tile: `TILE` of native/kv-store.h. */
export const TILE = 16;

/** Bytes of `KvLayer` of native/kv-store.h. */
export const KV_LAYER_BYTES: number = 15 * 8;

const KV_TYPES: Readonly<Record<KvDtype, number>> = { f32: 0, f16: 1, bf16: 2, int8: 3 };

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Where one layer's keys and values lie in a page: `[kvHead]`, and for each head keys, values, scales. In bytes but for the counts. */
export interface KvLayerLayout {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly paddedDim: number;
  /** From the page's start. */
  readonly layerOffset: number;
  readonly headStride: number;
  readonly valueOffset: number;
  readonly keyScaleOffset: number;
  readonly valueScaleOffset: number;
  /** From the representative of a block for one KV head to that for the next. */
  readonly representativeStride: number;
}

/** What every page looks like. */
export interface PageLayout {
  /** Layers that own their KV, in ascending order. */
  readonly layers: readonly KvLayerLayout[];
  /** From page to page, all layers. */
  readonly pageBytes: number;
}

/**
 * Lays out the pages of a store: all that a page holds lies in one piece, so that its bytes can hold something else than dense tokens.
 */
export function pageLayout({ shape, dtype, pageSize }: KvStoreSpec): PageLayout {
  const layers: KvLayerLayout[] = [];
  let pageBytes = 0;
  shape.layers.forEach((layer, index) => {
    if (layer.owner !== index) return;
    const layout = kvLayerLayout(layer, dtype, pageSize, pageBytes);
    layers.push(layout);
    pageBytes += layout.headStride * layout.kvHeads;
  });
  return { layers, pageBytes };
}

function kvLayerLayout(layer: KvLayerSpec, dtype: KvDtype, pageSize: number, layerOffset: number): KvLayerLayout {
  const elementBytes = dtype === "int8" ? 1 : kvBytesPerTokenAndHead(dtype, 1) / 2;
  const scaleBytes = dtype === "int8" ? align(4 * pageSize) : 0;
  const paddedDim = Math.ceil(layer.headDim / TILE) * TILE;
  const valueOffset = align(pageSize * layer.headDim * elementBytes);
  const keyScaleOffset = valueOffset + align(pageSize * paddedDim * elementBytes);
  const valueScaleOffset = keyScaleOffset + scaleBytes;
  const headStride = valueScaleOffset + scaleBytes;
  const { kvHeads, headDim } = layer;
  const representativeStride = REPRESENTATIVE_HEADER_BYTES + 4 * paddedDim;
  const offsets = { layerOffset, valueOffset, keyScaleOffset, valueScaleOffset };
  return { kvHeads, headDim, paddedDim, headStride, representativeStride, ...offsets };
}

/** Where the memory of one layer begins. */
export interface KvLayerAddresses {
  /** Of the first page. */
  readonly pages: number;
  readonly pageBytes: number;
  readonly stamps: number;
  /** Offset in the representatives of a block. */
  readonly representatives: number;
}

/** `KvLayer` of native/kv-store.h. */
export function kvLayerRecord(
  { pages, pageBytes, stamps, representatives }: KvLayerAddresses,
  layout: KvLayerLayout,
  { dtype, pageSize, pageCount }: KvStoreSpec,
): BigInt64Array {
  const fields = [
    ...[pages + layout.layerOffset, layout.headStride, pageBytes, layout.valueOffset, layout.keyScaleOffset, layout.valueScaleOffset],
    ...[layout.kvHeads, layout.headDim, layout.paddedDim, pageSize, pageCount, KV_TYPES[dtype]],
    ...[stamps, representatives, layout.representativeStride],
  ];
  return BigInt64Array.from(fields, BigInt);
}
