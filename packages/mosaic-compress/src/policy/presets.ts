import type { VectorPacking } from "../settings/vector-packing.ts";
import type { MosaicCompressOptions } from "./mosaic-compress-options.ts";

/**
 * - `quantised`: 4-bit codes.
 * - `16-bit`: the values as bf16.
 * - `paper`: MosaicKV as published: r = D/4 with a quarter truncated, mean keys of 8, a tenth read, and nothing but the last 32 tokens exact.
 */
export type PresetName = "quantised" | "16-bit" | "paper";

type Preset = Required<Pick<MosaicCompressOptions, "packing" | "read" | "sinkTokens" | "recentTokens">>;

/** Candidates by the share of channels that vectors keep; which of them a layer and KV head needs is measured. */
function ladder(shares: readonly number[], packing: VectorPacking): VectorPacking[] {
  return shares.map((retained) => ({ channels: 1, retained, ...packing }));
}

// The largest candidates bound what a context can take: 1/4.5 and 1/2.2 of its 16-bit bytes at 4,096 tokens of 128 channels. The smallest
// are there for texts that say little anew: most of their energy is easily kept, and what few other tokens say must survive as well.
const KEY_CODES = ladder([7 / 16, 1 / 2], { groupSize: 2, elements: "int4" });
const VALUE_CODES = ladder([3 / 8, 7 / 16], { groupSize: 2, elements: "int4" });
const ELEMENTS = ladder([1 / 4, 5 / 16], {});

/** What all but the paper's have in common. */
const OURS = {
  // A single token is as cheap to score as a block, all packed keys being read, and a block wastes most of its places.
  read: { keep: { ratio: 1 / 8 }, leastTokens: 256, by: "max-key", blockTokens: 1 },
  sinkTokens: 16,
  recentTokens: 32,
} as const;

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  // Few block keys, since they are not read.
  quantised: { ...OURS, packing: { keys: KEY_CODES, values: VALUE_CODES, maxLoss: 0.06, blockTokens: 64 } },
  "16-bit": { ...OURS, packing: { keys: ELEMENTS, values: ELEMENTS, maxLoss: 0.05, blockTokens: 64 } },
  paper: {
    packing: {},
    read: { keep: { ratio: 0.1 }, by: "mean-key", blockTokens: 8 },
    sinkTokens: 0,
    // The update buffer is all that the paper keeps exact.
    recentTokens: 0,
  },
};
