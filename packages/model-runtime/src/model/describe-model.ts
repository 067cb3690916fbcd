import type { KvLayerSpec, LayerIndex, ModelShape } from "@kvasir/kv-core";
import { UnsupportedModelError } from "../errors/unsupported-model-error.ts";
import type { WeightFile } from "../weights/weight-file.ts";
import type { Hyperparameters } from "./config/hyperparameters.ts";
import { readGguf } from "./config/read-gguf.ts";
import { readHuggingFace } from "./config/read-hugging-face.ts";
import { MODEL_FAMILIES } from "./families/index.ts";
import type { ModelFamily } from "./families/model-family.ts";
import type { ModelDescription } from "./model-description.ts";

/** Positions are i32. */
const MAX_POSITIONS = 2 ** 31 - 1;

/** A checkpoint's family and what its configuration comes to. */
export interface DescribedModel {
  readonly description: ModelDescription;
  readonly family: ModelFamily;
}

/**
 * Describes the model in a weight file from its configuration and tensor headers.
 *
 * @throws UnsupportedModelError where the architecture or a setting is not supported, naming it.
 */
export function describeModel(file: WeightFile): ModelDescription {
  return describeWithFamily(file).description;
}

/** As `describeModel`, with the family for those who load tensors. */
export function describeWithFamily(file: WeightFile): DescribedModel {
  const { family, architecture } = file.format === "gguf" ? ggufFamily(file) : huggingFaceFamily(file);
  const read = file.format === "gguf" ? readGguf : readHuggingFace;
  const parameters = read(file, family, architecture);
  checkSizes(parameters);
  return { family, description: describe(parameters, family) };
}

function huggingFaceFamily(file: WeightFile): { family: ModelFamily; architecture: string } {
  const { architectures, model_type: modelType } = file.metadata;
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const family = MODEL_FAMILIES.find(({ huggingFace }) =>
    architecture === undefined
      ? huggingFace.modelTypes.includes(String(modelType))
      : huggingFace.architectures.includes(String(architecture)),
  );
  if (family !== undefined) return { family, architecture: String(architecture ?? modelType) };
  const supported = MODEL_FAMILIES.flatMap(({ huggingFace }) => huggingFace.architectures).join(", ");
  throw architecture === undefined && modelType !== undefined
    ? new UnsupportedModelError({
        key: "model_type",
        value: modelType,
        supported: MODEL_FAMILIES.flatMap(({ huggingFace }) => huggingFace.modelTypes).join(", "),
      })
    : new UnsupportedModelError({ key: "architectures", value: architectures, supported });
}

function ggufFamily(file: WeightFile): { family: ModelFamily; architecture: string } {
  const key = "general.architecture";
  const architecture = file.metadata[key];
  const family = MODEL_FAMILIES.find(({ gguf }) => gguf.architectures.includes(String(architecture)));
  if (family === undefined) {
    throw new UnsupportedModelError({
      key,
      value: architecture,
      supported: MODEL_FAMILIES.flatMap(({ gguf }) => gguf.architectures).join(", "),
    });
  }
  return { family, architecture: String(architecture) };
}

function checkSizes(parameters: Hyperparameters): void {
  const { headDim, queryHeads, kvHeads, isSliding, slidingWindow } = parameters;
  if (isSliding.includes(true) && slidingWindow === undefined) {
    throw new UnsupportedModelError({ key: "sliding_window", value: undefined, supported: "a whole number, where layers attend a window" });
  }
  if (!Number.isInteger(headDim) || headDim % 2 !== 0) {
    throw new UnsupportedModelError({ key: "head dimension", value: headDim, supported: "even whole numbers" });
  }
  if (queryHeads % kvHeads !== 0) {
    throw new UnsupportedModelError({ key: "KV heads", value: kvHeads, supported: `divisors of the number of query heads, ${queryHeads}` });
  }
}

function describe(parameters: Hyperparameters, family: ModelFamily): ModelDescription {
  const { hiddenSize, intermediateSize, vocabularySize, kvHeads, headDim, rmsEpsilon, activation, attentionScale } = parameters;
  const { architecture, hasQkvBias, hasOutputBias, hasMlpBias, normOffset, hasTiedEmbeddings, eosTokens } = parameters;
  return {
    family: family.name,
    architecture,
    shape: shapeOf(parameters),
    hiddenSize,
    intermediateSize,
    vocabularySize,
    kvHeads,
    headDim,
    rmsEpsilon,
    activation,
    hasQkvBias,
    hasOutputBias,
    hasMlpBias,
    hasQueryKeyNorm: family.hasQueryKeyNorm,
    hasSandwichNorms: family.hasSandwichNorms,
    normOffset,
    embeddingScale: family.scalesEmbeddings ? Math.fround(Math.sqrt(hiddenSize)) : 1,
    attentionScale,
    ropes: parameters.isSliding.map((isSliding) => (isSliding ? parameters.rope.sliding : parameters.rope.full)),
    hasTiedEmbeddings,
    eosTokens,
  };
}

function shapeOf(parameters: Hyperparameters): ModelShape {
  const { kvHeads, headDim, slidingWindow, owners } = parameters;
  const layers = parameters.isSliding.map((isSliding, index): KvLayerSpec => {
    const owner = owners?.[index] ?? (index as LayerIndex);
    return isSliding && slidingWindow !== undefined
      ? { kind: "sliding-window", kvHeads, headDim, slidingWindow, owner }
      : { kind: "full", kvHeads, headDim, owner };
  });
  return {
    layers,
    queryHeads: parameters.queryHeads,
    maxPositions: Math.min(parameters.contextLength, MAX_POSITIONS),
    keyEncoding: "post-rope",
    hasFixedFrequencies: parameters.hasFixedFrequencies,
  };
}
