/**
 * StreamingLLM as a Kvasir policy: keep the first tokens and a window of recent ones, give the pages between them back.
 * @module
 */
export { streamingLlm } from "./streaming-llm.ts";
export type { StreamingLlmOptions } from "./streaming-llm-options.ts";
