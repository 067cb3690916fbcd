import type { VectorPacking } from "../settings/vector-packing.ts";
import type { MosaicCompressOptions } from "./mosaic-compress-options.ts";

/**
 * - `quantised`: 4-bit codes.
 * - `16-bit`: the values as bf16.
 * - `paper`: MosaicKV as published: r = D/4 with a quarter truncated, mean keys of 8, a tenth read, and nothing but the last 32 tokens exact.
 */
export type PresetName = "quantised" | "16-bit" | "paper";

type Preset = Required<Pick<MosaicCompressOptions, "packing" | "read" | "sinkTokens" | "recentTokens">>;

const CODES: VectorPacking = { channels: 1, retained: 1 / 2, groupSize: 2, elements: "int4" };
const ELEMENTS: VectorPacking = { channels: 1, retained: 3 / 8, groupSize: 2 };

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  quantised: {
    packing: { keys: CODES, values: CODES, blockTokens: 64 },
    read: { keep: { ratio: 0.1 }, leastTokens: 256, by: "max-key", blockTokens: 1 },
    sinkTokens: 16,
    recentTokens: 32,
  },
  "16-bit": {
    packing: { keys: ELEMENTS, values: ELEMENTS, blockTokens: 64 },
    read: { keep: { ratio: 0.1 }, leastTokens: 256, by: "max-key", blockTokens: 1 },
    sinkTokens: 16,
    recentTokens: 32,
  },
  paper: {
    packing: {},
    read: { keep: { ratio: 0.1 }, by: "mean-key", blockTokens: 8 },
    sinkTokens: 0,
    // The update buffer is all that the paper keeps exact.
    recentTokens: 0,
  },
};
