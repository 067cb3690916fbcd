import type { SamplingOptions } from "../sampler/sampling-options.ts";

/** Why a generation ended. */
export type FinishReason = "stop" | "length" | "cancelled";

/** A token and its log-probability under the model, before temperature. */
export interface TokenLogprob {
  readonly token: number;
  readonly text: string;
  /** Natural log. */
  readonly logprob: number;
}

/** The chosen token's log-probability beside those of the most likely ones. */
export interface PositionLogprobs extends TokenLogprob {
  readonly top: readonly TokenLogprob[];
}

export interface GenerationRequest {
  /** Prompt after any contexts. May be empty only where contexts are named. */
  readonly prompt: readonly number[];
  /** Ids of registered contexts, placed before the prompt in this order. */
  readonly contexts: readonly string[];
  /** Name of a policy preset; the engine's default where absent. */
  readonly policy?: string;
  /** Who asks: nothing cached is shared between tenants but public contexts. */
  readonly tenant: string;
  /** 0 computes the prompt only (for `promptLogprobs`). */
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** Generation ends before the first of these in the text. */
  readonly stop: readonly string[];
  readonly ignoreEos: boolean;
  /** Number of most likely alternatives to report per generated token. */
  readonly logprobs?: number;
  /** The first tokens of the output, taken as given instead of chosen (teacher forcing); what follows them is chosen as usual. */
  readonly forcedTokens?: readonly number[];
  /** Whether every token comes with the log-probabilities of the whole vocabulary at its place: 4 bytes per token of the vocabulary. */
  readonly fullLogprobs?: boolean;
  /** Number of alternatives to report per prompt token; the first prompt token has none. */
  readonly promptLogprobs?: number;
}

/** What a request cost, true to the byte: taken from the page pool, not computed from formulas. */
export interface GenerationUsage {
  /** Tokens of contexts and prompt. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens whose KV was found in the cache. */
  readonly cachedTokens: number;
  readonly contextTokens: number;
  readonly recomputedTokens: number;
  readonly policy: string;
  /** Bytes of the pages the sequence holds at the end, shared pages included. */
  readonly kvBytes: number;
  /** Bytes the same tokens take without a policy. */
  readonly denseKvBytes: number;
  /** Tokens the sequence still attends / tokens it has seen. */
  readonly keptRatio: number;
}

/** Error that crosses the worker boundary: fields of `KvError` or of a runtime error as plain data. */
export interface EngineFailure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** Numbers and names from the message, for callers that act on them. */
  readonly details: Readonly<Record<string, unknown>>;
}

export type EngineEvent =
  /** The prompt's KV is complete. */
  | { readonly type: "prompt-ready"; readonly cachedTokens: number; readonly promptLogprobs?: readonly (PositionLogprobs | null)[] }
  /** New tokens. `text` may be empty while a character or a possible stop string is incomplete; it never contains a stop string. */
  | {
      readonly type: "token-delta";
      readonly tokens: readonly number[];
      readonly text: string;
      readonly logprobs?: readonly PositionLogprobs[];
      /** For each token, the natural log of every token's probability at its place, by id; before temperature and other adjustments. */
      readonly fullLogprobs?: readonly Float32Array[];
    }
  | { readonly type: "finished"; readonly reason: FinishReason; readonly usage: GenerationUsage };

/** A message of a chat, or of a context. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

export type ContextContent = string | readonly ChatMessage[];

export interface ContextRegistration {
  /** Derived from the content where absent. */
  readonly id?: string;
  readonly title?: string;
  readonly content: ContextContent;
  readonly visibility: "private" | "public";
  readonly policy?: string;
  readonly tenant: string;
}

export interface ContextInfo {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly title: string | null;
  readonly tokens: number;
  readonly visibility: "private" | "public";
  readonly policy: string;
  readonly kvBytes: number;
  readonly denseKvBytes: number;
}

/** What never changes while an engine lives. */
export interface EngineInfo {
  /** Served model name. */
  readonly model: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly weightBytes: number;
  /** Longest sequence, prompt and completion together. */
  readonly maxModelLength: number;
  readonly vocabularySize: number;
  readonly backend: string;
  readonly backendDescription: string;
  readonly policies: readonly string[];
  readonly defaultPolicy: string;
  readonly kvDtype: string;
  /** How most weights are held, e.g. `bf16` or `u4 g32`. */
  readonly weightFormat: string;
  /** Fallbacks taken while loading, for people. */
  readonly notes: readonly string[];
  readonly kvBytesPerToken: number;
  readonly pageSize: number;
  readonly totalPages: number;
  readonly kvPoolBytes: number;
}

/** Counters since start, and the state now. */
export interface EngineStats {
  readonly promptTokens: number;
  readonly prefillTokensComputed: number;
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  readonly preemptions: number;
  /** Reads of cached tokens saved because requests of one step that share them read them once: (readers - 1) x tokens. */
  readonly savedTokenReads: number;
  readonly requestsRunning: number;
  readonly requestsWaiting: number;
  readonly pages: { readonly free: number; readonly referenced: number; readonly cached: number };
  /** Bytes by kind: `pool` (all pages), `used` (referenced and cached pages). */
  readonly kvBytes: { readonly pool: number; readonly used: number };
}

/** Runs a model: in this process, or behind a worker thread; callers cannot tell. */
export interface Engine {
  readonly info: EngineInfo;
  /**
   * Generates tokens. Aborting `signal`, or leaving the iteration, frees the request's pages within one step.
   * @throws RequestRejectedError before the first event: unknown context or policy, prompt too long, engine full (retryable).
   */
  generate(request: GenerationRequest, signal?: AbortSignal): AsyncIterable<EngineEvent>;
  tokenize(text: string, options: { readonly addSpecialTokens: boolean }): Promise<number[]>;
  /** Renders messages with the model's chat template, ready for an answer. With `contexts`, only what follows them. */
  tokenizeChat(
    messages: readonly ChatMessage[],
    options: { readonly contexts: readonly string[]; readonly tenant: string },
  ): Promise<number[]>;
  detokenize(tokens: readonly number[]): Promise<string>;
  /** Text of each token alone, for logprobs and token lists. */
  tokenTexts(tokens: readonly number[]): Promise<string[]>;
  /** Prefills a context once. `isNew` is false where the same id and content were there before. */
  createContext(
    registration: ContextRegistration,
    signal?: AbortSignal,
  ): Promise<{ readonly context: ContextInfo; readonly isNew: boolean }>;
  getContext(id: string, tenant: string): Promise<ContextInfo | undefined>;
  listContexts(tenant: string): Promise<readonly ContextInfo[]>;
  /** For the tenant that registered it; running requests keep their pages until they end. */
  deleteContext(id: string, tenant: string): Promise<boolean>;
  stats(): Promise<EngineStats>;
  /** Stops taking requests, lets running ones end (or cancels them when `drain` is false), frees everything. */
  close(options?: { readonly drain: boolean }): Promise<void>;
}
