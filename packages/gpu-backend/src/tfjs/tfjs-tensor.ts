import { KernelFailedError, StaleHandleError, type Tensor, type TensorDtype } from "@kvasir/kv-core";
import type { Engine } from "./engine/engine.ts";
import type { TfTensor } from "./engine/tensorflow.ts";

/** Pieces a tensor may lie in before they are put together. */
const MAX_PIECES = 6;

/** Elements `from .. to - 1`, which lie in an immutable tensor of any shape from element `start` on; zeros where there is none. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly tensor: TfTensor | undefined;
  readonly start: number;
}

/**
 * A tensor of the contract, whose elements change, out of immutable ones. Operators write a few first rows of tensors made for many: such
 * a result becomes a piece of its own, and what it does not cover stays where it was, without a copy.
 */
export class TfjsTensor implements Tensor {
  readonly dtype: TensorDtype;
  readonly length: number;
  readonly #engine: Engine;
  #pieces: readonly Piece[];
  /** All elements, where the host wrote last. */
  #host: Float32Array | Int32Array | undefined;
  #isDisposed = false;
  /** Counts writes, for what is derived from the elements. */
  version = 0;

  constructor(engine: Engine, dtype: TensorDtype, length: number) {
    this.#engine = engine;
    this.dtype = dtype;
    this.length = length;
    this.#pieces = length === 0 ? [] : [{ from: 0, to: length, tensor: undefined, start: 0 }];
    this.#host = dtype === "i32" ? new Int32Array(length) : undefined;
  }

  get engine(): Engine {
    return this.#engine;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** The elements on the host: those it wrote, or, where an operator wrote last, read from the device. */
  hostValues(length: number): Float32Array | Int32Array {
    if (this.#host === undefined) {
      const device = this.#engine.tf.tidy(() => this.read([this.length]).dataSync());
      this.#host = this.dtype === "i32" ? Int32Array.from(device) : Float32Array.from(device);
    }
    return this.#host.subarray(0, length);
  }

  /** Writes host data, which is copied. */
  writeHost(data: Float32Array | Int32Array, from: number): void {
    let host = data.length === this.length ? data.slice() : this.#host?.slice();
    // Operators need index arrays on the host, whichever part of them is written.
    if (this.dtype === "i32") host ??= this.hostValues(this.length).slice();
    host?.set(data, from);
    if (data.length > 0)
      this.write(
        from,
        this.#engine.kept(() => this.#engine.upload(data, [data.length])),
      );
    this.#host = host;
  }

  /** Elements for the host. */
  async readHost(from: number, length: number): Promise<Float32Array | Int32Array> {
    if (this.#host !== undefined) return this.#host.slice(from, from + length);
    const elements = this.#engine.kept(() => this.#engine.tf.clone(this.readFrom(from, [length])));
    const values = await elements.data();
    elements.dispose();
    return this.dtype === "i32" ? Int32Array.from(values) : Float32Array.from(values);
  }

  /** Takes over a tensor as the elements from `from` on. */
  write(from: number, tensor: TfTensor): void {
    const to = from + tensor.size;
    const pieces: Piece[] = [];
    for (const piece of this.#pieces) {
      const isLeft = piece.from < from;
      const isRight = piece.to > to;
      if (isLeft) pieces.push({ ...piece, to: Math.min(piece.to, from) });
      if (!isRight) {
        if (!isLeft) piece.tensor?.dispose();
        continue;
      }
      const start = piece.start + Math.max(0, to - piece.from);
      // Both sides of a piece that is cut in two need the elements.
      const right = isLeft && piece.tensor !== undefined ? this.#engine.tf.keep(this.#engine.tf.clone(piece.tensor)) : piece.tensor;
      pieces.push({ from: Math.max(piece.from, to), to: piece.to, tensor: right, start });
    }
    const at = pieces.findIndex((piece) => piece.from >= to);
    pieces.splice(at < 0 ? pieces.length : at, 0, { from, to, tensor, start: 0 });
    this.#pieces = pieces;
    this.#host = undefined;
    this.version++;
    if (pieces.length > MAX_PIECES) this.#join();
  }

  /** The first elements in a shape; belongs into `tidy`. What it returns may be the tensor's own: it is not to be kept or disposed. */
  read(shape: readonly number[]): TfTensor {
    return this.readFrom(0, shape);
  }

  readFrom(from: number, shape: readonly number[]): TfTensor {
    const { tf } = this.#engine;
    const to = from + shape.reduce((product, extent) => product * extent, 1);
    const dtype = this.dtype === "i32" ? "int32" : "float32";
    if (to === from) return tf.zeros([...shape], dtype);
    const parts: TfTensor[] = [];
    for (const piece of this.#pieces) {
      const first = Math.max(from, piece.from);
      const count = Math.min(to, piece.to) - first;
      if (count <= 0) continue;
      const { tensor } = piece;
      if (tensor === undefined) parts.push(tf.zeros([count], dtype));
      else if (count === tensor.size) parts.push(tensor);
      else parts.push(tf.slice(tf.reshape(tensor, [tensor.size]), [piece.start + first - piece.from], [count]));
    }
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return hasShape(only, shape) ? only : tf.reshape(only, [...shape]);
    const flat = parts.map((part) => tf.reshape(part, [part.size]));
    return tf.reshape(tf.concat(flat, 0), [...shape]);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const { tensor } of this.#pieces) tensor?.dispose();
    this.#pieces = [];
  }

  #join(): void {
    const whole = this.#engine.kept(() => this.#engine.tf.clone(this.read([this.length])));
    for (const { tensor } of this.#pieces) tensor?.dispose();
    this.#pieces = [{ from: 0, to: this.length, tensor: whole, start: 0 }];
  }
}

function hasShape({ shape }: TfTensor, wanted: readonly number[]): boolean {
  return shape.length === wanted.length && wanted.every((extent, index) => extent === shape[index]);
}

/**
 * A tensor of this engine with at least `length` elements.
 * @throws KernelFailedError, or StaleHandleError where it is disposed
 */
export function operand(engine: Engine, kernel: string, name: string, tensor: Tensor, dtype: TensorDtype, length: number): TfjsTensor {
  if (!(tensor instanceof TfjsTensor) || tensor.engine !== engine) {
    throw new KernelFailedError({ kernel, reason: `tensor "${name}" was not made by this backend.` });
  }
  if (tensor.isDisposed) throw new StaleHandleError({ handle: `"${name}", a tensor of ${tensor.length} ${dtype}`, operation: kernel });
  if (tensor.dtype !== dtype || tensor.length < length) {
    const reason = `tensor "${name}" is ${tensor.dtype}[${tensor.length}] where ${dtype}[${length}] or more is needed.`;
    throw new KernelFailedError({ kernel, reason });
  }
  return tensor;
}
