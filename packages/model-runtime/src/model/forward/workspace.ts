import type { KernelBackend, Tensor } from "@kvasir/kv-core";
import type { ModelDescription } from "../model-description.ts";

/** Rows a model's working memory is made for. */
export interface WorkspaceSize {
  /** Tokens in one forward pass. */
  readonly maxRows: number;
  /** Rows of logits at a time. */
  readonly maxLogitRows: number;
}

/** Tensors of one forward pass, allocated once. Their first rows are used. */
export interface Workspace {
  readonly size: WorkspaceSize;
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly slots: Tensor;
  readonly logitRows: Tensor;
  /** Residual stream `[maxRows, hiddenSize]`. */
  readonly hidden: Tensor;
  /** `[maxRows, hiddenSize]` */
  readonly normed: Tensor;
  /** Results that are normalised before they join the residual stream, `[maxRows, hiddenSize]`; the same as `normed`, which is free then. */
  readonly branch: Tensor;
  /** `[maxRows, (queryHeads + 2 kvHeads) * headDim]` */
  readonly qkv: Tensor;
  /** `[maxRows, queryHeads, headDim]` */
  readonly queries: Tensor;
  readonly attended: Tensor;
  /** `[maxRows, 2 * intermediateSize]` */
  readonly gateUp: Tensor;
  /** `[maxRows, intermediateSize]` */
  readonly activated: Tensor;
  /** Rows of `queries` whose logits are wanted, `[maxLogitRows, queryHeads, headDim]`. */
  readonly logitQueries: Tensor;
  /** Rows of `hidden` whose logits are wanted, `[maxLogitRows, hiddenSize]`. */
  readonly hiddenRows: Tensor;
  /** `[maxLogitRows, vocabularySize]` */
  readonly logits: Tensor;
  /** The most likely token of each row of `logits`, i32 `[maxLogitRows]`. */
  readonly likeliest: Tensor;
  dispose(): void;
}

export function createWorkspace(backend: KernelBackend, description: ModelDescription, size: WorkspaceSize): Workspace {
  const { hiddenSize, intermediateSize, vocabularySize, kvHeads, headDim, shape } = description;
  const { maxRows, maxLogitRows } = size;
  const tensors: Tensor[] = [];
  const create = (dtype: "f32" | "i32", length: number): Tensor => {
    const tensor = backend.createTensor(dtype, length);
    tensors.push(tensor);
    return tensor;
  };
  const normed = create("f32", maxRows * hiddenSize);
  return {
    size,
    tokens: create("i32", maxRows),
    positions: create("i32", maxRows),
    slots: create("i32", maxRows),
    logitRows: create("i32", maxLogitRows),
    hidden: create("f32", maxRows * hiddenSize),
    normed,
    branch: normed,
    qkv: create("f32", maxRows * (shape.queryHeads + 2 * kvHeads) * headDim),
    queries: create("f32", maxRows * shape.queryHeads * headDim),
    attended: create("f32", maxRows * shape.queryHeads * headDim),
    gateUp: create("f32", maxRows * 2 * intermediateSize),
    activated: create("f32", maxRows * intermediateSize),
    logitQueries: create("f32", maxLogitRows * shape.queryHeads * headDim),
    hiddenRows: create("f32", maxLogitRows * hiddenSize),
    logits: create("f32", maxLogitRows * vocabularySize),
    likeliest: create("i32", maxLogitRows),
    dispose: () => {
      for (const tensor of tensors.splice(0)) backend.disposeTensor(tensor);
    },
  };
}
