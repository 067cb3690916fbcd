import type { KernelBackend, KvStore, LayerIndex, Matrix, PlannedStep, Tensor } from "@kvasir/kv-core";
import type { ModelDescription } from "../model-description.ts";
import type { LayerWeights } from "../model-weights.ts";
import type { RopeTensor } from "./rope-tensors.ts";
import type { Workspace } from "./workspace.ts";

/** What one layer works with. */
export interface LayerRun {
  readonly backend: KernelBackend;
  readonly description: ModelDescription;
  readonly weights: LayerWeights;
  readonly rope: RopeTensor;
  readonly workspace: Workspace;
  readonly layer: LayerIndex;
  readonly rows: number;
  /** Residual stream `[rows, hiddenSize]`, read and written. */
  readonly hidden: Tensor;
  readonly positions: Tensor;
  readonly slots: Tensor;
  /** `[rows, queryHeads, headDim]` */
  readonly queries: Tensor;
  readonly step: PlannedStep;
  readonly store: KvStore;
}

/** Enqueues keys, values and queries of a layer: keys and values go to the store, queries to the workspace. */
export function storeKeysAndValues(run: LayerRun): void {
  const { backend, description, weights, rope, workspace, layer, rows, hidden } = run;
  const { rmsEpsilon: epsilon, hiddenSize: columns, shape } = description;
  backend.rmsNorm({ x: hidden, weight: weights.attentionNorm, rows, columns, epsilon, out: workspace.normed });
  backend.linear({ x: workspace.normed, matrix: weights.qkv, rows, ...biasOf(weights.qkvBias), out: workspace.qkv });
  backend.splitAndStore({
    qkv: workspace.qkv,
    rows,
    queryHeads: shape.queryHeads,
    positions: run.positions,
    frequencies: rope.frequencies,
    ropeScale: rope.scale,
    ...queryKeyNorm(weights, epsilon),
    queries: run.queries,
    store: run.store,
    layer,
    slots: run.slots,
  });
}

/** Enqueues attention of a layer over what the step's plan reads, into `workspace.attended`. */
export function attend(run: LayerRun): void {
  const { backend, description, workspace, rope, step, store, layer } = run;
  backend.attention({
    step,
    store,
    layer,
    queries: run.queries,
    queryHeads: description.shape.queryHeads,
    out: workspace.attended,
    scale: description.attentionScale,
    frequencies: rope.frequencies,
  });
}

/** Enqueues what follows attention in a layer: output projection, MLP and both additions to the residual stream. */
export function finishLayer(run: LayerRun): void {
  const { backend, description, weights, workspace, rows, hidden } = run;
  const { rmsEpsilon: epsilon, hiddenSize: columns, intermediateSize, activation: kind } = description;
  addProjection(run, workspace.attended, weights.output, weights.outputBias, weights.afterAttentionNorm);
  backend.rmsNorm({ x: hidden, weight: weights.mlpNorm, rows, columns, epsilon, out: workspace.normed });
  backend.linear({ x: workspace.normed, matrix: weights.gateUp, rows, ...biasOf(weights.gateUpBias), out: workspace.gateUp });
  backend.gatedActivation({ x: workspace.gateUp, rows, columns: intermediateSize, kind, out: workspace.activated });
  addProjection(run, workspace.activated, weights.down, weights.downBias, weights.afterMlpNorm);
}

/** `hidden += x * matrix^T`, or `hidden += norm(x * matrix^T)` in families with sandwich norms. */
function addProjection(run: LayerRun, x: Tensor, matrix: Matrix, bias: Tensor | undefined, norm: Tensor | undefined): void {
  const { backend, description, workspace, rows, hidden } = run;
  if (norm === undefined) {
    backend.linear({ x, matrix, rows, ...biasOf(bias), accumulate: true, out: hidden });
    return;
  }
  const { rmsEpsilon: epsilon, hiddenSize: columns } = description;
  const { branch } = workspace;
  backend.linear({ x, matrix, rows, ...biasOf(bias), out: branch });
  backend.rmsNorm({ x: branch, weight: norm, rows, columns, epsilon, out: branch });
  backend.add({ x: branch, rows, columns, out: hidden });
}

function biasOf(bias: Tensor | undefined): { bias?: Tensor } {
  return bias === undefined ? {} : { bias };
}

/** A layer without KV of its own has no norm for keys; the operator then ignores that operand. */
function queryKeyNorm(
  { queryNorm, keyNorm }: LayerWeights,
  epsilon: number,
): { norm?: { queryWeight: Tensor; keyWeight: Tensor; epsilon: number } } {
  return queryNorm === undefined ? {} : { norm: { queryWeight: queryNorm, keyWeight: keyNorm ?? queryNorm, epsilon } };
}
