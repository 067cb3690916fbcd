import type { KernelBackend } from "@kvasir/kv-core";
import type { WeightFile } from "../weights/weight-file.ts";
import { describeWithFamily } from "./describe-model.ts";
import { createModel } from "./forward/create-model.ts";
import type { MatrixDtype } from "./loading/fused-matrix.ts";
import { loadWeights, type LoadProgress } from "./loading/load-weights.ts";
import { planWeights } from "./loading/weight-plan.ts";
import type { Model } from "./model.ts";

export interface LoadModelOptions {
  /**
   * `native` keeps what the file has, `f32` turns every weight into f32 exactly, `int8` rounds float matrices to 8 bits per group of 32.
   * @defaultValue `native`
   */
  readonly matrixDtype?: MatrixDtype;
  /**
   * Tokens in one forward pass.
   * @defaultValue 512
   */
  readonly maxRows?: number;
  /**
   * Rows of logits at a time.
   * @defaultValue 32
   */
  readonly maxLogitRows?: number;
  /** Called after every matrix. */
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads the model in a weight file into a backend's memory. The file may be closed afterwards.
 *
 * @throws UnsupportedModelError where the architecture or a setting is not supported.
 * @throws ModelTensorError where a tensor is missing or has a wrong shape.
 */
export async function loadModel(file: WeightFile, backend: KernelBackend, options: LoadModelOptions = {}): Promise<Model> {
  const { matrixDtype = "native", maxRows = 512, maxLogitRows = 32, onProgress, signal } = options;
  const model = describeWithFamily(file);
  const { description } = model;
  const plan = planWeights(file, model);
  const weights = await loadWeights(file, backend, plan, { matrixDtype, normOffset: description.normOffset, onProgress, signal });
  try {
    return createModel(backend, description, weights, { maxRows, maxLogitRows: Math.min(maxLogitRows, maxRows) });
  } catch (error) {
    weights.dispose();
    throw error;
  }
}
