import type { KernelBackend } from "../backend/kernel-backend.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import { mergeHeadStates } from "./dense-attention.ts";
import type { ReferenceKvStore } from "./reference-kv-store.ts";
import type { ReferenceMatrix } from "./reference-matrix.ts";
import { operand, type TensorData } from "./reference-tensor.ts";
import { rotate } from "./rope.ts";

type Call<Name extends keyof KernelBackend> = KernelBackend[Name] extends (call: infer Argument) => void ? Argument : never;

/** RMSNorm of one vector in f64: `x / sqrt(mean(x^2) + epsilon) * weight`. */
export function rmsNormVector(x: ArrayLike<number>, weight: ArrayLike<number>, epsilon: number): Float64Array {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] as number) ** 2;
  const inverse = 1 / Math.sqrt(squares / x.length + epsilon);
  return Float64Array.from(x, (value, i) => value * inverse * (weight[i] as number));
}

/** The gate's activation, in f64. */
export function activate(kind: "silu" | "gelu-tanh", x: number): number {
  if (kind === "silu") return x / (1 + Math.exp(-x));
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

export function embed(call: Call<"embed">, table: ReferenceMatrix): void {
  const { rows, scale } = call;
  const ids = operand("embed", "ids", call.ids, "i32", rows);
  const out = operand("embed", "out", call.out, "f32", rows * table.columns);
  for (let row = 0; row < rows; row++) {
    const id = index("embed", "ids", ids[row] as number, table.rows);
    for (let i = 0; i < table.columns; i++) out[row * table.columns + i] = (table.data[id * table.columns + i] as number) * scale;
  }
}

export function rmsNorm(call: Call<"rmsNorm">): void {
  const { rows, columns } = call;
  const x = operand("rmsNorm", "x", call.x, "f32", rows * columns);
  const weight = operand("rmsNorm", "weight", call.weight, "f32", columns);
  const out = operand("rmsNorm", "out", call.out, "f32", rows * columns);
  for (let row = 0; row < rows; row++)
    out.set(rmsNormVector(x.subarray(row * columns, (row + 1) * columns), weight, call.epsilon), row * columns);
}

export function linear(call: Call<"linear">, matrix: ReferenceMatrix): void {
  const { rows } = call;
  const { columns, data } = matrix;
  const x = operand("linear", "x", call.x, "f32", rows * columns);
  const out = operand("linear", "out", call.out, "f32", rows * matrix.rows);
  const bias = call.bias && operand("linear", "bias", call.bias, "f32", matrix.rows);
  for (let row = 0; row < rows; row++) {
    for (let feature = 0; feature < matrix.rows; feature++) {
      let sum = bias === undefined ? 0 : (bias[feature] as number);
      for (let i = 0; i < columns; i++) sum += (x[row * columns + i] as number) * (data[feature * columns + i] as number);
      const at = row * matrix.rows + feature;
      out[at] = call.accumulate === true ? (out[at] as number) + sum : sum;
    }
  }
}

export function splitAndStore(call: Call<"splitAndStore">, store: ReferenceKvStore): void {
  const kernel = "splitAndStore";
  const { rows, queryHeads, norm } = call;
  const { kvHeads, headDim, owner } = store.layer(call.layer);
  const isOwner = owner === call.layer;
  const width = (queryHeads + (isOwner ? 2 * kvHeads : 0)) * headDim;
  const qkv = operand(kernel, "qkv", call.qkv, "f32", rows * width);
  const positions = operand(kernel, "positions", call.positions, "i32", rows);
  const slots = operand(kernel, "slots", call.slots, "i32", rows);
  const frequencies = operand(kernel, "frequencies", call.frequencies, "f32", headDim / 2);
  const queries = operand(kernel, "queries", call.queries, "f32", rows * queryHeads * headDim);
  const queryWeight = norm && operand(kernel, "norm.queryWeight", norm.queryWeight, "f32", headDim);
  const keyWeight = norm && operand(kernel, "norm.keyWeight", norm.keyWeight, "f32", headDim);
  for (let row = 0; row < rows; row++) {
    const turned = (start: number, weight: TensorData | undefined): Float64Array => {
      const raw = qkv.subarray(row * width + start, row * width + start + headDim);
      const head = weight === undefined ? Float64Array.from(raw) : rmsNormVector(raw, weight, norm?.epsilon ?? 0);
      rotate(head, positions[row] as number, frequencies);
      return head.map((value) => value * call.ropeScale);
    };
    for (let head = 0; head < queryHeads; head++) queries.set(turned(head * headDim, queryWeight), (row * queryHeads + head) * headDim);
    if (!isOwner) continue;
    const slot = index(kernel, "slots", slots[row] as number, store.spec.pageCount * store.spec.pageSize);
    for (let head = 0; head < kvHeads; head++) {
      const keys = turned((queryHeads + head) * headDim, keyWeight);
      const start = row * width + (queryHeads + kvHeads + head) * headDim;
      store.writeVector(call.layer, slot, head, { keys, values: qkv.subarray(start, start + headDim) }, 0);
    }
  }
}

export function gatedActivation(call: Call<"gatedActivation">): void {
  const { rows, columns } = call;
  const x = operand("gatedActivation", "x", call.x, "f32", 2 * rows * columns);
  const out = operand("gatedActivation", "out", call.out, "f32", rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) {
      const gate = x[2 * row * columns + i] as number;
      out[row * columns + i] = activate(call.kind, gate) * (x[(2 * row + 1) * columns + i] as number);
    }
  }
}

