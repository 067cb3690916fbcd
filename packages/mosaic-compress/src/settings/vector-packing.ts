import { ConfigError } from "@kvasir/kv-core";
import { type ElementType, type VectorFormat, vectorFormatProblem } from "../format/vector-format.ts";
import type { PackedSettings, Rotation } from "./packed-settings.ts";

/** How the keys or the values of a segment are packed, for any head dimension. */
export interface VectorPacking {
  /** Share of the channels that each vector keeps, its own largest ones. With as many as `channels` there are no bitmaps. @defaultValue 1/4 */
  readonly retained?: number;
  /** Share of the rotated channels that are not truncated for all vectors alike. @defaultValue 3/4 */
  readonly channels?: number;
  /** Adjacent channels that are kept or dropped together, for a smaller bitmap: 1, 2, 4 or 8. @defaultValue 1 */
  readonly groupSize?: number;
  /** How retained elements are stored. @defaultValue "bf16" */
  readonly elements?: ElementType;
  /** Retained elements per bf16 scale of `int8` and `int4`. @defaultValue all of them */
  readonly elementsPerScale?: number;
}

/** Defaults are the fixed setting of the paper's figures with the truncation of its section 5.2. */
export interface PackingOptions {
  /** One way, or several to choose from by what they lose. */
  readonly keys?: VectorPacking | readonly VectorPacking[];
  readonly values?: VectorPacking | readonly VectorPacking[];
  /** Largest share of energy that a choice may lose, of keys and of values. Nothing to choose where each has one way. @defaultValue 0 */
  readonly maxLoss?: number;
  /** Tokens per block key. @defaultValue 8 */
  readonly blockTokens?: number;
  /** @defaultValue "second-moments" */
  readonly rotation?: Rotation;
}

/**
 * Settings of the codec for a head dimension; counts are rounded to whole groups, at least one.
 * @throws ConfigError where a share is not in (0, 1], or counts do not fit together.
 */
export function packedSettings(options: PackingOptions, headDim: number): PackedSettings {
  const { keys = {}, values = {}, maxLoss = 0, blockTokens = 8, rotation = "second-moments" } = options;
  return { blockTokens, rotation, maxLoss, keys: resolveSide("keys", keys, headDim), values: resolveSide("values", values, headDim) };
}

function resolveSide(side: string, packings: VectorPacking | readonly VectorPacking[], headDim: number): PackedSettings["keys"] {
  const isList = Array.isArray as (value: unknown) => value is readonly VectorPacking[];
  if (!isList(packings)) return [resolvePacking(side, packings, headDim)];
  if (packings.length === 0) throw new ConfigError({ option: side, reason: "is an empty list; give at least one packing." });
  return packings.map((packing, index) => resolvePacking(`${side}[${index}]`, packing, headDim));
}

function resolvePacking(side: string, packing: VectorPacking, headDim: number): PackedSettings["keys"][number] {
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
  const { elementsPerScale = count } = packing;
  const format: VectorFormat = {
    headDim,
    channels: wholeGroups(channels),
    retained: count,
    groupSize,
    elements,
    elementsPerScale: elements === "bf16" ? count : Math.min(elementsPerScale, count),
  };
  const problem = vectorFormatProblem(format);
  if (problem !== undefined) throw new ConfigError({ option: `${side}.${problem.field}`, reason: problem.reason });
  const { headDim: _, ...candidate } = format;
  return candidate;
}
