export { openWeightFile } from "./open-weight-file.ts";
export { pullModel, type PullOptions, type PullProgress } from "./hub/pull-model.ts";
export type { WeightDtype, WeightFile, WeightTensor } from "./weight-file.ts";
