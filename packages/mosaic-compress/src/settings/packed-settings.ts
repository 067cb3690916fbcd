import { type CodecSettings, ConfigError } from "@kvasir/kv-core";
import { BLOCK_TOKENS } from "../format/packed-layout.ts";
import { type VectorFormat, vectorBytes, vectorFormatProblem } from "../format/vector-format.ts";

/** `none` keeps the channels as they are, to measure what rotating is worth. */
export type Rotation = "second-moments" | "none";

/** One way to pack the vectors of one side, in absolute counts for a head dimension. */
export interface Candidate extends Omit<VectorFormat, "headDim" | "elementsPerScale"> {
  /** @defaultValue retained */
  readonly elementsPerScale?: number;
}

/**
 * Settings of "mosaic-packed". For every layer and KV head, keys and values apart, the first candidate in order of bytes is taken whose
 * share of lost energy is at most `maxLoss`; the last where none is. One candidate is a fixed setting.
 */
export interface PackedSettings extends CodecSettings {
  /** Tokens per block key: 1, 2, 4 .. 64. @defaultValue 8 */
  readonly blockTokens?: number;
  /** @defaultValue "second-moments" */
  readonly rotation?: Rotation;
  /** 0 .. 1 */
  readonly maxLoss: number;
  /** 1 .. 32 of them */
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

const FIELDS: readonly string[] = ["blockTokens", "rotation", "maxLoss", "keys", "values"];
const CANDIDATE_FIELDS: readonly string[] = ["channels", "retained", "groupSize", "elements", "elementsPerScale"];
const ROTATIONS: readonly Rotation[] = ["second-moments", "none"];
const MOST_CANDIDATES = 32;

/** @throws ConfigError naming the field, where settings are none of this codec or do not fit the head dimension. */
export function checkSettings(settings: CodecSettings, headDim: number): CheckedSettings {
  checkFields(settings, FIELDS, "");
  const { blockTokens = 8, rotation = "second-moments", maxLoss, keys, values } = settings as PackedSettings;
  if (!BLOCK_TOKENS.includes(blockTokens)) fail("blockTokens", `is ${JSON.stringify(blockTokens)}; choose ${BLOCK_TOKENS.join(", ")}.`);
  if (!ROTATIONS.includes(rotation)) fail("rotation", `is ${JSON.stringify(rotation)}; choose "second-moments" or "none".`);
  if (!(typeof maxLoss === "number" && maxLoss >= 0 && maxLoss <= 1)) {
    fail("maxLoss", `is ${JSON.stringify(maxLoss)}; give the share of energy that may be lost, from 0 to 1.`);
  }
  return {
    blockTokens,
    rotation,
    maxLoss,
    keys: checkCandidates("keys", keys, headDim),
    values: checkCandidates("values", values, headDim),
  };
}

function checkCandidates(side: "keys" | "values", candidates: unknown, headDim: number): readonly VectorFormat[] {
  if (!Array.isArray(candidates) || candidates.length === 0 || candidates.length > MOST_CANDIDATES) {
    fail(side, `is no list of 1 to ${MOST_CANDIDATES} candidates.`);
  }
  const formats = (candidates as readonly unknown[]).map((candidate, index) => {
    const option = `${side}[${index}]`;
    if (typeof candidate !== "object" || candidate === null) fail(option, "is no candidate.");
    checkFields(candidate, CANDIDATE_FIELDS, `${option}.`);
    const { channels, retained, groupSize, elements, elementsPerScale = retained } = candidate as Candidate;
    const format = { headDim, channels, retained, groupSize, elements, elementsPerScale };
    const problem = vectorFormatProblem(format);
    return problem === undefined ? format : fail(`${option}.${problem.field}`, problem.reason);
  });
  return formats.toSorted((a, b) => bytesOf(a) - bytesOf(b));
}

function checkFields(given: object, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(given).find((field) => !known.includes(field));
  if (unknown !== undefined) fail(`${prefix}${unknown}`, `is not known; there are ${known.join(", ")}.`);
}

/** Of one vector. */
function bytesOf(format: VectorFormat): number {
  const { values, bitmap, scales } = vectorBytes(format);
  return values + bitmap + scales;
}

function fail(option: string, reason: string): never {
  throw new ConfigError({ option, reason });
}
