import { KernelFailedError, type Tensor, type TensorDtype } from "@kvasir/kv-core";
import type { KernelHost } from "./host/kernel-host.ts";

/** A tensor in the memory of one host. */
export class CpuTensor implements Tensor {
  readonly dtype: TensorDtype;
  readonly length: number;
  readonly address: number;
  readonly host: KernelHost;
  #elements: Float32Array | Int32Array | undefined;

  constructor(host: KernelHost, dtype: TensorDtype, length: number) {
    this.host = host;
    this.dtype = dtype;
    this.length = length;
    this.address = host.allocate(length * 4);
  }

  /** The elements where they lie; not valid after the tensor is disposed. */
  get elements(): Float32Array | Int32Array {
    if (this.#elements === undefined) {
      const { buffer, byteOffset } = this.host.bytes(this.address, this.length * 4);
      this.#elements =
        this.dtype === "f32" ? new Float32Array(buffer, byteOffset, this.length) : new Int32Array(buffer, byteOffset, this.length);
    }
    return this.#elements;
  }
}

/**
 * Address of a tensor, after checking that it is one of this host's and holds at least `length` elements.
 * @throws KernelFailedError otherwise.
 */
export function addressOf(host: KernelHost, kernel: string, name: string, tensor: Tensor, dtype: TensorDtype, length: number): number {
  if (!(tensor instanceof CpuTensor) || tensor.host !== host) {
    throw new KernelFailedError({ kernel, reason: `tensor "${name}" was not made by this backend.` });
  }
  if (tensor.dtype !== dtype || tensor.length < length) {
    const reason = `tensor "${name}" is ${tensor.dtype}[${tensor.length}] where ${dtype}[${length}] or more is needed.`;
    throw new KernelFailedError({ kernel, reason });
  }
  return tensor.address;
}
