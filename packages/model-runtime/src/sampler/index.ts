export { logSoftmax } from "./log-softmax.ts";
export { sample, takesLikeliest, type SampledToken } from "./sample.ts";
export { createSamplerState, type SamplerState } from "./sampler-state.ts";
export { tokenLogprobs, type ScoredChoice, type ScoredToken } from "./token-logprobs.ts";
export { validateSamplingOptions, type InvalidSamplingOption } from "./validate-sampling-options.ts";
export type { SamplingOptions } from "./sampling-options.ts";
