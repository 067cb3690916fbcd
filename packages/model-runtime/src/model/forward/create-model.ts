import { DisposedError, InvariantError, type KernelBackend, type LayerIndex, type Tensor } from "@kvasir/kv-core";
import type { ForwardCall, Model, RunLayersCall } from "../model.ts";
import type { ModelDescription } from "../model-description.ts";
import type { ModelWeights } from "../model-weights.ts";
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

  forward({ tokens, positions, slots, step, store, logitRows }: ForwardCall): Tensor {
    const { hidden } = this.workspace;
    this.embed(tokens, hidden);
    this.runLayers({ layers: { from: 0, to: this.description.shape.layers.length }, hidden, positions, slots, step, store });
    return this.computeLogits(hidden, logitRows);
  }

  embed(tokens: Int32Array, hidden: Tensor): void {
    this.checkRows("tokens", tokens.length, this.maxRows);
    this.backend.writeTensor(this.workspace.tokens, tokens);
    this.backend.embed({ table: this.weights.embedding, ids: this.workspace.tokens, rows: tokens.length, scale: this.description.embeddingScale, out: hidden });
  }

  runLayers({ layers, hidden, positions, slots, step, store }: RunLayersCall): void {
    const rows = positions.length;
    this.checkRows("rows", rows, this.maxRows);
    const { workspace } = this;
    this.backend.writeTensor(workspace.positions, positions);
    this.backend.writeTensor(workspace.slots, slots);
    for (let layer = layers.from; layer < layers.to; layer++) {
      const run: LayerRun = {
        backend: this.backend,
        description: this.description,
        weights: this.weights.layers[layer]!,
        rope: this.ropes.layers[layer]!,
        workspace,
        layer: layer as LayerIndex,
        rows,
        hidden,
        positions: workspace.positions,
        slots: workspace.slots,
        step,
        store,
      };
      storeKeysAndValues(run);
      attend(run);
      finishLayer(run);
    }
  }

  computeLogits(hidden: Tensor, rows: Int32Array): Tensor {
    this.checkRows("rows of logits", rows.length, this.maxLogitRows);
    const { logits } = this.workspace;
    if (rows.length === 0) return logits;
    const { hiddenSize: columns, rmsEpsilon: epsilon } = this.description;
    const { headInput: x, logitRows: indices } = this.workspace;
    this.backend.writeTensor(indices, rows);
    this.backend.gatherRows({ x: hidden, indices, rows: rows.length, columns, out: x });
    this.backend.rmsNorm({ x, weight: this.weights.finalNorm, rows: rows.length, columns, epsilon, out: x });
    this.backend.linear({ x, matrix: this.weights.head, rows: rows.length, out: logits });
    return logits;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.workspace.dispose();
    this.ropes.dispose();
    this.weights.dispose();
  }

  private checkRows(what: string, count: number, limit: number): void {
    if (this.isDisposed) throw new DisposedError({ subject: "the model", operation: "A forward pass" });
    if (count > limit) throw new InvariantError({ invariant: `a forward pass has at most ${limit} ${what}, this one has ${count}` });
  }
}
