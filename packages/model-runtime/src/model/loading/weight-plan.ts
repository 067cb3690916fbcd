import type { WeightFile } from "../../weights/weight-file.ts";
import type { DescribedModel } from "../describe-model.ts";
import { ggufTensorNames, huggingFaceTensorNames, type TensorNames } from "../tensor-names.ts";
import type { MatrixPart } from "./fused-matrix.ts";

/** A matrix to build and, where it has one, its bias, made of the same parts. */
export interface LinearPlan {
  readonly name: string;
  readonly parts: readonly MatrixPart[];
  readonly columns: number;
  /** Bias tensors, one per part. */
  readonly biases: readonly MatrixPart[] | undefined;
}

/** A norm's weights. */
export interface NormPlan {
  readonly tensor: string;
  readonly length: number;
}

export interface LayerPlan {
  readonly attentionNorm: NormPlan;
  readonly qkv: LinearPlan;
  readonly queryNorm: NormPlan | undefined;
  readonly keyNorm: NormPlan | undefined;
  readonly output: LinearPlan;
  readonly afterAttentionNorm: NormPlan | undefined;
  readonly mlpNorm: NormPlan;
  readonly gateUp: LinearPlan;
  readonly down: LinearPlan;
  readonly afterMlpNorm: NormPlan | undefined;
}

/** Which tensors of a file go where. */
export interface WeightPlan {
  readonly embedding: LinearPlan;
  readonly layers: readonly LayerPlan[];
  readonly finalNorm: NormPlan;
  /** `undefined` where the head is the embedding. */
  readonly head: LinearPlan | undefined;
}

/** What may precede tensor names in safetensors files: text-only, multimodal as published, multimodal as written today. */
const ROOTS = [
  { root: "model.", headRoot: "" },
  { root: "language_model.model.", headRoot: "language_model." },
  { root: "model.language_model.", headRoot: "" },
] as const;

/** Lays out which tensors of the file become which weights. Looks at names only. */
export function planWeights(file: WeightFile, model: DescribedModel): WeightPlan {
  const { description } = model;
  const names = tensorNames(file, model);
  const { hiddenSize, vocabularySize, hasTiedEmbeddings, shape } = description;
  const whole = (tensor: string, rows: number, columns: number): LinearPlan => ({
    name: tensor,
    parts: [{ tensor: `${tensor}.weight`, rows }],
    columns,
    biases: undefined,
  });
  return {
    embedding: whole(names.embedding, vocabularySize, hiddenSize),
    layers: shape.layers.map((layer, index) => planLayer(names, model, index, layer.owner === index)),
    finalNorm: { tensor: `${names.finalNorm}.weight`, length: hiddenSize },
    head: hasTiedEmbeddings ? undefined : whole(names.head, vocabularySize, hiddenSize),
  };
}

function tensorNames(file: WeightFile, { family }: DescribedModel): TensorNames {
  if (file.format === "gguf") return ggufTensorNames(family.normNames.gguf);
  const { root, headRoot } = ROOTS.find(({ root }) => file.tensors.has(`${root}embed_tokens.weight`)) ?? ROOTS[0];
  return huggingFaceTensorNames(family.normNames.huggingFace, root, headRoot);
}

function planLayer(names: TensorNames, model: DescribedModel, index: number, ownsKv: boolean): LayerPlan {
  const { description, family } = model;
  const { hiddenSize, intermediateSize, headDim, kvHeads, shape } = description;
  const layer = names.layer(index);
  const isInterleaved = family.gguf.hasInterleavedRotary && layer.query.startsWith("blk.");
  const rotary = isInterleaved ? { interleavedHeadDim: headDim } : {};
  const queryRows = shape.queryHeads * headDim;
  const kvRows = kvHeads * headDim;
  const keysAndValues = [
    { base: layer.key, rows: kvRows, ...rotary },
    { base: layer.value, rows: kvRows },
  ];
  const norm = (tensor: string, length = hiddenSize): NormPlan => ({ tensor: `${tensor}.weight`, length });
  const optionalNorm = (tensor: string | undefined, length = hiddenSize): NormPlan | undefined =>
    tensor === undefined ? undefined : norm(tensor, length);
  return {
    attentionNorm: norm(layer.norms.attention),
    qkv: linear(
      `layer ${index} qkv`,
      [{ base: layer.query, rows: queryRows, ...rotary }, ...(ownsKv ? keysAndValues : [])],
      hiddenSize,
      description.hasQkvBias,
    ),
    queryNorm: optionalNorm(layer.norms.query, headDim),
    keyNorm: ownsKv ? optionalNorm(layer.norms.key, headDim) : undefined,
    output: linear(`layer ${index} attention output`, [{ base: layer.output, rows: hiddenSize }], queryRows, description.hasOutputBias),
    afterAttentionNorm: optionalNorm(layer.norms.afterAttention),
    mlpNorm: norm(layer.norms.mlp),
    gateUp: linear(
      `layer ${index} gate and up`,
      [
        { base: layer.gate, rows: intermediateSize },
        { base: layer.up, rows: intermediateSize },
      ],
      hiddenSize,
      description.hasMlpBias,
    ),
    down: linear(`layer ${index} down`, [{ base: layer.down, rows: hiddenSize }], intermediateSize, description.hasMlpBias),
    afterMlpNorm: optionalNorm(layer.norms.afterMlp),
  };
}

function linear(
  name: string,
  sources: readonly ({ readonly base: string } & Omit<MatrixPart, "tensor">)[],
  columns: number,
  hasBias: boolean,
): LinearPlan {
  const parts = (suffix: string): MatrixPart[] => sources.map(({ base, ...part }) => ({ ...part, tensor: base + suffix }));
  return { name, parts: parts(".weight"), columns, biases: hasBias ? parts(".bias") : undefined };
}

/** Every norm and linear map of a plan, for checks and progress. */
export function planEntries(plan: WeightPlan): { readonly norms: readonly NormPlan[]; readonly linears: readonly LinearPlan[] } {
  const norms = plan.layers.flatMap((layer) => [
    layer.attentionNorm,
    layer.queryNorm,
    layer.keyNorm,
    layer.afterAttentionNorm,
    layer.mlpNorm,
    layer.afterMlpNorm,
  ]);
  const linears = plan.layers.flatMap((layer) => [layer.qkv, layer.output, layer.gateUp, layer.down]);
  return {
    norms: [...norms, plan.finalNorm].filter((norm) => norm !== undefined),
    linears: [plan.embedding, ...linears, ...(plan.head === undefined ? [] : [plan.head])],
  };
}
