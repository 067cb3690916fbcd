import { DisposedError, InvariantError, type KernelBackend, type LayerIndex, type Tensor } from "@kvasir/kv-core";
import type { ForwardCall, Model, RowPlacement, RunLayersCall } from "../model.ts";
import type { ModelDescription } from "../model-description.ts";
import type { ModelWeights } from "../model-weights.ts";
import { narrowStep } from "./narrow-step.ts";
import { createRopeTensors, type RopeTensors } from "./rope-tensors.ts";
import { attend, finishLayer, storeKeysAndValues, type LayerRun } from "./run-layer.ts";
import { createWorkspace, type Workspace, type WorkspaceSize } from "./workspace.ts";

/** A model from its weights; it owns them from now on. */
export function createModel(backend: KernelBackend, description: ModelDescription, weights: ModelWeights, size: WorkspaceSize): Model {
  return new LoadedModel(backend, description, weights, size);
}

class LoadedModel implements Model {
  readonly description: ModelDescription;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly weightFormat: string;
  readonly maxRows: number;
  readonly maxLogitRows: number;
  private readonly backend: KernelBackend;
  private readonly weights: ModelWeights;
  private readonly workspace: Workspace;
  private readonly ropes: RopeTensors;
  private isDisposed = false;

  constructor(backend: KernelBackend, description: ModelDescription, weights: ModelWeights, size: WorkspaceSize) {
    this.backend = backend;
    this.description = description;
    this.weights = weights;
    this.parameters = weights.parameters;
    this.weightBytes = weights.residentBytes;
    this.weightFormat = weights.layers[0]?.gateUp.format ?? weights.embedding.format;
    this.maxRows = size.maxRows;
    this.maxLogitRows = size.maxLogitRows;
    this.workspace = createWorkspace(backend, description, size);
    this.ropes = createRopeTensors(backend, description);
  }

  get hidden(): Tensor {
    return this.workspace.hidden;
  }

  get queries(): Tensor {
    return this.workspace.queries;
  }

  forward({ tokens, positions, slots, step, store, logitRows }: ForwardCall): Tensor {
    this.checkRows("rows of logits", logitRows.length, this.maxLogitRows);
    const { hidden } = this.workspace;
    this.embed(tokens, hidden);
    this.writePlacement({ positions, slots });
    const placed = { hidden, rows: tokens.length, step, store };
    const last = this.description.shape.layers.length - 1;
    for (let layer = 0; layer < last; layer++) this.runLayer(this.layerRun(layer, placed));
    return this.runLastLayer(this.layerRun(last, placed), logitRows);
  }

  embed(tokens: Int32Array, hidden: Tensor): void {
    this.checkRows("tokens", tokens.length, this.maxRows);
    this.backend.writeTensor(this.workspace.tokens, tokens);
    this.backend.embed({
      table: this.weights.embedding,
      ids: this.workspace.tokens,
      rows: tokens.length,
      scale: this.description.embeddingScale,
      out: hidden,
    });
  }

  runLayers({ layers, hidden, positions, slots, step, store }: RunLayersCall): void {
    this.checkRows("rows", positions.length, this.maxRows);
    this.writePlacement({ positions, slots });
    const placed = { hidden, rows: positions.length, step, store };
    for (let layer = layers.from; layer < layers.to; layer++) this.runLayer(this.layerRun(layer, placed));
  }

  computeLogits(hidden: Tensor, rows: Int32Array): Tensor {
    this.checkRows("rows of logits", rows.length, this.maxLogitRows);
    if (rows.length === 0) return this.workspace.logits;
    return this.applyHead(this.gatherLogitRows(hidden, rows), rows.length);
  }

  chooseLikeliest(rows: number): Tensor {
    this.checkRows("rows of logits", rows, this.maxLogitRows);
    const { logits, likeliest } = this.workspace;
    this.backend.argmax({ x: logits, rows, columns: this.description.vocabularySize, out: likeliest });
    return likeliest;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.workspace.dispose();
    this.ropes.dispose();
    this.weights.dispose();
  }

  private layerRun(layer: number, placed: Pick<LayerRun, "hidden" | "rows" | "step" | "store">): LayerRun {
    const { backend, description, workspace } = this;
    const { positions, slots } = workspace;
    return {
      backend,
      description,
      workspace,
      positions,
      slots,
      queries: workspace.queries,
      ...placed,
      layer: layer as LayerIndex,
      weights: this.weights.layers[layer]!,
      rope: this.ropes.layers[layer]!,
    };
  }

  private runLayer(run: LayerRun): void {
    storeKeysAndValues(run);
    attend(run);
    finishLayer(run);
  }

  /**
   * The last layer takes keys and values of all rows; everything after them only of the rows whose logits are wanted, since no other row
   * is read again. The bits of those rows stay the same: no operator's result for a row depends on other rows.
   */
  private runLastLayer(run: LayerRun, logitRows: Int32Array): Tensor {
    const { workspace } = this;
    const rows = logitRows.length;
    storeKeysAndValues(run);
    if (rows === 0) return workspace.logits;
    if (isEveryRow(logitRows, run.rows)) {
      attend(run);
      finishLayer(run);
      return this.applyHead(run.hidden, rows);
    }
    const hidden = this.gatherLogitRows(run.hidden, logitRows);
    const { headDim, shape } = this.description;
    const queries = workspace.logitQueries;
    const columns = shape.queryHeads * headDim;
    this.backend.gatherRows({ x: workspace.queries, indices: workspace.logitRows, rows, columns, out: queries });
    // What earlier layers enqueued has read the whole step's plan, which ends here.
    const step = this.backend.plan(narrowStep(run.step.plan, run.layer, logitRows), run.store);
    const narrowed = { ...run, rows, hidden, step, queries };
    attend(narrowed);
    finishLayer(narrowed);
    return this.applyHead(hidden, rows);
  }

  private gatherLogitRows(hidden: Tensor, rows: Int32Array): Tensor {
    const { logitRows: indices, hiddenRows: out } = this.workspace;
    this.backend.writeTensor(indices, rows);
    this.backend.gatherRows({ x: hidden, indices, rows: rows.length, columns: this.description.hiddenSize, out });
    return out;
  }

  /** Final norm and head for the first rows of `hidden`. */
  private applyHead(hidden: Tensor, rows: number): Tensor {
    const { normed, logits } = this.workspace;
    const { hiddenSize: columns, rmsEpsilon: epsilon } = this.description;
    this.backend.rmsNorm({ x: hidden, weight: this.weights.finalNorm, rows, columns, epsilon, out: normed });
    this.backend.linear({ x: normed, matrix: this.weights.head, rows, out: logits });
    return logits;
  }

  private writePlacement({ positions, slots }: RowPlacement): void {
    this.backend.writeTensor(this.workspace.positions, positions);
    this.backend.writeTensor(this.workspace.slots, slots);
  }

  private checkRows(what: string, count: number, limit: number): void {
    if (this.isDisposed) throw new DisposedError({ subject: "the model", operation: "A forward pass" });
    if (count > limit) throw new InvariantError({ invariant: `a forward pass has at most ${limit} ${what}, this one has ${count}` });
  }
}

function isEveryRow(logitRows: Int32Array, rows: number): boolean {
  return logitRows.length === rows && logitRows.every((row, index) => row === index);
}
