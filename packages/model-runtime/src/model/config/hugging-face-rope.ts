import type { ModelFamily } from "../families/model-family.ts";
import type { RopeDescription, RopeScaling } from "../rope/rope-description.ts";
import { yarnAttentionFactor } from "../rope/rope-frequencies.ts";
import type { Settings } from "./settings.ts";
import { refuseUnsupported } from "./unsupported-settings.ts";

/** Rotation as a configuration gives it. */
export interface RopeSettings {
  readonly ropes: { readonly full: RopeDescription; readonly sliding: RopeDescription };
  /** False where frequencies depend on the length of the text (dynamic NTK, longrope). */
  readonly hasFixedFrequencies: boolean;
  /** Positions for which the frequencies hold. */
  readonly contextLimit: number;
}

const SUPPORTED_TYPES = "default, linear, llama3, yarn, dynamic, longrope";

/**
 * Reads `rope_parameters` (one object, or one per layer type), or the older `rope_theta`, `rope_scaling` and `rope_local_base_freq`.
 *
 * Frequencies that change with length are held at those of the original context: dynamic NTK changes nothing within it, longrope has
 * its short factors there.
 */
export function readHuggingFaceRope(settings: Settings, family: ModelFamily, headDim: number): RopeSettings {
  const parameters = settings.nested("rope_parameters");
  const fullParameters = parameters?.nested("full_attention");
  const slidingParameters = parameters?.nested("sliding_attention");
  const isSplit = fullParameters !== undefined || slidingParameters !== undefined;
  const flat = isSplit ? undefined : (parameters ?? settings.nested("rope_scaling"));
  const full = readRope(isSplit ? fullParameters : flat, settings.positive("rope_theta", family.defaults.ropeTheta), settings, headDim);
  const slidingTheta = family.defaults.slidingRopeTheta;
  if (slidingTheta === undefined && slidingParameters === undefined) return { ...full, ropes: { full: full.rope, sliding: full.rope } };
  const sliding = readRope(
    slidingParameters,
    settings.positive("rope_local_base_freq", slidingTheta ?? full.rope.theta),
    settings,
    headDim,
  );
  return {
    ropes: { full: full.rope, sliding: sliding.rope },
    hasFixedFrequencies: full.hasFixedFrequencies && sliding.hasFixedFrequencies,
    contextLimit: Math.min(full.contextLimit, sliding.contextLimit),
  };
}

interface OneRope {
  readonly rope: RopeDescription;
  readonly hasFixedFrequencies: boolean;
  readonly contextLimit: number;
}

function readRope(parameters: Settings | undefined, fallbackTheta: number, settings: Settings, headDim: number): OneRope {
  if (parameters === undefined) return fixed({ theta: fallbackTheta, scaling: { kind: "none" } });
  refuseUnsupported(parameters);
  const theta = parameters.positive("rope_theta", fallbackTheta);
  const key = parameters.has("rope_type") ? "rope_type" : "type";
  const type = parameters.text(key) ?? "default";
  switch (type) {
    case "default":
      return fixed({ theta, scaling: { kind: "none" } });
    case "linear":
      return fixed({ theta, scaling: { kind: "linear", factor: parameters.positive("factor") } });
    case "llama3":
      return fixed({ theta, scaling: llama3(parameters) });
    case "yarn":
      return fixed({ theta, scaling: yarn(parameters, settings) });
    case "dynamic":
      return {
        rope: { theta, scaling: { kind: "none" } },
        hasFixedFrequencies: false,
        contextLimit: settings.count("max_position_embeddings"),
      };
    case "longrope":
      return longrope(theta, parameters, settings, headDim);
    default:
      throw parameters.unsupported(key, SUPPORTED_TYPES);
  }
}

function fixed(rope: RopeDescription): OneRope {
  return { rope, hasFixedFrequencies: true, contextLimit: Infinity };
}

function llama3(parameters: Settings): RopeScaling {
  return {
    kind: "llama3",
    factor: parameters.positive("factor"),
    lowFrequencyFactor: parameters.positive("low_freq_factor"),
    highFrequencyFactor: parameters.positive("high_freq_factor"),
    originalContextLength: parameters.count("original_max_position_embeddings"),
  };
}

function originalContextLength(parameters: Settings, settings: Settings): number {
  const source =
    parameters.has("original_max_position_embeddings") || !settings.has("original_max_position_embeddings") ? parameters : settings;
  return source.count("original_max_position_embeddings", settings.count("max_position_embeddings"));
}

function yarn(parameters: Settings, settings: Settings): RopeScaling {
  const original = originalContextLength(parameters, settings);
  const factor = parameters.positive("factor", settings.count("max_position_embeddings") / original);
  const isScaledTwice = parameters.has("mscale") && parameters.has("mscale_all_dim");
  const inferred = isScaledTwice
    ? yarnAttentionFactor(factor, parameters.positive("mscale")) / yarnAttentionFactor(factor, parameters.positive("mscale_all_dim"))
    : yarnAttentionFactor(factor);
  return {
    kind: "yarn",
    factor,
    attentionFactor: parameters.positive("attention_factor", inferred),
    betaFast: parameters.positive("beta_fast", 32),
    betaSlow: parameters.positive("beta_slow", 1),
    originalContextLength: original,
    truncate: parameters.flag("truncate", true),
  };
}

function longrope(theta: number, parameters: Settings, settings: Settings, headDim: number): OneRope {
  const original = originalContextLength(parameters, settings);
  const factor = parameters.positive("factor", settings.count("max_position_embeddings") / original);
  const divisors = parameters.list("short_factor");
  const isValid = divisors?.length === headDim / 2 && divisors.every((divisor) => typeof divisor === "number" && divisor > 0);
  if (!isValid) throw parameters.unsupported("short_factor", `${headDim / 2} numbers above 0`);
  const inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  const attentionFactor = parameters.positive("attention_factor", inferred);
  return {
    rope: { theta, scaling: { kind: "divisors", divisors: divisors as number[], attentionFactor } },
    hasFixedFrequencies: false,
    contextLimit: original,
  };
}
