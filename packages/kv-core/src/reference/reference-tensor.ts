import type { Tensor, TensorDtype } from "../backend/tensor.ts";
import { KernelFailedError } from "../errors/kernel-failed-error.ts";
import { StaleHandleError } from "../errors/stale-handle-error.ts";

/** Plain array behind a tensor: f64 when the backend keeps full precision, else f32; i32 for indices. */
export type TensorData = Float64Array | Float32Array | Int32Array;

/** A tensor of the reference backend. */
export class ReferenceTensor implements Tensor {
  readonly dtype: TensorDtype;
  readonly length: number;
  isDisposed = false;
  readonly data: TensorData;

  constructor(dtype: TensorDtype, length: number, data: TensorData) {
    this.dtype = dtype;
    this.length = length;
    this.data = data;
  }
}

/** The array behind `tensor`, after checking that it is ours, alive, of the right type and long enough. */
export function operand(kernel: string, name: string, tensor: Tensor, dtype: TensorDtype, length: number): TensorData {
  if (!(tensor instanceof ReferenceTensor)) {
    throw new KernelFailedError({ kernel, reason: `${name} is a tensor of another backend. Create it with this backend.` });
  }
  if (tensor.isDisposed) throw new StaleHandleError({ handle: `${name}, a tensor of ${tensor.length} ${tensor.dtype}`, operation: kernel });
  if (tensor.dtype !== dtype) throw new KernelFailedError({ kernel, reason: `${name} is ${tensor.dtype} where ${dtype} is needed.` });
  if (tensor.length < length) {
    throw new KernelFailedError({ kernel, reason: `${name} has ${tensor.length} elements where ${length} are needed.` });
  }
  return tensor.data;
}
