import type { AttentionCall, BackendCapabilities, BackendFactory, KernelBackend, PlannedStep } from "../backend/kernel-backend.ts";
import type { KvStore, KvStoreSpec } from "../backend/kv-store.ts";
import type { Matrix, MatrixSource } from "../backend/matrix.ts";
import type { Tensor, TensorDtype } from "../backend/tensor.ts";
import type { KvCodec } from "../codec/kv-codec.ts";
import { DisposedError } from "../errors/disposed-error.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import type { StepPlan } from "../plan/read-plan.ts";
import { validateStepPlan } from "../plan/validate-read-plan.ts";
import { BLOCK_REPRESENTATIVES } from "./block-representatives.ts";
import * as operators from "./operators.ts";
import { pagedAttention } from "./paged-attention.ts";
import { ReferenceKvStore } from "./reference-kv-store.ts";
import { loadMatrix, ReferenceMatrix } from "./reference-matrix.ts";
import { operand, ReferenceTensor, type TensorData } from "./reference-tensor.ts";

export interface ReferenceBackendOptions {
  /**
   * How tensors are kept between operators; inside one, everything is f64. `f64` has no rounding but that of the KV store's dtype.
   * @defaultValue "f32"
   */
  readonly precision?: "f32" | "f64";
  /** Codecs whose pages it stores and attends, as their oracles do. @defaultValue none */
  readonly codecs?: readonly KvCodec[];
}

/**
 * The slow and obvious backend that the others are compared with. Operators run when they are enqueued, on one thread, in f64.
 *
 * @example
 * const backend = createReferenceBackend();
 * const x = backend.createTensor("f32", 4);
 * backend.writeTensor(x, Float32Array.of(1, 2, 3, 4));
 */
export function createReferenceBackend(options: ReferenceBackendOptions = {}): KernelBackend {
  return new ReferenceBackend(options.precision ?? "f32", options.codecs ?? []);
}

/** The reference backend for registries. */
export const referenceBackendFactory: BackendFactory = {
  name: "reference",
  create: () => Promise.resolve(createReferenceBackend()),
};

class ReferenceBackend implements KernelBackend {
  readonly specVersion = "v1";
  readonly name = "reference";
  readonly description: string;
  readonly capabilities: BackendCapabilities;
  readonly #precision: "f32" | "f64";
  readonly #codecs: readonly KvCodec[];
  #isDisposed = false;

  constructor(precision: "f32" | "f64", codecs: readonly KvCodec[]) {
    this.#precision = precision;
    this.#codecs = codecs;
    this.capabilities = {
      kvDtypes: ["f32", "f16", "bf16", "int8"],
      codecs: ["dense", ...codecs.map(({ name }) => name)],
      selectors: Object.keys(BLOCK_REPRESENTATIVES),
      encodedSelectors: [...new Set(codecs.flatMap(({ selectors }) => selectors ?? []))],
      hasShiftedSegments: true,
    };
    this.description = `reference: plain TypeScript, f64 arithmetic, ${precision} tensors, 1 thread`;
  }

