import type { RopeDescription, RopeScaling } from "./rope-description.ts";

/** What rotation kernels read for one kind of layer. */
export interface RopeTable {
  /** Radians per position, `[headDim / 2]`. */
  readonly frequencies: Float32Array;
  /** Multiplies rotated queries and keys (YaRN's and longrope's attention factor). */
  readonly scale: number;
}

/**
 * Frequencies of a rotation. Base frequencies are rounded to f32 where `transformers` rounds them, since an angle is a frequency
 * times a position of up to many thousands.
 */
export function ropeTable(rope: RopeDescription, headDim: number): RopeTable {
  const wavelengths = Float32Array.from({ length: headDim / 2 }, (_, pair) => rope.theta ** Math.fround((2 * pair) / headDim));
  const plain = wavelengths.map((wavelength) => 1 / wavelength);
  return { frequencies: scaled(plain, rope, headDim), scale: attentionFactor(rope.scaling) };
}

function attentionFactor(scaling: RopeScaling): number {
  return scaling.kind === "yarn" || scaling.kind === "divisors" ? scaling.attentionFactor : 1;
}

function scaled(plain: Float32Array, rope: RopeDescription, headDim: number): Float32Array {
  const { scaling } = rope;
  switch (scaling.kind) {
    case "none":
      return plain;
    case "linear":
      return plain.map((frequency) => frequency / scaling.factor);
    case "divisors":
      return plain.map((frequency, pair) => frequency / scaling.divisors[pair]!);
    case "llama3":
      return plain.map((frequency) => llama3Frequency(frequency, scaling));
    case "yarn":
      return yarnFrequencies(plain, rope.theta, scaling, headDim);
  }
}

function llama3Frequency(frequency: number, scaling: Extract<RopeScaling, { kind: "llama3" }>): number {
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContextLength } = scaling;
  const turns = (originalContextLength * frequency) / (2 * Math.PI);
  if (turns < lowFrequencyFactor) return frequency / factor;
  if (turns > highFrequencyFactor) return frequency;
  const smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** "NTK by parts" interpolation of section 3.2 of the YaRN paper. */
function yarnFrequencies(
  plain: Float32Array,
  theta: number,
  scaling: Extract<RopeScaling, { kind: "yarn" }>,
  headDim: number,
): Float32Array {
  const { factor, betaFast, betaSlow, originalContextLength, truncate } = scaling;
  const channelOfTurns = (turns: number): number =>
    (headDim * Math.log(originalContextLength / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const round = truncate ? { down: Math.floor, up: Math.ceil } : { down: (x: number) => x, up: (x: number) => x };
  const low = Math.max(round.down(channelOfTurns(betaFast)), 0);
  const end = Math.min(round.up(channelOfTurns(betaSlow)), headDim - 1);
  const high = end === low ? end + 0.001 : end;
  return plain.map((frequency, pair) => {
    const interpolated = Math.min(Math.max((pair - low) / (high - low), 0), 1);
    return (frequency / factor) * interpolated + frequency * (1 - interpolated);
  });
}

/** YaRN's default attention factor for a context stretched by `factor`. */
export function yarnAttentionFactor(factor: number, mscale = 1): number {
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}
