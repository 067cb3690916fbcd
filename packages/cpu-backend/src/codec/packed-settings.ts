import { type CodecSettings, ConfigError } from "@kvasir/kv-core";
import { BLOCK_SIZES, ELEMENT_TYPES, type PackedFormat, packedFormatProblem, vectorBytes } from "./packed-format.ts";

/** In the order of `enum PackedRotation` of native/packed-codec.h. */
export const ROTATIONS = ["second-moments", "none"] as const;

/** Settings of "mosaic-packed" for one head dimension, candidates in order of bytes. */
export interface PackedSettings {
  /** Tokens per block key. */
  readonly blockTokens: number;
  readonly rotation: (typeof ROTATIONS)[number];
  /** Largest share of energy that a candidate may lose, 0 .. 1; the last candidate is taken where none loses so little. */
  readonly maxLoss: number;
  readonly keys: readonly PackedFormat[];
  readonly values: readonly PackedFormat[];
}

type Candidate = Omit<PackedFormat, "headDim" | "elementsPerScale"> & { readonly elementsPerScale?: number };

/** Each is measured on a sample of the tokens. */
const MOST_CANDIDATES = 32;

/** @throws ConfigError where settings are none of this format, or do not fit the head dimension. */
export function packedSettings(settings: CodecSettings, headDim: number): PackedSettings {
  const { blockTokens = 8, rotation = "second-moments", maxLoss } = settings as Partial<PackedSettings>;
  if (!BLOCK_SIZES.includes(blockTokens)) {
    throw wrong("blockTokens", `is ${JSON.stringify(blockTokens)}; choose 1, 2, 4, 8, 16, 32 or 64.`);
  }
  if (!ROTATIONS.includes(rotation)) throw wrong("rotation", `is ${JSON.stringify(rotation)}; choose "second-moments" or "none".`);
  if (!(typeof maxLoss === "number" && maxLoss >= 0 && maxLoss <= 1)) {
    throw wrong("maxLoss", `is ${JSON.stringify(maxLoss)}; give the share of energy that may be lost, from 0 to 1.`);
  }
  const keys = candidates("keys", settings["keys"], headDim);
  return { blockTokens, rotation, maxLoss, keys, values: candidates("values", settings["values"], headDim) };
}

function candidates(side: "keys" | "values", given: unknown, headDim: number): readonly PackedFormat[] {
  if (!Array.isArray(given) || given.length === 0) throw wrong(side, "is no list of candidates, or an empty one.");
  if (given.length > MOST_CANDIDATES) throw wrong(side, `has ${given.length} candidates; give ${MOST_CANDIDATES} at most.`);
  return given.map((candidate: unknown, index) => candidateFormat(`${side}[${index}]`, candidate, headDim)).sort(byBytes);
}

function candidateFormat(option: string, candidate: unknown, headDim: number): PackedFormat {
  if (typeof candidate !== "object" || candidate === null) throw wrong(option, "is no candidate.");
  const { channels, retained, groupSize, elements, elementsPerScale = retained } = candidate as Candidate;
  const format = { headDim, channels, retained, groupSize, elements, elementsPerScale };
  const problem = ELEMENT_TYPES.includes(elements) ? packedFormatProblem(format) : `elements is ${JSON.stringify(elements)}.`;
  if (problem !== undefined) throw wrong(option, `cannot be used: ${problem}`);
  return format;
}

function byBytes(a: PackedFormat, b: PackedFormat): number {
  return vectorBytes(a) - vectorBytes(b);
}

function wrong(field: string, reason: string): ConfigError {
  return new ConfigError({ option: `settings.${field}`, reason });
}
