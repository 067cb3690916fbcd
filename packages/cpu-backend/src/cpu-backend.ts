import {
  type AttentionCall,
  type BackendCapabilities,
  DisposedError,
  KernelFailedError,
  type KernelBackend,
  type KvStore,
  type KvStoreSpec,
  type Matrix,
  type MatrixSource,
  type PageId,
  type PlannedStep,
  type StepPlan,
  type Tensor,
  type TensorDtype,
} from "@kvasir/kv-core";
import { PackedPlanner } from "./attention/packed-planner.ts";
import { ENCODED_SELECTORS } from "./attention/packed-segments.ts";
import { SELECTORS } from "./attention/selections.ts";
import { StepPlanner } from "./attention/step-planner.ts";
import { PACKED_CODEC } from "./codec/packed-format.ts";
import { addressOf, CpuTensor } from "./cpu-tensor.ts";
import type { KernelHost } from "./host/kernel-host.ts";
import { CpuKvStore } from "./kv/cpu-kv-store.ts";
import { type ActivationMode, appendEmbed, appendLinear, linearWorkspaceBytes } from "./linear/linear-records.ts";
import { packMatrix, type PackedMatrix } from "./linear/pack-matrix.ts";
import { StepMemory } from "./step-memory.ts";
import { FLAG_SERIAL, Opcode, Tape } from "./tape.ts";
import { Workspace } from "./workspace.ts";

/** Elements below which an element-wise operator is quicker on one thread than with a barrier. */
const SERIAL_ELEMENTS = 8192;

type Call<Name extends keyof KernelBackend> = KernelBackend[Name] extends (call: infer C) => void ? C : never;

class CpuPlannedStep implements PlannedStep {
  readonly plan: StepPlan;
  readonly store: CpuKvStore;
  /** Address of each layer's `AttentionStep`. */
  readonly addresses: readonly number[];
  /** Addresses of each layer's `PackedStep`s. */
  readonly packed: readonly (readonly number[])[];

  constructor(plan: StepPlan, store: CpuKvStore, addresses: readonly number[], packed: readonly (readonly number[])[]) {
    this.plan = plan;
    this.store = store;
    this.addresses = addresses;
    this.packed = packed;
  }
}

/** The operators of both CPU tiers: they append records to a tape that `submit` runs on the host's threads. */
export class CpuBackend implements KernelBackend {
  readonly specVersion = "v1";
  readonly name: string;
  readonly description: string;
  readonly capabilities: BackendCapabilities = {
    kvDtypes: ["f32", "f16", "bf16", "int8"],
    codecs: ["dense", PACKED_CODEC],
    selectors: SELECTORS,
    encodedSelectors: ENCODED_SELECTORS,
    hasShiftedSegments: true,
  };
  readonly #host: KernelHost;
  readonly #tape: Tape;
  readonly #stepMemory: StepMemory;
  readonly #planMemory: StepMemory;
  readonly #planner: StepPlanner;
  readonly #packedPlanner: PackedPlanner;
  readonly #workspace: Workspace;
  readonly #matrices = new Set<Matrix>();
  readonly #activations: ActivationMode;
  #isDisposed = false;

  constructor(host: KernelHost, name: string, description: string, activations: ActivationMode) {
    this.#host = host;
    this.name = name;
    this.description = description;
    this.#tape = new Tape(host);
    this.#stepMemory = new StepMemory(host, this.#tape);
    this.#planMemory = new StepMemory(host, this.#tape);
    this.#planner = new StepPlanner(host.threads);
    this.#packedPlanner = new PackedPlanner(host.threads);
    this.#workspace = new Workspace(host);
    this.#activations = activations;
  }

