import { type CodecSettings, ConfigError } from "@kvasir/kv-core";
import { ELEMENT_TYPES, type VectorFormat, vectorBytes, vectorFormatProblem } from "../format/vector-format.ts";

/** `none` keeps the channels as they are, to measure what rotating is worth. */
export type Rotation = "second-moments" | "none";

/** One way to pack the vectors of one side, in absolute counts for a head dimension. */
export type Candidate = Omit<VectorFormat, "headDim">;

/**
 * Settings of "mosaic-packed". For every layer and KV head, keys and values apart, the first candidate in order of bytes is taken whose
 * share of lost energy is at most `maxLoss`; the last where none is. One candidate is a fixed setting.
 */
export interface PackedSettings extends CodecSettings {
  /** Tokens per block key. */
  readonly blockTokens: number;
  readonly rotation: Rotation;
  /** 0 .. 1 */
  readonly maxLoss: number;
  readonly keys: readonly Candidate[];
  readonly values: readonly Candidate[];
}

/** Settings for one head dimension, candidates in order of bytes. */
export interface CheckedSettings {
  readonly blockTokens: number;
  readonly rotation: Rotation;
  readonly maxLoss: number;
  readonly keys: readonly VectorFormat[];
  readonly values: readonly VectorFormat[];
}

const MOST_BLOCK_TOKENS = 512;
const ROTATIONS: readonly Rotation[] = ["second-moments", "none"];

/** @throws ConfigError where settings are none of this codec, or do not fit the head dimension. */
export function checkSettings(settings: CodecSettings, headDim: number): CheckedSettings {
  const { blockTokens, rotation, maxLoss } = settings as PackedSettings;
  if (!Number.isInteger(blockTokens) || blockTokens < 1 || blockTokens > MOST_BLOCK_TOKENS) {
    fail("blockTokens", `is ${String(blockTokens)}; give a whole number of tokens from 1 to ${MOST_BLOCK_TOKENS}.`);
  }
  if (!ROTATIONS.includes(rotation)) fail("rotation", `is ${JSON.stringify(rotation)}; choose "second-moments" or "none".`);
  if (!(typeof maxLoss === "number" && maxLoss >= 0 && maxLoss <= 1)) {
    fail("maxLoss", `is ${String(maxLoss)}; give the share of energy that may be lost, from 0 to 1.`);
  }
  const { keys, values } = settings as PackedSettings;
  return {
    blockTokens,
    rotation,
    maxLoss,
    keys: checkCandidates("keys", keys, headDim),
    values: checkCandidates("values", values, headDim),
  };
}

function checkCandidates(side: "keys" | "values", candidates: unknown, headDim: number): readonly VectorFormat[] {
  if (!Array.isArray(candidates) || candidates.length === 0) fail(side, "is no list of candidates, or an empty one.");
  const formats = (candidates as readonly Partial<Candidate>[]).map((candidate, index) => {
    const { channels, retained, groupSize, elements, elementsPerScale } = (candidate ?? {}) as Candidate;
    const format = { headDim, channels, retained, groupSize, elements, elementsPerScale };
    const problem = ELEMENT_TYPES.includes(elements) ? vectorFormatProblem(format) : `elements is ${JSON.stringify(elements)}.`;
    return problem === undefined ? format : fail(`${side}[${index}]`, `cannot be used: ${problem}`);
  });
  return formats.toSorted((a, b) => bytesOf(a) - bytesOf(b));
}

/** Of one vector. */
function bytesOf(format: VectorFormat): number {
  const { values, bitmap, scales } = vectorBytes(format);
  return values + bitmap + scales;
}

function fail(field: string, reason: string): never {
  throw new ConfigError({ option: `settings.${field}`, reason });
}
