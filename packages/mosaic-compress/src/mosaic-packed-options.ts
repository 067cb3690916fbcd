import { ConfigError } from "@kvasir/kv-core";
import type { Rotation } from "./basis/segment-basis.ts";
import type { SegmentFormat } from "./format/packed-layout.ts";
import { checkVectorFormat, type ElementType, type VectorFormat } from "./format/vector-format.ts";

/** How the keys or the values of a segment are packed, for any head dimension. */
export interface VectorPacking {
  /** Share of the channels that each vector keeps, its own largest ones. With as many as `channels` there are no bitmaps. @defaultValue 1/4 */
  readonly retained?: number;
  /** Share of the rotated channels that are not truncated for all vectors alike. @defaultValue 3/4 */
  readonly channels?: number;
  /** Adjacent channels that are kept or dropped together, for a smaller bitmap. @defaultValue 1 */
  readonly groupSize?: number;
  /** How retained elements are stored. @defaultValue "bf16" */
  readonly elements?: ElementType;
  /** Retained elements per bf16 scale of `int8` and `int4`. @defaultValue all of them for int8, 16 for int4 */
  readonly elementsPerScale?: number;
}

/** Defaults are the fixed setting of the paper's figures with the truncation of its section 5.2. */
export interface MosaicPackedOptions {
  readonly keys?: VectorPacking;
  readonly values?: VectorPacking;
  /** Tokens per block key. @defaultValue 8 */
  readonly blockTokens?: number;
  /** @defaultValue "second-moments" */
  readonly rotation?: Rotation;
}

/**
 * The format of a head dimension; counts are rounded to whole groups, at least one.
 * @throws ConfigError where a share is not in (0, 1], or counts do not fit together.
 */
export function resolveFormat(options: MosaicPackedOptions, headDim: number): SegmentFormat {
  const { blockTokens = 8 } = options;
  if (!Number.isInteger(blockTokens) || blockTokens < 1) {
    throw new ConfigError({ option: "blockTokens", reason: `is ${blockTokens}; give a whole number of tokens from 1 up.` });
  }
  return {
    keys: resolvePacking("keys", options.keys ?? {}, headDim),
    values: resolvePacking("values", options.values ?? {}, headDim),
    blockTokens,
  };
}

function resolvePacking(side: string, packing: VectorPacking, headDim: number): VectorFormat {
  const { retained = 1 / 4, channels = 3 / 4, groupSize = 1, elements = "bf16" } = packing;
  for (const [field, share] of [
    ["retained", retained],
    ["channels", channels],
  ] as const) {
    if (!(share > 0 && share <= 1)) {
      throw new ConfigError({ option: `${side}.${field}`, reason: `is ${share}; give the share that is kept, above 0 and up to 1.` });
    }
  }
  const wholeGroups = (share: number): number => Math.max(1, Math.round((share * headDim) / groupSize)) * groupSize;
  const count = Math.min(wholeGroups(retained), wholeGroups(channels));
  const { elementsPerScale = elements === "int4" ? 16 : count } = packing;
  return checkVectorFormat(side, {
    headDim,
    channels: wholeGroups(channels),
    retained: count,
    groupSize,
    elements,
    elementsPerScale: elements === "bf16" ? count : Math.min(elementsPerScale, count),
  });
}