export function add(call: Call<"add">): void {
  const count = call.rows * call.columns;
  const x = operand("add", "x", call.x, "f32", count);
  const out = operand("add", "out", call.out, "f32", count);
  for (let i = 0; i < count; i++) out[i] = (out[i] as number) + (x[i] as number);
}

export function gatherRows(call: Call<"gatherRows">): void {
  const { rows, columns } = call;
  const x = operand("gatherRows", "x", call.x, "f32", 0);
  const indices = operand("gatherRows", "indices", call.indices, "i32", rows);
  const out = operand("gatherRows", "out", call.out, "f32", rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = index("gatherRows", "indices", indices[row] as number, Math.floor(x.length / columns));
    out.set(x.subarray(from * columns, (from + 1) * columns), row * columns);
  }
}

export function argmax(call: Call<"argmax">): void {
  const { rows, columns } = call;
  const x = operand("argmax", "x", call.x, "f32", rows * columns);
  const out = operand("argmax", "out", call.out, "i32", rows);
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * columns, (row + 1) * columns);
    let largest = -Infinity;
    for (const value of values) largest = Math.max(largest, value);
    out[row] = Number.isFinite(largest) ? values.indexOf(largest) : -1;
  }
}

export function mergeStates(call: Call<"mergeStates">): void {
  const { rows, queryHeads, headDim } = call;
  const count = rows * queryHeads;
  const [a, b] = ([call.a, call.b] as const).map((state) => ({
    out: operand("mergeStates", "out", state.out, "f32", count * headDim),
    lse: operand("mergeStates", "lse", state.lse, "f32", count),
  })) as [State, State];
  for (let i = 0; i < count; i++) {
    const merged = mergeHeadStates(headState(a, i, headDim), headState(b, i, headDim));
    a.out.set(merged.out, i * headDim);
    a.lse[i] = merged.lse;
  }
}

interface State {
  readonly out: TensorData;
  readonly lse: TensorData;
}

function headState(state: State, i: number, headDim: number): { out: Float64Array; lse: number } {
  return { out: Float64Array.from(state.out.subarray(i * headDim, (i + 1) * headDim)), lse: state.lse[i] as number };
}

function index(kernel: string, name: string, value: number, end: number): number {
  if (value < 0 || value >= end) throw new KernelFailedError({ kernel, reason: `${name} holds ${value}; it must be in 0 .. ${end - 1}.` });
  return value;
}
