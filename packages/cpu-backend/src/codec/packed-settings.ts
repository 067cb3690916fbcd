import { type CodecSettings, ConfigError } from "@kvasir/kv-core";
import { BLOCK_SIZES, type PackedFormat, packedFormatProblem, vectorBytes } from "./packed-format.ts";

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

const FIELDS: readonly string[] = ["blockTokens", "rotation", "maxLoss", "keys", "values"];
const CANDIDATE_FIELDS: readonly string[] = ["channels", "retained", "groupSize", "elements", "elementsPerScale"];
/** Each is measured on a sample of the tokens. */
const MOST_CANDIDATES = 32;

/** @throws ConfigError naming the field, where settings are none of this format or do not fit the head dimension. */
export function packedSettings(settings: CodecSettings, headDim: number): PackedSettings {
  checkFields(settings, FIELDS, "");
  const { blockTokens = 8, rotation = "second-moments", maxLoss, keys, values } = settings as Partial<PackedSettings>;
  if (!BLOCK_SIZES.includes(blockTokens))
    throw wrong("blockTokens", `is ${JSON.stringify(blockTokens)}; choose ${BLOCK_SIZES.join(", ")}.`);
  if (!ROTATIONS.includes(rotation)) throw wrong("rotation", `is ${JSON.stringify(rotation)}; choose "second-moments" or "none".`);
  if (!(typeof maxLoss === "number" && maxLoss >= 0 && maxLoss <= 1)) {
    throw wrong("maxLoss", `is ${JSON.stringify(maxLoss)}; give the share of energy that may be lost, from 0 to 1.`);
  }
  return { blockTokens, rotation, maxLoss, keys: candidates("keys", keys, headDim), values: candidates("values", values, headDim) };
}

function candidates(side: "keys" | "values", given: unknown, headDim: number): readonly PackedFormat[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_CANDIDATES) {
    throw wrong(side, `is no list of 1 to ${MOST_CANDIDATES} candidates.`);
  }
  return given
    .map((candidate: unknown, index) => candidateFormat(`${side}[${index}]`, candidate, headDim))
    .sort((a, b) => vectorBytes(a) - vectorBytes(b));
}

function candidateFormat(option: string, candidate: unknown, headDim: number): PackedFormat {
  if (typeof candidate !== "object" || candidate === null) throw wrong(option, "is no candidate.");
  checkFields(candidate, CANDIDATE_FIELDS, `${option}.`);
  const { channels, retained, groupSize, elements, elementsPerScale = retained } = candidate as Candidate;
  const format = { headDim, channels, retained, groupSize, elements, elementsPerScale };
  const problem = packedFormatProblem(format);
  if (problem !== undefined) throw wrong(`${option}.${problem.field}`, problem.reason);
  return format;
}

function checkFields(given: object, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(given).find((field) => !known.includes(field));
  if (unknown !== undefined) throw wrong(`${prefix}${unknown}`, `is not known; there are ${known.join(", ")}.`);
}

function wrong(option: string, reason: string): ConfigError {
  return new ConfigError({ option, reason });
}