  createTensor(dtype: TensorDtype, length: number): Tensor {
    this.#assertAlive("createTensor");
    return new CpuTensor(this.#host, dtype, length);
  }

  disposeTensor(tensor: Tensor): void {
    if (!this.#isDisposed) this.#host.free(addressOf(this.#host, "disposeTensor", "tensor", tensor, tensor.dtype, 0));
  }

  writeTensor(tensor: Tensor, data: Float32Array | Int32Array, firstElement = 0): void {
    this.#assertAlive("writeTensor");
    const dtype = data instanceof Float32Array ? "f32" : "i32";
    addressOf(this.#host, "writeTensor", "tensor", tensor, dtype, firstElement + data.length);
    (tensor as CpuTensor).elements.set(data, firstElement);
  }

  readTensor(tensor: Tensor, firstElement = 0, length?: number): Promise<Float32Array | Int32Array> {
    this.#assertAlive("readTensor");
    const end = firstElement + (length ?? tensor.length - firstElement);
    addressOf(this.#host, "readTensor", "tensor", tensor, tensor.dtype, end);
    return Promise.resolve((tensor as CpuTensor).elements.slice(firstElement, end));
  }

  createMatrix(source: MatrixSource): Matrix {
    this.#assertAlive("createMatrix");
    const matrix = packMatrix(this.#host, source);
    this.#matrices.add(matrix);
    return matrix;
  }

  disposeMatrix(matrix: Matrix): void {
    if (this.#isDisposed) return;
    this.#host.free(this.#matrix("disposeMatrix", matrix).address);
    this.#matrices.delete(matrix);
  }

  createKvStore(spec: KvStoreSpec): KvStore {
    this.#assertAlive("createKvStore");
    return new CpuKvStore(this.#host, this.#tape, this.#stepMemory, spec);
  }

  embed({ table, ids, rows, scale, out }: Call<"embed">): void {
    if (rows === 0) return;
    const packed = this.#matrix("embed", table);
    const from = addressOf(this.#host, "embed", "ids", ids, "i32", rows);
    appendEmbed(this.#tape, { ids: from, table: packed, rows, scale, out: this.#f32("embed", "out", out, rows * packed.columns) });
  }

  linear({ x, matrix, rows, bias, accumulate, out }: Call<"linear">): void {
    if (rows === 0) return;
    const packed = this.#matrix("linear", matrix);
    appendLinear(this.#tape, {
      x: this.#f32("linear", "x", x, rows * packed.columns),
      matrix: packed,
      rows,
      bias: bias === undefined ? undefined : this.#f32("linear", "bias", bias, packed.rows),
      accumulate,
      out: this.#f32("linear", "out", out, rows * packed.rows),
      workspace: this.#workspace.atLeast(linearWorkspaceBytes(rows, packed.columns)),
      activations: this.#activations,
    });
  }

  rmsNorm({ x, weight, rows, columns, epsilon, out }: Call<"rmsNorm">): void {
    if (rows === 0) return;
    const from = this.#f32("rmsNorm", "x", x, rows * columns);
    const by = this.#f32("rmsNorm", "weight", weight, columns);
    const to = this.#f32("rmsNorm", "out", out, rows * columns);
    this.#begin(Opcode.rmsNorm, rows === 1)
      .integer(from)
      .integer(by)
      .integer(to)
      .integer(rows)
      .integer(columns)
      .real(epsilon);
  }

  splitAndStore(call: Call<"splitAndStore">): void {
    const { rows, queryHeads, norm, layer } = call;
    if (rows === 0) return;
    const store = this.#store("splitAndStore", call.store);
    const spec = store.spec.shape.layers[layer];
    if (spec === undefined) throw new KernelFailedError({ kernel: "splitAndStore", reason: `the store's model has no layer ${layer}.` });
    const { kvHeads, headDim } = spec;
    const isOwner = spec.owner === layer;
    const width = (queryHeads + (isOwner ? 2 * kvHeads : 0)) * headDim;
    const f32 = (name: string, tensor: Tensor, length: number): number => this.#f32("splitAndStore", name, tensor, length);
    const i32 = (name: string, tensor: Tensor): number => addressOf(this.#host, "splitAndStore", name, tensor, "i32", rows);
    const qkv = f32("qkv", call.qkv, rows * width);
    const positions = i32("positions", call.positions);
    const frequencies = f32("frequencies", call.frequencies, headDim / 2);
    const queryNorm = norm === undefined ? 0 : f32("queryWeight", norm.queryWeight, headDim);
    const keyNorm = norm === undefined ? 0 : f32("keyWeight", norm.keyWeight, headDim);
    const queries = f32("queries", call.queries, rows * queryHeads * headDim);
    const slots = isOwner ? i32("slots", call.slots) : 0;
    const record = this.#begin(Opcode.splitAndStore, rows === 1);
    record.integer(qkv).integer(positions).integer(frequencies).integer(queryNorm).integer(keyNorm).integer(queries);
    record.integer(isOwner ? store.layerAddress(layer) : 0).integer(slots);
    record.integer(rows).integer(queryHeads).integer(kvHeads).integer(headDim);
    record
      .real(norm?.epsilon ?? 0)
      .real(call.ropeScale)
      .integer(isOwner ? store.nextStamp() : 0);
  }

  gatedActivation({ x, rows, columns, kind, out }: Call<"gatedActivation">): void {
    if (rows === 0) return;
    const from = this.#f32("gatedActivation", "x", x, 2 * rows * columns);
    const to = this.#f32("gatedActivation", "out", out, rows * columns);
    const kinds = { silu: 0, "gelu-tanh": 1 };
    this.#begin(Opcode.gatedActivation, false).integer(from).integer(to).integer(rows).integer(columns).integer(kinds[kind]);
  }

  add({ x, rows, columns, out }: Call<"add">): void {
    if (rows === 0) return;
    const from = this.#f32("add", "x", x, rows * columns);
    const to = this.#f32("add", "out", out, rows * columns);
    this.#begin(Opcode.add, rows * columns <= SERIAL_ELEMENTS)
      .integer(from)
      .integer(to)
      .integer(rows)
      .integer(columns);
  }

  gatherRows({ x, indices, rows, columns, out }: Call<"gatherRows">): void {
    if (rows === 0) return;
    const from = this.#f32("gatherRows", "x", x, columns);
    const at = addressOf(this.#host, "gatherRows", "indices", indices, "i32", rows);
    const to = this.#f32("gatherRows", "out", out, rows * columns);
    const isSerial = rows * columns <= SERIAL_ELEMENTS;
    this.#begin(Opcode.gatherRows, isSerial).integer(from).integer(at).integer(to).integer(rows).integer(columns);
  }

  argmax({ x, rows, columns, out }: Call<"argmax">): void {
    if (rows === 0) return;
    const from = this.#f32("argmax", "x", x, rows * columns);
    const to = addressOf(this.#host, "argmax", "out", out, "i32", rows);
    this.#begin(Opcode.argmax, rows === 1)
      .integer(from)
      .integer(to)
      .integer(rows)
      .integer(columns);
  }

  plan(step: StepPlan, store: KvStore): PlannedStep {
    this.#assertAlive("plan");
    const cpuStore = this.#store("plan", store);
    // Records that have not run yet still point to the plan before this one.
    if (this.#tape.count === 0) this.#planMemory.reset();
    const addresses = this.#planner.plan(step, cpuStore, this.#planMemory);
    return new CpuPlannedStep(step, cpuStore, addresses, this.#packedPlanner.plan(step, cpuStore, this.#planMemory));
  }

  attention(call: AttentionCall): void {
    const { step, layer, queryHeads, scale } = call;
    const store = this.#store("attention", call.store);
    const spec = store.spec.shape.layers[layer];
    const planned = step instanceof CpuPlannedStep && step.store === store ? step : undefined;
    const address = planned?.addresses[layer];
    if (address === undefined || spec === undefined) {
      throw new KernelFailedError({
        kernel: "attention",
        reason: `the step was not planned by this backend for this store and layer ${layer}.`,
      });
    }
    const rows = step.plan.sequences.reduce((most, { firstRow, rows: count }) => Math.max(most, firstRow + count), 0);
    if (rows === 0) return;
    const elements = rows * queryHeads * spec.headDim;
    const queries = this.#f32("attention", "queries", call.queries, elements);
    const out = this.#f32("attention", "out", call.out, elements);
    const packed = planned?.packed[layer] ?? [];
    // Encoded segments are merged with the dense part, which takes its lse.
    const ownLse = packed.length === 0 ? 0 : this.#stepMemory.take(4 * rows * queryHeads);
    const lse = call.lse === undefined ? ownLse : this.#f32("attention", "lse", call.lse, rows * queryHeads);
    const frequencies = this.#f32("attention", "frequencies", call.frequencies, spec.headDim / 2);
    const window = spec.kind === "sliding-window" ? (spec.slidingWindow ?? 0) : 0;
    const at = store.layerAddress(layer);
    const record = this.#begin(Opcode.attention, false);
    record.integer(address).integer(at).integer(queries).integer(out).integer(lse).integer(frequencies);
    record.integer(queryHeads).integer(window).real(scale).integer(store.stamp);
    for (const packedStep of packed) {
      const next = this.#begin(Opcode.packedAttention, false);
      next.integer(packedStep).integer(at).integer(queries).integer(out).integer(lse).integer(frequencies);
      next
        .integer(store.pageAddress(0 as PageId))
        .integer(store.pageBytes)
        .integer(store.firstItem(layer));
      next.integer(queryHeads).integer(window).real(scale);
    }
  }

  mergeStates({ a, b, rows, queryHeads, headDim }: Call<"mergeStates">): void {
    const states = rows * queryHeads;
    if (states === 0) return;
    const record = this.#begin(Opcode.mergeStates, false);
    for (const [name, state] of [
      ["a", a],
      ["b", b],
    ] as const) {
      record.integer(this.#f32("mergeStates", `${name}.out`, state.out, states * headDim));
      record.integer(this.#f32("mergeStates", `${name}.lse`, state.lse, states));
    }
    record.integer(states).integer(headDim);
  }

  submit(): Promise<void> {
    this.#assertAlive("submit");
    this.#stepMemory.run();
    this.#workspace.afterRun();
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#host.dispose();
  }

  #begin(opcode: Opcode, isSerial: boolean): Tape {
    return this.#tape.begin(opcode, isSerial ? FLAG_SERIAL : 0);
  }

  #f32(kernel: string, name: string, tensor: Tensor, length: number): number {
    this.#assertAlive(kernel);
    return addressOf(this.#host, kernel, name, tensor, "f32", length);
  }

  #matrix(kernel: string, matrix: Matrix): PackedMatrix {
    this.#assertAlive(kernel);
    if (this.#matrices.has(matrix)) return matrix as PackedMatrix;
    throw new KernelFailedError({ kernel, reason: "the matrix was not made by this backend, or was disposed." });
  }

  #store(kernel: string, store: KvStore): CpuKvStore {
    if (store instanceof CpuKvStore && store.host === this.#host) return store;
    throw new KernelFailedError({ kernel, reason: "the KV store was not made by this backend." });
  }

  #assertAlive(operation: string): void {
    if (this.#isDisposed) throw new DisposedError({ subject: `backend "${this.name}"`, operation });
  }
}
