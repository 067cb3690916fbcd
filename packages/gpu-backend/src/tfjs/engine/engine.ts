import type { EngineTraits } from "./engine-traits.ts";
import type { TensorFlow, TfTensor } from "./tensorflow.ts";

/** Elements that elementwise kernels take at a time at most. */
const VECTOR = 16;

/** A TensorFlow.js engine with detours around what it does differently from others. Calls belong into `tidy`. */
export class Engine {
  readonly tf: TensorFlow;
  readonly traits: EngineTraits;

  constructor(tf: TensorFlow, traits: EngineTraits) {
    this.tf = tf;
    this.traits = traits;
  }

  /** What `body` makes, kept until it is disposed; everything else that `body` makes is disposed at once. */
  kept(body: () => TfTensor): TfTensor {
    return this.tf.keep(this.tf.tidy(body));
  }

  /** A tensor with a copy of host data: engines read an array when they first need it, and by then it may hold something else. */
  upload(data: Float32Array | Int32Array, shape: readonly number[]): TfTensor {
    return this.tf.tensor(data.slice(), [...shape], data instanceof Int32Array ? "int32" : "float32");
  }

  /** `[rows, inner] x [inner, columns]`; a row's result is the same to the bit however many rows there are. */
  product(a: TfTensor, b: TfTensor): TfTensor {
    const { tf } = this;
    const [rows = 0, inner = 0] = a.shape;
    if (rows > 1 || !this.traits.hasSpecialSingleRows) return tf.matMul(a, b);
    return tf.slice(tf.matMul(tf.concat([a, a], 0), b), [0, 0], [rows, inner === 0 ? 0 : (b.shape[1] ?? 0)]);
  }

  /**
   * `[heads, rows, inner] x [heads, inner, columns]`.
   * @param b one tensor for all heads, or `[inner, columns]` for each where the engine's batched product is slow
   */
  headProducts(a: TfTensor, b: readonly TfTensor[]): TfTensor {
    const { tf } = this;
    const [first] = b;
    if (first === undefined) return a;
    if (first.shape.length === 3) return tf.matMul(a, first);
    const [heads = 0, rows = 0, inner = 0] = a.shape;
    const products = b.map((matrix, head) => tf.matMul(tf.reshape(tf.slice(a, [head, 0, 0], [1, rows, inner]), [rows, inner]), matrix));
    const [only] = products;
    return heads === 1 && only !== undefined ? tf.reshape(only, [1, rows, only.shape[1] ?? 0]) : tf.stack(products, 0);
  }

  /** Heads `first .. first + count - 1` of what `headProducts` takes. */
  someHeads(b: readonly TfTensor[], first: number, count: number): readonly TfTensor[] {
    const [whole] = b;
    if (whole === undefined || whole.shape.length === 2) return b.slice(first, first + count);
    const [heads = 0, inner = 0, columns = 0] = whole.shape;
    return count === heads ? b : [this.tf.slice(whole, [first, 0, 0], [count, inner, columns])];
  }

  /** `[heads, inner, columns]` as `headProducts` likes it best. */
  byHead(x: TfTensor): readonly TfTensor[] {
    if (this.traits.hasFastBatchedProducts) return [x];
    const [heads = 0, inner = 0, columns = 0] = x.shape;
    return Array.from({ length: heads }, (_, head) =>
      this.tf.reshape(this.tf.slice(x, [head, 0, 0], [1, inner, columns]), [inner, columns]),
    );
  }

  exp(x: TfTensor): TfTensor {
    return this.#elementwise(x, (padded) => this.tf.exp(padded));
  }

  log(x: TfTensor): TfTensor {
    return this.#elementwise(x, (padded) => this.tf.log(padded));
  }

  sigmoid(x: TfTensor): TfTensor {
    return this.#elementwise(x, (padded) => this.tf.sigmoid(padded));
  }

  tanh(x: TfTensor): TfTensor {
    return this.#elementwise(x, (padded) => this.tf.tanh(padded));
  }

  /** Where an engine computes the elements that fill no vector by another formula, there are none of them. */
  #elementwise(x: TfTensor, apply: (x: TfTensor) => TfTensor): TfTensor {
    const { size, shape } = x;
    if (!this.traits.hasSpecialTails || size % VECTOR === 0) return apply(x);
    const flat = this.tf.reshape(x, [size]);
    return this.tf.reshape(this.tf.slice(apply(this.tf.pad(flat, [[0, VECTOR - (size % VECTOR)]])), [0], [size]), shape);
  }
}
