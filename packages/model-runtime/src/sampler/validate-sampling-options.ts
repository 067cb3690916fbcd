import type { SamplingOptions } from "./sampling-options.ts";

/** An option that cannot be used, and why; the reason reads well after the field's name. */
export interface InvalidSamplingOption {
  readonly field: keyof SamplingOptions;
  readonly reason: string;
}

type NumberField = Exclude<keyof SamplingOptions, "logitBias">;

interface Range {
  readonly least: number;
  readonly most: number;
  /** `least` itself is not allowed. */
  readonly isAbove?: boolean;
  readonly isWhole?: boolean;
}

/** What each number may be; presence and frequency penalties and logit bias as OpenAI limits them. */
const RANGES: Readonly<Record<NumberField, Range>> = {
  temperature: { least: 0, most: 100 },
  topK: { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true },
  topP: { least: 0, most: 1, isAbove: true },
  minP: { least: 0, most: 1 },
  seed: { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER, isWhole: true },
  repetitionPenalty: { least: 0, most: 100, isAbove: true },
  presencePenalty: { least: -2, most: 2 },
  frequencyPenalty: { least: -2, most: 2 },
};
const BIAS_LIMIT = 100;

/** The first option that is out of range, or `undefined` where all are well. Values need not have the declared types. */
export function validateSamplingOptions(options: SamplingOptions, vocabularySize: number): InvalidSamplingOption | undefined {
  for (const field of Object.keys(RANGES) as NumberField[]) {
    const value: unknown = options[field];
    const range = RANGES[field];
    if (value !== undefined && !isInRange(value, range)) return { field, reason: `must be ${describeRange(range)}, not ${String(value)}` };
  }
  for (const [token, bias] of Object.entries(options.logitBias ?? {})) {
    if (!/^\d+$/.test(token) || Number(token) >= vocabularySize) {
      return { field: "logitBias", reason: `has the token id ${token}; ids are 0 to ${vocabularySize - 1}` };
    }
    if (!isInRange(bias, { least: -BIAS_LIMIT, most: BIAS_LIMIT })) {
      return { field: "logitBias", reason: `of token ${token} must be a number from ${-BIAS_LIMIT} to ${BIAS_LIMIT}, not ${String(bias)}` };
    }
  }
  return undefined;
}

function isInRange(value: unknown, { least, most, isAbove = false, isWhole = false }: Range): boolean {
  if (typeof value !== "number" || Number.isNaN(value) || (isWhole && !Number.isSafeInteger(value))) return false;
  return value <= most && (isAbove ? value > least : value >= least);
}

function describeRange({ least, most, isAbove = false, isWhole = false }: Range): string {
  const kind = isWhole ? "a whole number" : "a number";
  const isUnlimited = most === Number.MAX_SAFE_INTEGER;
  if (isUnlimited && least < 0) return `${kind} that fits 53 bits`;
  const lower = isAbove ? `above ${least}` : `from ${least}`;
  return isUnlimited ? `${kind} ${lower} on` : `${kind} ${lower} ${isAbove ? "and at most" : "to"} ${most}`;
}
