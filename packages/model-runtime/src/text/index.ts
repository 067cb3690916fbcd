export { openText, type ModelText } from "./open-text.ts";
export type { DecodeOptions, EncodeOptions, Tokenizer } from "./tokenizer.ts";
export type { StreamDecoder } from "./stream-decoder.ts";
export { StopMatcher, type StopResult } from "./stop-strings.ts";
export { ChatFormatter } from "./chat/chat-formatter.ts";
export type { ContextRendering } from "./chat/context-rendering.ts";
