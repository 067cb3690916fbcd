/** Element types of activations and index arrays. */
export type TensorDtype = "f32" | "i32";

/** A dense row-major array in a backend's memory. Only the backend that made it can read it. */
export interface Tensor {
  readonly dtype: TensorDtype;
  /** Elements. */
  readonly length: number;
}
