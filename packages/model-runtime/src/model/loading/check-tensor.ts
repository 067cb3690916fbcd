import { ModelTensorError } from "../../errors/model-tensor-error.ts";
import type { WeightFile } from "../../weights/weight-file.ts";

/** @throws ModelTensorError where the tensor is missing or has another shape. */
export function checkTensor(file: WeightFile, name: string, expectedShape: readonly number[]): void {
  const foundShape = file.tensors.get(name)?.shape;
  const isAsExpected = foundShape?.length === expectedShape.length && foundShape.every((size, axis) => size === expectedShape[axis]);
  if (!isAsExpected) throw new ModelTensorError({ tensor: name, expectedShape, foundShape });
}
