import type { KernelBackend } from "../../backend/kernel-backend.ts";
import type { Matrix, MatrixSource } from "../../backend/matrix.ts";
import type { Tensor } from "../../backend/tensor.ts";

/** A backend on the test bench: makes operands, and gives back everything it made. */
export class BackendBench {
  readonly backend: KernelBackend;
  #cleanups: (() => void)[] = [];

  constructor(backend: KernelBackend) {
    this.backend = backend;
  }

  /** A tensor with these elements. */
  upload(data: Float32Array | Int32Array): Tensor {
    const tensor = this.backend.createTensor(data instanceof Int32Array ? "i32" : "f32", data.length);
    this.onCleanup(() => this.backend.disposeTensor(tensor));
    this.backend.writeTensor(tensor, data);
    return tensor;
  }

  /** A tensor for results, filled with a value that no result has, so that what is not written shows. */
  blank(length: number, fill = 1234.5): Tensor {
    return this.upload(new Float32Array(length).fill(fill));
  }

  matrix(source: MatrixSource): Matrix {
    const matrix = this.backend.createMatrix(source);
    this.onCleanup(() => this.backend.disposeMatrix(matrix));
    return matrix;
  }

  /** Runs what is enqueued and reads a tensor. */
  async download(tensor: Tensor): Promise<Float32Array | Int32Array> {
    await this.backend.submit();
    return (await this.backend.readTensor(tensor)).slice();
  }

  onCleanup(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** Gives back what this bench made since the last time. */
  cleanUp(): void {
    for (const cleanup of this.#cleanups.reverse()) cleanup();
    this.#cleanups = [];
  }
}
