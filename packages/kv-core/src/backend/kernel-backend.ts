import type { LayerIndex } from "../ids.ts";
import type { KvDtype } from "../model/kv-dtype.ts";
import type { StepPlan } from "../plan/read-plan.ts";
import type { KvStore, KvStoreSpec } from "./kv-store.ts";
import type { Matrix, MatrixSource } from "./matrix.ts";
import type { Tensor, TensorDtype } from "./tensor.ts";

/** What a backend can do; compositions are checked against it before memory is taken. */
export interface BackendCapabilities {
  readonly kvDtypes: readonly KvDtype[];
  /** Page codecs it attends to without unpacking first, `"dense"` always among them. */
  readonly codecs: readonly string[];
  /** Values of `Selector.by` it evaluates. */
  readonly selectors: readonly string[];
  /** Whether it attends segments with `shift !== 0`. */
  readonly hasShiftedSegments: boolean;
}

/** Output of attention over one piece of the cache; closed under merge, which is associative and commutative up to rounding. */
export interface AttentionState {
  /** `[rows, queryHeads, headDim]` */
  readonly out: Tensor;
  /** Natural-log sum of exponentials of the scaled scores, `[rows, queryHeads]`; -Infinity where nothing was attended. */
  readonly lse: Tensor;
}

/** A `StepPlan` turned into index arrays and workspace; valid until the next call of `plan`. */
export interface PlannedStep {
  readonly plan: StepPlan;
}

export interface AttentionCall {
  readonly step: PlannedStep;
  readonly store: KvStore;
  readonly layer: LayerIndex;
  /** `[rows, queryHeads, headDim]`, after RoPE. */
  readonly queries: Tensor;
  readonly queryHeads: number;
  /** `[rows, queryHeads, headDim]` */
  readonly out: Tensor;
  /** `[rows, queryHeads]`; written only where given. */
  readonly lse?: Tensor;
  /** Multiplies q.k; usually 1 / sqrt(headDim). */
  readonly scale: number;
  /** RoPE angular frequencies of this layer, `[headDim / 2]`, to rotate queries for segments with a shift. */
  readonly frequencies: Tensor;
}

/**
 * The operators a model is made of. Every operator enqueues: it returns at once, runs in order with the others, and has run when
 * `submit` resolves. Operators read the first `rows` rows of their tensors. Nothing here allocates while a model runs but `plan`.
 *
 * An element of a result depends on its own row alone: not on how many rows there are, nor on how a step was cut into pieces.
 */
export interface KernelBackend {
  readonly specVersion: "v1";
  readonly name: string;
  /** One line for people: tier, instruction set, threads. */
  readonly description: string;
  readonly capabilities: BackendCapabilities;

  createTensor(dtype: TensorDtype, length: number): Tensor;
  disposeTensor(tensor: Tensor): void;
  /** Copies host data into a tensor. Takes effect at once: never call it for a tensor that enqueued work still reads. */
  writeTensor(tensor: Tensor, data: Float32Array | Int32Array, firstElement?: number): void;
  /** Reads `length` elements from `firstElement` on; call after `submit`. */
  readTensor(tensor: Tensor, firstElement?: number, length?: number): Promise<Float32Array | Int32Array>;

  /** Loads a weight matrix. Throws `KV_BACKEND_UNAVAILABLE` where memory does not suffice. */
  createMatrix(source: MatrixSource): Matrix;
  disposeMatrix(matrix: Matrix): void;
  createKvStore(spec: KvStoreSpec): KvStore;

  /** `out[r] = table[ids[r]] * scale`; `out` is `[rows, table.columns]`. */
  embed(call: { table: Matrix; ids: Tensor; rows: number; scale: number; out: Tensor }): void;
  /** `out[r] = x[r] / sqrt(mean(x[r]^2) + epsilon) * weight`; `x` and `out` are `[rows, columns]` and may be the same tensor. */
  rmsNorm(call: { x: Tensor; weight: Tensor; rows: number; columns: number; epsilon: number; out: Tensor }): void;
  /** `out = x * matrix^T (+ bias) (+ out)`; `x` is `[rows, matrix.columns]`, `out` is `[rows, matrix.rows]`. */
  linear(call: { x: Tensor; matrix: Matrix; rows: number; bias?: Tensor; accumulate?: boolean; out: Tensor }): void;
  /**
   * Splits `[rows, (queryHeads + 2 * kvHeads) * headDim]` into queries, keys and values, normalises each query and key head where
   * norm weights are given (QK-norm), rotates queries and keys (half-split RoPE, angle = position * frequency, times `ropeScale` for YaRN),
   * writes queries to `queries` `[rows, queryHeads, headDim]` and keys and values into the store at `slots` (`page * pageSize + offset`).
   */
  splitAndStore(call: {
    qkv: Tensor;
    rows: number;
    queryHeads: number;
    positions: Tensor;
    frequencies: Tensor;
    ropeScale: number;
    norm?: { queryWeight: Tensor; keyWeight: Tensor; epsilon: number };
    queries: Tensor;
    store: KvStore;
    layer: LayerIndex;
    slots: Tensor;
  }): void;
  /** `out = activation(x[:, :columns]) * x[:, columns:]`; `x` is `[rows, 2 * columns]`. */
  gatedActivation(call: { x: Tensor; rows: number; columns: number; kind: "silu" | "gelu-tanh"; out: Tensor }): void;
  /** `out[r] += x[r]`. */
  add(call: { x: Tensor; rows: number; columns: number; out: Tensor }): void;
  /** `out[i] = x[indices[i]]`. */
  gatherRows(call: { x: Tensor; indices: Tensor; rows: number; columns: number; out: Tensor }): void;

  /** Once per step: turns plans into index arrays. */
  plan(step: StepPlan, store: KvStore): PlannedStep;
  /** Attention of every row over the segments its sequence reads; causal and sliding-window masks follow from positions. */
  attention(call: AttentionCall): void;
  /** `a = merge(a, b)` for `rows * queryHeads` states. */
  mergeStates(call: { a: AttentionState; b: AttentionState; rows: number; queryHeads: number; headDim: number }): void;

  /** Runs everything enqueued. */
  submit(): Promise<void>;
  dispose(): Promise<void>;
}

/** Makes a backend; throws `BackendUnavailableError` with the reason where it cannot run on this machine. */
export interface BackendFactory {
  readonly name: string;
  create(options: BackendOptions): Promise<KernelBackend>;
}

export interface BackendOptions {
  /** Threads that compute; all cores by default. */
  readonly threads?: number;
}
