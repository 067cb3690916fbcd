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
  type PlannedStep,
  type StepPlan,
  type Tensor,
  type TensorDtype,
} from "@kvasir/kv-core";
import { mergeFinished } from "./attention/attention-states.ts";
import { stepAttention } from "./attention/attention.ts";
import { SELECTORS } from "./attention/block-representatives.ts";
import { TfjsPlannedStep } from "./attention/tfjs-planned-step.ts";
import type { Engine } from "./engine/engine.ts";
import type { TfTensor } from "./engine/tensorflow.ts";
import { TfjsKvStore } from "./kv/tfjs-kv-store.ts";
import { argmax } from "./operators/argmax.ts";
import { gatedActivation } from "./operators/gated-activation.ts";
import type { OperatorCall } from "./operators/operator-call.ts";
import { rmsNorm } from "./operators/rms-norm.ts";
import { RopeTables } from "./operators/rope-tables.ts";
import { splitHeads } from "./operators/split-heads.ts";
import { loadMatrix, TfjsMatrix } from "./tfjs-matrix.ts";
import { operand, TfjsTensor } from "./tfjs-tensor.ts";
import { WorkQueue } from "./work-queue.ts";

/** What every engine of TensorFlow.js can do: its only float type is f32. */
export const TFJS_CAPABILITIES: BackendCapabilities = {
  kvDtypes: ["f32"],
  codecs: ["dense"],
  selectors: SELECTORS,
  encodedSelectors: [],
  hasShiftedSegments: true,
};

/** The operators of the contract on the TensorFlow.js core API. They run when `submit` is called. */
export class TfjsBackend implements KernelBackend {
  readonly specVersion = "v1";
  readonly name = "tfjs";
  readonly description: string;
  readonly capabilities: BackendCapabilities = TFJS_CAPABILITIES;
  readonly #engine: Engine;
  readonly #queue: WorkQueue;
  readonly #ropes: RopeTables;
  /** Of what has been enqueued, or came last. */
  readonly #steps = new Set<TfjsPlannedStep>();
  #last: TfTensor | undefined;
  #isDisposed = false;

  constructor(engine: Engine, description: string) {
    this.#engine = engine;
    this.description = description;
    this.#ropes = new RopeTables(engine);
    this.#queue = new WorkQueue(() => this.#settle());
  }

  createTensor(dtype: TensorDtype, length: number): Tensor {
    this.#assertAlive("createTensor");
    return new TfjsTensor(this.#engine, dtype, length);
  }

  disposeTensor(tensor: Tensor): void {
    if (!this.#isDisposed) operand(this.#engine, "disposeTensor", "tensor", tensor, tensor.dtype, 0).dispose();
  }

  writeTensor(tensor: Tensor, data: Float32Array | Int32Array, firstElement = 0): void {
    const dtype = data instanceof Int32Array ? "i32" : "f32";
    this.#operand("writeTensor", "tensor", tensor, firstElement + data.length, dtype).writeHost(data, firstElement);
  }

  async readTensor(tensor: Tensor, firstElement = 0, length: number = tensor.length - firstElement): Promise<Float32Array | Int32Array> {
    return this.#operand("readTensor", "tensor", tensor, firstElement + length, tensor.dtype).readHost(firstElement, length);
  }

  createMatrix(source: MatrixSource): Matrix {
    this.#assertAlive("createMatrix");
    return loadMatrix(this.#engine, source);
  }

  disposeMatrix(matrix: Matrix): void {
    if (!this.#isDisposed) this.#matrix("disposeMatrix", matrix).transposed.dispose();
  }

  createKvStore(spec: KvStoreSpec): KvStore {
    this.#assertAlive("createKvStore");
    return new TfjsKvStore(this.#engine, this.#queue, spec);
  }

  embed({ table, ids, rows, scale, out }: OperatorCall<"embed">): void {
    if (rows === 0) return;
    const { tf } = this.#engine;
    const { transposed, columns } = this.#matrix("embed", table);
    const indices = this.#operand("embed", "ids", ids, rows, "i32");
    this.#enqueue("embed", this.#operand("embed", "out", out, rows * columns), () => {
      const chosen = tf.gather(transposed, this.#engine.upload(indices.hostValues(rows), [rows]), 1);
      return tf.mul(tf.transpose(chosen), scale);
    });
  }

  rmsNorm({ x, weight, rows, columns, epsilon, out }: OperatorCall<"rmsNorm">): void {
    if (rows === 0) return;
    const input = this.#operand("rmsNorm", "x", x, rows * columns);
    const by = this.#operand("rmsNorm", "weight", weight, columns);
    this.#enqueue("rmsNorm", this.#operand("rmsNorm", "out", out, rows * columns), () =>
      rmsNorm(this.#engine, input.read([rows, columns]), by.read([columns]), epsilon),
    );
  }

  linear({ x, matrix, rows, bias, accumulate = false, out }: OperatorCall<"linear">): void {
    if (rows === 0) return;
    const { tf } = this.#engine;
    const { transposed, columns, rows: outputs } = this.#matrix("linear", matrix);
    const input = this.#operand("linear", "x", x, rows * columns);
    const offset = bias === undefined ? undefined : this.#operand("linear", "bias", bias, outputs);
    const to = this.#operand("linear", "out", out, rows * outputs);
    this.#enqueue("linear", to, () => {
      const product = this.#engine.product(input.read([rows, columns]), transposed);
      const sum = offset === undefined ? product : tf.add(product, offset.read([outputs]));
      return accumulate ? tf.add(sum, to.read([rows, outputs])) : sum;
    });
  }

  splitAndStore(call: OperatorCall<"splitAndStore">): void {
    const { rows, queryHeads, norm, layer, ropeScale } = call;
    if (rows === 0) return;
    const kernel = "splitAndStore";
    const store = this.#store(kernel, call.store);
    const spec = store.spec.shape.layers[layer];
    if (spec === undefined) throw new KernelFailedError({ kernel, reason: `the store's model has no layer ${layer}.` });
    const { headDim } = spec;
    const kvHeads = spec.owner === layer ? spec.kvHeads : 0;
    const width = (queryHeads + 2 * kvHeads) * headDim;
    const qkv = this.#operand(kernel, "qkv", call.qkv, rows * width);
    const positions = this.#operand(kernel, "positions", call.positions, rows, "i32");
    const slots = kvHeads === 0 ? undefined : this.#operand(kernel, "slots", call.slots, rows, "i32");
    const frequencies = this.#operand(kernel, "frequencies", call.frequencies, headDim / 2);
    const queryWeight = norm && this.#operand(kernel, "norm.queryWeight", norm.queryWeight, headDim);
    const keyWeight = norm && this.#operand(kernel, "norm.keyWeight", norm.keyWeight, headDim);
    this.#enqueue(kernel, this.#operand(kernel, "queries", call.queries, rows * queryHeads * headDim), () => {
      const { queries, kv } = splitHeads(this.#engine, qkv.read([rows, width]), {
        ...{ queryHeads, kvHeads, headDim, rope: this.#ropes.of(positions, frequencies, rows, ropeScale) },
        ...(norm === undefined || queryWeight === undefined || keyWeight === undefined
          ? {}
          : { norm: { queryWeight: queryWeight.read([headDim]), keyWeight: keyWeight.read([headDim]), epsilon: norm.epsilon } }),
      });
      if (kv !== undefined && slots !== undefined) store.owned(kernel, layer).write(kv, slots.hostValues(rows));
      return queries;
    });
  }

