export { openWeightFile } from "./open-weight-file.ts";
export type { WeightDtype, WeightFile, WeightTensor } from "./weight-file.ts";
export { asMatrix } from "./tensor-shape.ts";
