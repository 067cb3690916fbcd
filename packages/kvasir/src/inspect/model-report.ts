import { KvError, kvBytesPerToken, type KvDtype } from "@kvasir/kv-core";
import { describeModel, openText, openWeightFile, type ModelDescription, type WeightFile, type WeightTensor } from "@kvasir/model-runtime";

const KV_DTYPES: readonly KvDtype[] = ["f32", "f16", "bf16", "int8"];

/** A model's shape, or why Kvasir cannot run it. */
export type ShapeReport =
  | { readonly supported: false; readonly reason: string }
  | {
      readonly supported: true;
      readonly family: string;
      readonly architecture: string;
      readonly layers: number;
      readonly hiddenSize: number;
      readonly intermediateSize: number;
      readonly queryHeads: number;
      readonly kvHeads: number;
      readonly headDim: number;
      readonly vocabularySize: number;
      readonly maxPositions: number;
      readonly tiedEmbeddings: boolean;
      /** Layers that look back on a limited number of tokens. */
      readonly slidingWindow: { readonly tokens: number; readonly layers: number } | null;
      readonly rope: readonly { readonly theta: number; readonly scaling: string }[];
      readonly kvBytesPerToken: Readonly<Record<string, number>>;
    };

/** A model's text side, or why it cannot be used. */
export type TextReport =
  | { readonly supported: false; readonly reason: string }
  | {
      readonly supported: true;
      readonly vocabularySize: number;
      readonly specialTokens: number;
      readonly eos: readonly string[];
      readonly addsBos: boolean;
      readonly chatTemplate: string;
      /** Fallbacks taken, such as a default chat template. */
      readonly notes: readonly string[];
    };

/** What `kvasir inspect` found out about a model. */
export interface ModelReport {
  readonly path: string;
  readonly format: WeightFile["format"];
  readonly parameters: number;
  readonly weightBytes: number;
  readonly shape: ShapeReport;
  readonly text: TextReport;
  readonly dtypes: readonly { readonly dtype: string; readonly tensors: number; readonly parameters: number; readonly bytes: number }[];
  readonly tensors: readonly WeightTensor[];
}

/** Reads headers and tokenizer of a model; weights stay on disk. */
export async function reportModel(path: string): Promise<ModelReport> {
  const file = await openWeightFile(path);
  try {
    const tensors = [...file.tensors.values()];
    return {
      path,
      format: file.format,
      parameters: sum(tensors.map(parameterCount)),
      weightBytes: sum(tensors.map((tensor) => tensor.byteLength)),
      shape: reportShape(file),
      text: reportText(path, file),
      dtypes: reportDtypes(tensors),
      tensors,
    };
  } finally {
    file.close();
  }
}

function reportShape(file: WeightFile): ShapeReport {
  let description: ModelDescription;
  try {
    description = describeModel(file);
  } catch (error) {
    return { supported: false, reason: expectedMessage(error) };
  }
  const { shape } = description;
  const windows = shape.layers.filter((layer) => layer.kind === "sliding-window");
  const slidingWindow = windows[0]?.slidingWindow;
  return {
    supported: true,
    family: description.family,
    architecture: description.architecture,
    layers: shape.layers.length,
    hiddenSize: description.hiddenSize,
    intermediateSize: description.intermediateSize,
    queryHeads: shape.queryHeads,
    kvHeads: description.kvHeads,
    headDim: description.headDim,
    vocabularySize: description.vocabularySize,
    maxPositions: shape.maxPositions,
    tiedEmbeddings: description.hasTiedEmbeddings,
    slidingWindow: slidingWindow === undefined ? null : { tokens: slidingWindow, layers: windows.length },
    rope: [...new Set(description.ropes)].map(({ theta, scaling }) => ({ theta, scaling: scaling.kind })),
    kvBytesPerToken: Object.fromEntries(KV_DTYPES.map((dtype) => [dtype, kvBytesPerToken(shape, dtype)])),
  };
}

function reportText(path: string, file: WeightFile): TextReport {
  try {
    const { tokenizer, formatter, notes } = openText(path, file);
    return {
      supported: true,
      vocabularySize: tokenizer.vocabularySize,
      specialTokens: tokenizer.specialTokens.size,
      eos: tokenizer.eosIds.map((id) => tokenizer.tokenText(id)),
      addsBos: tokenizer.addsBos,
      chatTemplate: formatter.template.source,
      notes,
    };
  } catch (error) {
    return { supported: false, reason: expectedMessage(error) };
  }
}

function reportDtypes(tensors: readonly WeightTensor[]): ModelReport["dtypes"] {
  const dtypes = [...new Set(tensors.map((tensor) => tensor.dtype))];
  return dtypes
    .map((dtype) => {
      const some = tensors.filter((tensor) => tensor.dtype === dtype);
      return {
        dtype,
        tensors: some.length,
        parameters: sum(some.map(parameterCount)),
        bytes: sum(some.map((tensor) => tensor.byteLength)),
      };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** Message of an error thrown on purpose; others are faults and go on. */
function expectedMessage(error: unknown): string {
  if (KvError.isInstance(error)) return error.message;
  throw error;
}

function parameterCount(tensor: WeightTensor): number {
  return tensor.shape.reduce((product, size) => product * size, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
