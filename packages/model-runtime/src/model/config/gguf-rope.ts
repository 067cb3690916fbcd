import type { WeightFile } from "../../weights/weight-file.ts";
import type { ModelFamily } from "../families/model-family.ts";
import { floatsOf } from "../loading/float-rows.ts";
import { checkTensor } from "../loading/check-tensor.ts";
import type { RopeDescription, RopeScaling } from "../rope/rope-description.ts";
import { yarnAttentionFactor } from "../rope/rope-frequencies.ts";
import type { Settings } from "./settings.ts";

/** Divisors of the frequencies, which converters write for Llama 3's scaling. */
const DIVISORS = "rope_freqs.weight";

/** Reads `<architecture>.rope.*` and the tensor of frequency divisors. */
export function readGgufRope(
  settings: Settings,
  file: WeightFile,
  family: ModelFamily,
  headDim: number,
): { full: RopeDescription; sliding: RopeDescription } {
  if (settings.count("rope.dimension_count", headDim) !== headDim) {
    throw settings.unsupported("rope.dimension_count", `${headDim}: rotation of whole heads`);
  }
  const theta = settings.positive("rope.freq_base", family.defaults.ropeTheta);
  const full: RopeDescription = { theta, scaling: readScaling(settings, file, headDim) };
  const slidingTheta = family.defaults.slidingRopeTheta;
  if (slidingTheta === undefined && !settings.has("rope.freq_base_swa")) return { full, sliding: full };
  return { full, sliding: { theta: settings.positive("rope.freq_base_swa", slidingTheta), scaling: { kind: "none" } } };
}

function readScaling(settings: Settings, file: WeightFile, headDim: number): RopeScaling {
  if (file.tensors.has("rope_factors_short.weight"))
    throw settings.unsupported("rope.scaling.type", "none, linear, yarn; this file holds longrope factors");
  const oldFactor = settings.has("rope.scale_linear") ? settings.positive("rope.scale_linear") : 1;
  const type = settings.text("rope.scaling.type") ?? (oldFactor === 1 ? "none" : "linear");
  const hasDivisors = file.tensors.has(DIVISORS);
  if (hasDivisors && (type === "none" || settings.raw("rope.scaling.factor") === undefined)) {
    checkTensor(file, DIVISORS, [headDim / 2]);
    return { kind: "divisors", divisors: [...floatsOf(file.readRows(DIVISORS, 0, 1))], attentionFactor: 1 };
  }
  if (hasDivisors) throw settings.unsupported("rope.scaling.type", `none beside the tensor ${DIVISORS}`);
  switch (type) {
    case "none":
      return { kind: "none" };
    case "linear":
      return { kind: "linear", factor: settings.positive("rope.scaling.factor", oldFactor) };
    case "yarn":
      return yarn(settings);
    default:
      throw settings.unsupported("rope.scaling.type", "none, linear, yarn");
  }
}

function yarn(settings: Settings): RopeScaling {
  const factor = settings.positive("rope.scaling.factor");
  const attentionFactor = settings.positive("rope.scaling.attn_factor", settings.positive("rope.scaling.yarn_attn_factor", 1));
  return {
    kind: "yarn",
    factor,
    // The key multiplies the factor that follows from the stretch.
    attentionFactor: attentionFactor * yarnAttentionFactor(factor),
    betaFast: settings.positive("rope.scaling.yarn_beta_fast", 32),
    betaSlow: settings.positive("rope.scaling.yarn_beta_slow", 1),
    originalContextLength: settings.count("rope.scaling.original_context_length", settings.count("context_length")),
    truncate: true,
  };
}
