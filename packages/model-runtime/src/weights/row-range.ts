import { WeightFileError } from "../errors/weight-file-error.ts";
import { asMatrix } from "./tensor-shape.ts";
import type { WeightTensor } from "./weight-file.ts";

/** Checks that rows exist. @throws WeightFileError where they do not. */
export function checkRowRange(
  file: string,
  tensor: WeightTensor | undefined,
  name: string,
  firstRow: number,
  rowCount: number,
): WeightTensor {
  if (tensor === undefined) {
    throw new WeightFileError({
      file,
      tensor: name,
      problem: "has no such tensor",
      remedy: "Check that the file holds the model its metadata describes.",
    });
  }
  const { rows } = asMatrix(tensor.shape);
  const isWhole = Number.isSafeInteger(firstRow) && Number.isSafeInteger(rowCount);
  if (!isWhole || firstRow < 0 || rowCount < 0 || firstRow + rowCount > rows) {
    throw new WeightFileError({
      file,
      tensor: name,
      problem: `rows ${firstRow} to ${firstRow + rowCount} were asked for where there are ${rows}`,
      remedy: "Check that the model's configuration matches its weights.",
    });
  }
  return tensor;
}