  createTensor(dtype: TensorDtype, length: number): Tensor {
    this.#assertAlive("createTensor");
    return new ReferenceTensor(dtype, length, this.#allocate(dtype, length));
  }

  disposeTensor(tensor: Tensor): void {
    operand("disposeTensor", "tensor", tensor, tensor.dtype, 0);
    (tensor as ReferenceTensor).isDisposed = true;
  }

  writeTensor(tensor: Tensor, data: Float32Array | Int32Array, firstElement = 0): void {
    this.#assertAlive("writeTensor");
    const dtype = data instanceof Int32Array ? "i32" : "f32";
    operand("writeTensor", "tensor", tensor, dtype, firstElement + data.length).set(data, firstElement);
  }

  readTensor(tensor: Tensor, firstElement = 0, length: number = tensor.length - firstElement): Promise<Float32Array | Int32Array> {
    this.#assertAlive("readTensor");
    const data = operand("readTensor", "tensor", tensor, tensor.dtype, firstElement + length).subarray(firstElement, firstElement + length);
    return Promise.resolve(tensor.dtype === "i32" ? Int32Array.from(data) : Float32Array.from(data));
  }

  createMatrix(source: MatrixSource): Matrix {
    this.#assertAlive("createMatrix");
    return loadMatrix(source);
  }

  disposeMatrix(matrix: Matrix): void {
    this.#matrix("disposeMatrix", matrix);
  }

  createKvStore(spec: KvStoreSpec): KvStore {
    this.#assertAlive("createKvStore");
    return new ReferenceKvStore(spec, this.#codecs);
  }

  embed(call: Parameters<KernelBackend["embed"]>[0]): void {
    operators.embed(call, this.#matrix("embed", call.table));
  }

  rmsNorm(call: Parameters<KernelBackend["rmsNorm"]>[0]): void {
    this.#assertAlive("rmsNorm");
    operators.rmsNorm(call);
  }

  linear(call: Parameters<KernelBackend["linear"]>[0]): void {
    operators.linear(call, this.#matrix("linear", call.matrix));
  }

  splitAndStore(call: Parameters<KernelBackend["splitAndStore"]>[0]): void {
    operators.splitAndStore(call, this.#store("splitAndStore", call.store));
  }

  gatedActivation(call: Parameters<KernelBackend["gatedActivation"]>[0]): void {
    this.#assertAlive("gatedActivation");
    operators.gatedActivation(call);
  }

  add(call: Parameters<KernelBackend["add"]>[0]): void {
    this.#assertAlive("add");
    operators.add(call);
  }

  gatherRows(call: Parameters<KernelBackend["gatherRows"]>[0]): void {
    this.#assertAlive("gatherRows");
    operators.gatherRows(call);
  }

  argmax(call: Parameters<KernelBackend["argmax"]>[0]): void {
    this.#assertAlive("argmax");
    operators.argmax(call);
  }

  /** @throws PolicyContractError where the step is not valid. */
  plan(step: StepPlan, store: KvStore): PlannedStep {
    const { pageSize, pageCount, shape } = this.#store("plan", store).spec;
    validateStepPlan(step, {
      policy: "step plan",
      pageSize,
      owns: (page) => page < pageCount,
      model: shape,
      selectors: this.capabilities.selectors,
      encodedSelectors: this.capabilities.encodedSelectors,
      codecs: this.capabilities.codecs,
      allowsShift: shape.hasFixedFrequencies,
    });
    return { plan: step };
  }

  attention(call: AttentionCall): void {
    pagedAttention(call, this.#store("attention", call.store));
  }

  mergeStates(call: Parameters<KernelBackend["mergeStates"]>[0]): void {
    this.#assertAlive("mergeStates");
    operators.mergeStates(call);
  }

  submit(): Promise<void> {
    this.#assertAlive("submit");
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.#isDisposed = true;
    return Promise.resolve();
  }

  #allocate(dtype: TensorDtype, length: number): TensorData {
    if (dtype === "i32") return new Int32Array(length);
    return this.#precision === "f64" ? new Float64Array(length) : new Float32Array(length);
  }

  #matrix(kernel: string, matrix: Matrix): ReferenceMatrix {
    this.#assertAlive(kernel);
    if (matrix instanceof ReferenceMatrix) return matrix;
    throw new KernelFailedError({ kernel, reason: "the matrix belongs to another backend. Load it with this one." });
  }

  #store(kernel: string, store: KvStore): ReferenceKvStore {
    this.#assertAlive(kernel);
    if (!(store instanceof ReferenceKvStore)) {
      throw new KernelFailedError({ kernel, reason: "the KV store belongs to another backend. Create it with this one." });
    }
    store.assertAlive(kernel);
    return store;
  }

  #assertAlive(operation: string): void {
    if (this.#isDisposed) throw new DisposedError({ subject: "the reference backend", operation });
  }
}
