import type { KvStore, PlannedStep, Tensor } from "@kvasir/kv-core";
import type { ModelDescription } from "./model-description.ts";

/** Where a batch of tokens stands: one entry per row. */
export interface RowPlacement {
  /** Position of each row's token in its sequence. */
  readonly positions: Int32Array;
  /** Where each row's keys and values go: `page * pageSize + offset`. */
  readonly slots: Int32Array;
}

export interface ForwardCall extends RowPlacement {
  /** Token ids, one per row; at most `maxRows`. */
  readonly tokens: Int32Array;
  /** Planned last of all steps; not valid after the call, which plans the last layer anew for the rows whose logits are wanted. */
  readonly step: PlannedStep;
  readonly store: KvStore;
  /** Rows whose logits are wanted, ascending; at most `maxLogitRows`. */
  readonly logitRows: Int32Array;
}

export interface RunLayersCall extends RowPlacement {
  /** Layers `from .. to - 1`. */
  readonly layers: { readonly from: number; readonly to: number };
  /** Residual stream `[rows, hiddenSize]`, read and overwritten. */
  readonly hidden: Tensor;
  readonly step: PlannedStep;
  readonly store: KvStore;
}

/**
 * A loaded model. Calls enqueue work on the backend it was loaded into and use one workspace: `submit` the backend before the next call
 * of `forward`, `embed` or `runLayers`, since their index arrays are written at once.
 */
export interface Model {
  readonly description: ModelDescription;
  /** Weights counted once each. */
  readonly parameters: number;
  /** Bytes of weights in the backend's memory. */
  readonly weightBytes: number;
  /** How most weights are held, e.g. `bf16` or `u4 g32`. */
  readonly weightFormat: string;
  readonly maxRows: number;
  readonly maxLogitRows: number;
  /** Residual stream `[maxRows, hiddenSize]` for `embed` and `runLayers`. */
  readonly hidden: Tensor;
  /** Queries of the layer that ran last, `[maxRows, queryHeads, headDim]`, after RoPE. */
  readonly queries: Tensor;

  /**
   * Enqueues one forward pass: keys and values of all rows are stored, logits of `logitRows` come out in order.
   * @returns logits `[logitRows, vocabularySize]`, to read after `submit` and before the next call.
   */
  forward(call: ForwardCall): Tensor;
  /** Enqueues the embedding of `tokens` into `hidden`. */
  embed(tokens: Int32Array, hidden: Tensor): void;
  /** Enqueues some layers for some tokens: the primitive behind `forward` and behind recomputing cached tokens. */
  runLayers(call: RunLayersCall): void;
  /** Enqueues final norm and language-model head for rows of a residual stream. Logits as in `forward`. */
  computeLogits(hidden: Tensor, rows: Int32Array): Tensor;
  /**
   * Enqueues the choice of the most likely token for each of the first `rows` rows of the logits enqueued last.
   * @returns i32 `[rows]`: of equally likely tokens the one with the lowest id, -1 where logits are broken (`KernelBackend.argmax`).
   */
  chooseLikeliest(rows: number): Tensor;
  /** Frees weights and workspace. */
  dispose(): void;
}
