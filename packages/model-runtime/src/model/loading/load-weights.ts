import type { KernelBackend, Matrix, Tensor } from "@kvasir/kv-core";
import type { WeightFile } from "../../weights/weight-file.ts";
import type { LayerWeights, ModelWeights } from "../model-weights.ts";
import { checkTensor } from "./check-tensor.ts";
import { floatsOf } from "./float-rows.ts";
import { fusedMatrix, type MatrixDtype } from "./fused-matrix.ts";
import { reorderRows } from "./half-split-order.ts";
import { planEntries, type LayerPlan, type LinearPlan, type NormPlan, type WeightPlan } from "./weight-plan.ts";

/** How far loading has come, in bytes of the file's tensors. */
export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface LoadWeightsOptions {
  readonly matrixDtype: MatrixDtype;
  /** Added to norm weights. */
  readonly normOffset: number;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings weights into a backend's memory, one matrix at a time. All shapes are checked before the first byte is read; the event loop
 * gets a turn after every matrix. Where loading fails or is aborted, everything is freed.
 */
export async function loadWeights(
  file: WeightFile,
  backend: KernelBackend,
  plan: WeightPlan,
  options: LoadWeightsOptions,
): Promise<ModelWeights> {
  checkShapes(file, plan);
  const loader = new WeightLoader(file, backend, plan, options);
  try {
    const embedding = await loader.matrix(plan.embedding);
    const layers: LayerWeights[] = [];
    for (const layer of plan.layers) layers.push(await loadLayer(loader, layer));
    const finalNorm = loader.norm(plan.finalNorm);
    const head = plan.head === undefined ? embedding : await loader.matrix(plan.head);
    const { parameters, residentBytes } = loader;
    return { embedding, layers, finalNorm, head, parameters, residentBytes, dispose: () => loader.dispose() };
  } catch (error) {
    loader.dispose();
    throw error;
  }
}

async function loadLayer(loader: WeightLoader, plan: LayerPlan): Promise<LayerWeights> {
  return {
    attentionNorm: loader.norm(plan.attentionNorm),
    qkv: await loader.matrix(plan.qkv),
    qkvBias: loader.bias(plan.qkv),
    queryNorm: loader.optionalNorm(plan.queryNorm),
    keyNorm: loader.optionalNorm(plan.keyNorm),
    output: await loader.matrix(plan.output),
    outputBias: loader.bias(plan.output),
    afterAttentionNorm: loader.optionalNorm(plan.afterAttentionNorm),
    mlpNorm: loader.norm(plan.mlpNorm),
    gateUp: await loader.matrix(plan.gateUp),
    gateUpBias: loader.bias(plan.gateUp),
    down: await loader.matrix(plan.down),
    downBias: loader.bias(plan.down),
    afterMlpNorm: loader.optionalNorm(plan.afterMlpNorm),
  };
}

function checkShapes(file: WeightFile, plan: WeightPlan): void {
  const { norms, linears } = planEntries(plan);
  for (const norm of norms) checkTensor(file, norm.tensor, [norm.length]);
  for (const { parts, columns, biases } of linears) {
    for (const part of parts) checkTensor(file, part.tensor, [part.rows, columns]);
    for (const bias of biases ?? []) checkTensor(file, bias.tensor, [bias.rows]);
  }
}

/** Makes tensors and matrices and remembers them, so that all can be freed together. */
class WeightLoader {
  parameters = 0;
  residentBytes = 0;
  private loadedBytes = 0;
  private readonly totalBytes: number;
  private readonly tensors: Tensor[] = [];
  private readonly matrices: Matrix[] = [];
  private readonly file: WeightFile;
  private readonly backend: KernelBackend;
  private readonly options: LoadWeightsOptions;

  constructor(file: WeightFile, backend: KernelBackend, plan: WeightPlan, options: LoadWeightsOptions) {
    this.file = file;
    this.backend = backend;
    this.options = options;
    this.totalBytes = planEntries(plan).linears.reduce((sum, linear) => sum + this.fileBytes(linear), 0);
  }

  async matrix(plan: LinearPlan): Promise<Matrix> {
    const { matrixDtype, onProgress, signal } = this.options;
    signal?.throwIfAborted();
    const matrix = this.backend.createMatrix(fusedMatrix(this.file, plan.name, plan.parts, plan.columns, matrixDtype));
    this.matrices.push(matrix);
    this.parameters += matrix.rows * matrix.columns;
    this.residentBytes += matrix.residentBytes;
    this.loadedBytes += this.fileBytes(plan);
    onProgress?.({ loadedBytes: this.loadedBytes, totalBytes: this.totalBytes });
    await new Promise((resolve) => setImmediate(resolve));
    return matrix;
  }

  bias({ biases }: LinearPlan): Tensor | undefined {
    if (biases === undefined) return undefined;
    const pieces = biases.map(({ tensor, interleavedHeadDim }) => {
      const values = floatsOf(this.file.readRows(tensor, 0, 1));
      return interleavedHeadDim === undefined ? values : reorderRows(values, 1, interleavedHeadDim);
    });
    return this.vector(Float32Array.from(pieces.flatMap((piece) => [...piece])));
  }

  norm({ tensor }: NormPlan): Tensor {
    const { normOffset } = this.options;
    return this.vector(floatsOf(this.file.readRows(tensor, 0, 1)).map((weight) => weight + normOffset));
  }

  optionalNorm(plan: NormPlan | undefined): Tensor | undefined {
    return plan === undefined ? undefined : this.norm(plan);
  }

  dispose(): void {
    for (const matrix of this.matrices.splice(0)) this.backend.disposeMatrix(matrix);
    for (const tensor of this.tensors.splice(0)) this.backend.disposeTensor(tensor);
  }

  private vector(values: Float32Array): Tensor {
    const tensor = this.backend.createTensor("f32", values.length);
    this.tensors.push(tensor);
    this.backend.writeTensor(tensor, values);
    this.parameters += values.length;
    this.residentBytes += values.byteLength;
    return tensor;
  }

  private fileBytes(plan: LinearPlan): number {
    return plan.parts.reduce((sum, { tensor }) => sum + (this.file.tensors.get(tensor)?.byteLength ?? 0), 0);
  }
}
