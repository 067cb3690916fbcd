import type { LayerIndex } from "../ids.ts";
import type { KvDtype } from "../model/kv-dtype.ts";
import type { StepPlan } from "../plan/read-plan.ts";
import type { Signal } from "../policy/kv-policy.ts";
import type { KvStore, KvStoreSpec } from "./kv-store.ts";
import type { Matrix, MatrixSource } from "./matrix.ts";
import type { Tensor, TensorDtype } from "./tensor.ts";

/** What a backend can do; compositions are checked against it before memory is taken. */
export interface BackendCapabilities {
  readonly kvDtypes: readonly KvDtype[];
  /** Forms of KV that it stores and attends without unpacking first, `"dense"` always among them. */
  readonly codecs: readonly string[];
  /** Values of `Selector.by` it evaluates on dense segments. */
  readonly selectors: readonly string[];
  /** Values of `Selector.by` it evaluates on encoded segments; none where it attends dense ones only. */
  readonly encodedSelectors: readonly string[];
  /** Whether it attends segments with `shift !== 0`. */
  readonly hasShiftedSegments: boolean;
  /** Signals it can produce for policies; none where absent. */
  readonly signals?: readonly Signal[];
}

/** Output of attention over one piece of the cache; closed under merge, which is associative and commutative up to rounding. */
export interface AttentionState {
  /** `[rows, queryHeads, headDim]` */
  readonly out: Tensor;
  /** Natural-log sum of exponentials of the scaled scores, `[rows, queryHeads]`; -Infinity where nothing was attended. */
  readonly lse: Tensor;
}

/** A `StepPlan` turned into index arrays and workspace; new calls may use it until the next call of `plan`. */
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
  /** RoPE angular frequencies of this layer, `[headDim / 2]`, to rotate queries by `-shift` for segments with a shift (no `ropeScale`). */
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
  /** `out = x * matrix^T (+ bias) (+ out)`; `x` is `[rows, matrix.columns]`, `bias` `[matrix.rows]`, `out` `[rows, matrix.rows]` (never `x` itself). */
  linear(call: { x: Tensor; matrix: Matrix; rows: number; bias?: Tensor; accumulate?: boolean; out: Tensor }): void;
  /**
   * Splits `[rows, (queryHeads + 2 * kvHeads) * headDim]` into queries, keys and values, normalises each query and key head where
   * norm weights `[headDim]` are given (QK-norm: `rmsNorm` over the head), rotates queries and keys (half-split RoPE: channels `i` and
   * `i + headDim / 2` turn by the f32 product `position * frequencies[i]`) and multiplies both by `ropeScale` (YaRN; 1 otherwise),
   * writes queries to `queries` `[rows, queryHeads, headDim]` and keys and values into the store at `slots` (`page * pageSize + offset`).
   * `positions` and `slots` are i32 `[rows]`. `kvHeads` and `headDim` are those of `store.spec.shape.layers[layer]`.
   *
   * A layer that reads another layer's KV (`owner !== layer`) has no keys and values: its `qkv` is `[rows, queryHeads * headDim]` and
   * nothing is stored.
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
  /**
   * `out = activation(x[:, :columns]) * x[:, columns:]`; `x` is `[rows, 2 * columns]`, `out` `[rows, columns]` (never `x` itself).
   * `gelu-tanh` is `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`.
   */
  gatedActivation(call: { x: Tensor; rows: number; columns: number; kind: "silu" | "gelu-tanh"; out: Tensor }): void;
  /** `out[r] += x[r]`; both `[rows, columns]`. */
  add(call: { x: Tensor; rows: number; columns: number; out: Tensor }): void;
  /** `out[i] = x[indices[i]]`; `indices` is i32 `[rows]`, `out` `[rows, columns]` (never `x` itself). */
  gatherRows(call: { x: Tensor; indices: Tensor; rows: number; columns: number; out: Tensor }): void;
  /**
   * `out[r]` = index of the largest element of `x[r]`, the lowest one of equals; -1 where an element is NaN or Infinity, or all are
   * -Infinity. `x` is `[rows, columns]`, `out` i32 `[rows]`.
   */
  argmax(call: { x: Tensor; rows: number; columns: number; out: Tensor }): void;

  /**
   * Turns plans into index arrays: for a step, and again where its last layer computes fewer rows. Host work that takes effect at once;
   * what is enqueued keeps the plan it was enqueued with.
   */
  plan(step: StepPlan, store: KvStore): PlannedStep;
  /**
   * Attention of every row over the tokens of all segments that list its sequence among their readers, in all read plans for this
   * layer and KV head. KV comes from the layer's `owner`; heads, window and masks are the layer's own. A row at position `p` sees a
   * token whose stored position is `s` if `s + shift <= p`, and in a sliding-window layer only if also `p - (s + shift) < slidingWindow`.
   * Query head `h` reads KV head `floor(h / groupSize)`. Rows of `out` that see nothing are 0, their `lse` -Infinity.
   * Segments may hold tokens that this very step stores. Rows of the batch that belong to no sequence are left as they are.
   */
  attention(call: AttentionCall): void;
  /** `a = merge(a, b)` for `rows * queryHeads` states; an `lse` of -Infinity on one side leaves the other side unchanged. */
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