  gatedActivation({ x, rows, columns, kind, out }: OperatorCall<"gatedActivation">): void {
    if (rows === 0) return;
    const input = this.#operand("gatedActivation", "x", x, 2 * rows * columns);
    this.#enqueue("gatedActivation", this.#operand("gatedActivation", "out", out, rows * columns), () =>
      gatedActivation(this.#engine, input.read([rows, 2 * columns]), kind),
    );
  }

  add({ x, rows, columns, out }: OperatorCall<"add">): void {
    if (rows * columns === 0) return;
    const count = rows * columns;
    const input = this.#operand("add", "x", x, count);
    const to = this.#operand("add", "out", out, count);
    this.#enqueue("add", to, () => this.#engine.tf.add(to.read([count]), input.read([count])));
  }

  gatherRows({ x, indices, rows, columns, out }: OperatorCall<"gatherRows">): void {
    if (rows === 0) return;
    const input = this.#operand("gatherRows", "x", x, columns);
    const at = this.#operand("gatherRows", "indices", indices, rows, "i32");
    this.#enqueue("gatherRows", this.#operand("gatherRows", "out", out, rows * columns), () => {
      const chosen = at.hostValues(rows);
      const used = Array.from(chosen).reduce((most, index) => Math.max(most, index + 1), 0);
      return this.#engine.tf.gather(input.read([used, columns]), this.#engine.upload(chosen, [rows]), 0);
    });
  }

  argmax({ x, rows, columns, out }: OperatorCall<"argmax">): void {
    if (rows === 0) return;
    const input = this.#operand("argmax", "x", x, rows * columns);
    this.#enqueue("argmax", this.#operand("argmax", "out", out, rows, "i32"), () => argmax(this.#engine, input.read([rows, columns])));
  }

  plan(step: StepPlan, store: KvStore): PlannedStep {
    this.#assertAlive("plan");
    return new TfjsPlannedStep(step, this.#store("plan", store));
  }

  attention(call: AttentionCall): void {
    const { step, layer, queryHeads } = call;
    const kernel = "attention";
    const store = this.#store(kernel, call.store);
    const spec = store.spec.shape.layers[layer];
    if (!(step instanceof TfjsPlannedStep) || step.store !== store || spec === undefined) {
      const reason = `the step was not planned by this backend for this store and layer ${layer}.`;
      throw new KernelFailedError({ kernel, reason });
    }
    const batchRows = step.rows.reduce((most, row) => Math.max(most, row + 1), 0);
    if (batchRows === 0) return;
    const { headDim } = spec;
    const width = queryHeads * headDim;
    const queries = this.#operand(kernel, "queries", call.queries, batchRows * width);
    const out = this.#operand(kernel, "out", call.out, batchRows * width);
    const lse = call.lse === undefined ? undefined : this.#operand(kernel, "lse", call.lse, batchRows * queryHeads);
    const frequencies = this.#operand(kernel, "frequencies", call.frequencies, headDim / 2);
    this.#steps.add(step);
    this.#queue.add(kernel, () => {
      const { tf } = this.#engine;
      tf.tidy(() => {
        const found = stepAttention({
          ...{ engine: this.#engine, call, step, spec },
          queries: queries.read([batchRows, queryHeads, headDim]),
          frequencies: frequencies.hostValues(headDim / 2),
        });
        this.#writeRows(out, found.out, width, step.rows);
        if (lse !== undefined && found.lse !== undefined) this.#writeRows(lse, found.lse, queryHeads, step.rows);
      });
      store.chunks.sweep();
    });
  }

  mergeStates({ a, b, rows, queryHeads, headDim }: OperatorCall<"mergeStates">): void {
    const states = rows * queryHeads;
    if (states === 0) return;
    const [to, from] = [a, b].map((state, index) => ({
      out: this.#operand("mergeStates", `${"ab"[index]}.out`, state.out, states * headDim),
      lse: this.#operand("mergeStates", `${"ab"[index]}.lse`, state.lse, states),
    })) as [{ out: TfjsTensor; lse: TfjsTensor }, { out: TfjsTensor; lse: TfjsTensor }];
    this.#queue.add("mergeStates", () => {
      this.#engine.tf.tidy(() => {
        const [ofA, ofB] = [to, from].map(({ out, lse }) => ({ out: out.read([states, headDim]), lse: lse.read([states, 1]) })) as [
          { out: TfTensor; lse: TfTensor },
          { out: TfTensor; lse: TfTensor },
        ];
        const merged = mergeFinished(this.#engine, ofA, ofB);
        this.#write(to.out, 0, merged.out);
        this.#write(to.lse, 0, merged.lse);
      });
    });
  }

  submit(): Promise<void> {
    this.#assertAlive("submit");
    return this.#queue.run();
  }

  dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#releaseStep();
    return Promise.resolve();
  }

  /** What a step's layers shared is of no use to the next; an engine that runs behind is waited for. */
  async #settle(): Promise<void> {
    this.#releaseStep();
    const last = this.#last;
    this.#last = undefined;
    if (last === undefined || last.isDisposed || !this.#engine.traits.isAsynchronous) return;
    const first = this.#engine.kept(() => this.#engine.tf.slice(this.#engine.tf.reshape(last, [last.size]), [0], [1]));
    await first.data();
    first.dispose();
  }

  #releaseStep(): void {
    this.#ropes.clear();
    for (const step of this.#steps) step.release();
    this.#steps.clear();
  }

  /** Enqueues an operator that writes the first elements of a tensor. */
  #enqueue(kernel: string, out: TfjsTensor, compute: () => TfTensor): void {
    this.#queue.add(kernel, () => this.#engine.tf.tidy(() => this.#write(out, 0, compute())));
  }

  #write(out: TfjsTensor, from: number, values: TfTensor): void {
    this.#last = this.#engine.tf.keep(values);
    out.write(from, values);
  }

  /** Writes rows of `width` elements to their places in a batch, runs of neighbouring rows at a time. */
  #writeRows(out: TfjsTensor, values: TfTensor, width: number, rows: readonly number[]): void {
    const { tf } = this.#engine;
    for (let start = 0; start < rows.length;) {
      let end = start + 1;
      while (end < rows.length && rows[end] === (rows[start] ?? 0) + end - start) end++;
      const part = (): TfTensor => tf.slice(tf.reshape(values, [values.size]), [start * width], [(end - start) * width]);
      this.#write(out, (rows[start] ?? 0) * width, end - start === rows.length ? values : part());
      start = end;
    }
  }

  #operand(kernel: string, name: string, tensor: Tensor, length: number, dtype: TensorDtype = "f32"): TfjsTensor {
    this.#assertAlive(kernel);
    return operand(this.#engine, kernel, name, tensor, dtype, length);
  }

  #matrix(kernel: string, matrix: Matrix): TfjsMatrix {
    this.#assertAlive(kernel);
    if (matrix instanceof TfjsMatrix && matrix.engine === this.#engine && !matrix.transposed.isDisposed) return matrix;
    throw new KernelFailedError({ kernel, reason: "the matrix was not made by this backend, or was disposed." });
  }

  #store(kernel: string, store: KvStore): TfjsKvStore {
    this.#assertAlive(kernel);
    if (!(store instanceof TfjsKvStore) || store.engine !== this.#engine) {
      throw new KernelFailedError({ kernel, reason: "the KV store was not made by this backend." });
    }
    store.assertAlive(kernel);
    return store;
  }

  #assertAlive(operation: string): void {
    if (this.#isDisposed) throw new DisposedError({ subject: 'backend "tfjs"', operation });
  }
}
