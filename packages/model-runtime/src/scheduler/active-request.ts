import type {
  BoundPolicy,
  CachedContext,
  PageId,
  PinnedPages,
  PlacementPlan,
  RecodeQueue,
  SequenceCache,
  SequenceId,
  SequenceView,
} from "@kvasir/kv-core";
import type { FinishReason, GenerationRequest, PositionLogprobs } from "../engine/engine-api.ts";
import type { PendingRecompute } from "./place-contexts.ts";
import type { PrefixChain } from "./prefix-chain.ts";

/** A bound policy and what the engine needs to know of it. */
export interface PolicyPreset {
  readonly name: string;
  readonly policy: BoundPolicy;
  readonly fidelity: "exact" | "approximate";
  /** Codecs that its policies recode pages in. */
  readonly codecs: readonly string[];
}

/** Log-probabilities at a new token's place, as far as the request asked for them. */
export interface TokenScores {
  readonly logprobs: PositionLogprobs | undefined;
  readonly fullLogprobs: Float32Array | undefined;
}

/** What an active request tells the side that waits for it. */
export interface RequestListener {
  onPromptReady(cachedTokens: number, promptLogprobs: readonly (PositionLogprobs | null)[] | undefined): void;
  onToken(token: number, scores: TokenScores): void;
  onFinished(reason: FinishReason): void;
  onFailed(error: unknown): void;
}

export type RequestStatus = "waiting" | "running" | "ended";

/** A registered context as one request names it. */
export interface PlaceableContext extends CachedContext {
  /** All of its pages; the same object as long as it is registered. */
  readonly pinned: PinnedPages;
  /** All of its tokens, those that `skip` leaves out too. */
  readonly tokens: readonly number[];
}

/** What a request is made of. */
export interface ActiveRequestFields {
  readonly id: SequenceId;
  readonly request: GenerationRequest;
  readonly preset: PolicyPreset;
  readonly chain: PrefixChain;
  readonly tokens: readonly number[];
  /** How many of them, from the first on, are of contexts. */
  readonly contextLength: number;
  readonly listener: RequestListener;
  readonly beginning?: PinnedPages | undefined;
  /** Registered contexts that the policy places; none where it places nothing. */
  readonly contexts?: readonly PlaceableContext[];
  /** Whether the request is the registration of a context: its KV is kept, in the form that the policy gives it. */
  readonly isContext?: boolean;
}

/** A request from its arrival to its end. The scheduler and the step runner change it; nothing else does. */
export class ActiveRequest {
  readonly id: SequenceId;
  readonly request: GenerationRequest;
  readonly preset: PolicyPreset;
  readonly chain: PrefixChain;
  readonly listener: RequestListener;
  /** Pages of the context that the prompt begins with, where its KV is the one this request would compute. */
  readonly beginning: PinnedPages | undefined;
  readonly isContext: boolean;
  /** Registered contexts that the policy places, each from its own pages. */
  readonly contexts: readonly PlaceableContext[];
  /** One reference each to the contexts' pages, so that they outlive their registration as long as the request may need them. */
  readonly heldPages: PageId[] = [];
  /** Where the request starts from, where its policy has said so. */
  placement: PlacementPlan | undefined;
  /** Whether its policy was asked; without a `placement` then, the prompt is computed as any other. */
  isPlacementDecided = false;
  /** What is to be computed before anything else of the prompt. */
  recompute: PendingRecompute | undefined;
  /** Tokens of contexts, prompt and output so far. */
  readonly tokens: number[];
  readonly promptLength: number;
  readonly contextLength: number;
  status: RequestStatus = "waiting";
  /** Pages held; absent while waiting. */
  cache: SequenceCache | undefined;
  /** Pages of `cache` that are being recoded; absent while waiting. */
  recodings: RecodeQueue | undefined;
  /** Tokens whose KV is in the cache or was dropped from it by the policy. */
  computed = 0;
  /** Prompt tokens found in the cache when the request was first admitted. */
  cachedTokens = 0;
  recomputedTokens = 0;
  /** Pages it was expected to need when it arrived, beyond those that held the start of its prompt. */
  newPages = 0;
  /** Whether KV of this request may enter the prefix index: not after a policy has dropped anything or read less. */
  isIndexable = true;
  /** Set while a step that includes this request runs; ending waits for the step. */
  isInFlight = false;
  /** Asked to end while in flight. */
  isCancelled = false;
  wasAdmitted = false;
  isPromptReported = false;
  /** Of the prompt after contexts, as far as computed; nothing predicts its first token. */
  readonly promptLogprobs: (PositionLogprobs | null)[] = [null];

  constructor(fields: ActiveRequestFields) {
    this.id = fields.id;
    this.request = fields.request;
    this.preset = fields.preset;
    this.chain = fields.chain;
    this.listener = fields.listener;
    this.beginning = fields.beginning;
    this.isContext = fields.isContext === true;
    // Something of the prompt is always computed: without a question there is nothing to place contexts for.
    this.contexts = fields.contextLength < fields.tokens.length ? (fields.contexts ?? []) : [];
    this.tokens = [...fields.tokens];
    this.promptLength = fields.tokens.length;
    this.contextLength = fields.contextLength;
  }

  /** Whether its policy has still to say where it starts from. */
  get needsPlacement(): boolean {
    return this.contexts.length > 0 && !this.isPlacementDecided;
  }

  /** Tokens that have no KV yet. */
  get remaining(): number {
    return this.tokens.length - this.computed;
  }

  get generatedTokens(): number {
    return this.tokens.length - this.promptLength;
  }

  /** Whether only the newest generated token lacks KV. */
  get isDecoding(): boolean {
    return this.remaining === 1 && this.computed >= this.promptLength;
  }

  view(cache: SequenceCache, pageSize: number): SequenceView {
    return {
      id: this.id,
      tokens: this.tokens,
      length: this.computed,
      promptLength: this.promptLength,
      contextLength: this.contextLength,
      segments: cache.toSegments([this.id]),
      recoding: this.recodings?.pages ?? [],
      pageSize,
    };
  }
}
