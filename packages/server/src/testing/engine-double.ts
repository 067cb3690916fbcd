import { setTimeout as sleep } from "node:timers/promises";
import type {
  ChatMessage,
  ContextInfo,
  ContextRegistration,
  Engine,
  EngineEvent,
  EngineInfo,
  FinishReason,
  GenerationRequest,
  PositionLogprobs,
} from "@kvasir/model-runtime";
import { KvError } from "@kvasir/kv-core";

/**
 * A double of the `Engine` interface for this package's tests: no model behind it. Tokens are bytes after three special
 * ones, "generation" repeats the alphabet, and requests hold one made-up page each while they run.
 */
export interface EngineDouble extends Engine {
  /** Requests seen, oldest first. */
  readonly requests: GenerationRequest[];
  /** Generations that have not ended. */
  readonly running: () => number;
}

export interface EngineDoubleOptions {
  readonly tokenDelayMs?: number;
  /** Generations at once; more are refused as busy. */
  readonly capacity?: number;
  /** Thrown by the generation after so many tokens. */
  readonly failure?: { readonly afterTokens: number; readonly error: unknown };
  readonly maxModelLength?: number;
}

const bos = 1;
const firstByte = 3;
const vocabularySize = firstByte + 256;
const bytesPerToken = 64;

export class DoubleRejection extends KvError {
  readonly code = "KV_REQUEST_REJECTED";
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(reason: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super("DoubleRejection", message);
    this.reason = reason;
    this.details = details;
  }
}

const encode = (text: string): number[] => [...Buffer.from(text)].map((byte) => byte + firstByte);
const decode = (tokens: readonly number[]): string =>
  Buffer.from(tokens.filter((token) => token >= firstByte).map((token) => token - firstByte)).toString();
const render = (messages: readonly ChatMessage[]): string => messages.map(({ role, content }) => `<${role}>${content}`).join("");

function logprobsOf(token: number, count: number): PositionLogprobs {
  const top = Array.from({ length: count }, (_, rank) => ({ token: token + rank, text: decode([token + rank]), logprob: -0.5 - rank }));
  return { token, text: decode([token]), logprob: -0.5, top };
}

export function createEngineDouble(options: EngineDoubleOptions = {}): EngineDouble {
  const maxModelLength = options.maxModelLength ?? 512;
  const contexts = new Map<string, { readonly info: ContextInfo; readonly tenant: string; readonly content: string }>();
  const requests: GenerationRequest[] = [];
  const counts = { prompt: 0, generated: 0, running: 0 };

  const visible = (id: string, tenant: string): ContextInfo | undefined => {
    const entry = contexts.get(id);
    return entry !== undefined && (entry.tenant === tenant || entry.info.visibility === "public") ? entry.info : undefined;
  };

  const info: EngineInfo = {
    model: "double",
    architecture: "none",
    parameters: 1_000_000,
    weightBytes: 4_000_000,
    weightFormat: "none",
    notes: ["weights are made up"],
    maxModelLength,
    vocabularySize,
    backend: "none",
    backendDescription: "test double <no backend>",
    policies: ["full", "window"],
    defaultPolicy: "full",
    kvDtype: "f32",
    kvBytesPerToken: bytesPerToken,
    pageSize: 16,
    totalPages: 8,
    kvPoolBytes: 8 * 16 * bytesPerToken,
  };

  async function* generate(request: GenerationRequest, signal?: AbortSignal): AsyncGenerator<EngineEvent, void, undefined> {
    requests.push(request);
    if (counts.running >= (options.capacity ?? Infinity))
      throw new DoubleRejection("busy", "All 8 pages are taken.", { retryAfterSeconds: 3 });
    counts.running++;
    try {
      const contextTokens = request.contexts.reduce((sum, id) => sum + (visible(id, request.tenant)?.tokens ?? 0), 0);
      const promptTokens = contextTokens + request.prompt.length;
      counts.prompt += promptTokens;
      const { promptLogprobs: wanted } = request;
      yield {
        type: "prompt-ready",
        cachedTokens: contextTokens,
        ...(wanted === undefined
          ? {}
          : { promptLogprobs: request.prompt.map((token, index) => (index === 0 ? null : logprobsOf(token, wanted))) }),
      };
      let text = "";
      let completionTokens = 0;
      let reason: FinishReason = "length";
      while (completionTokens < request.maxTokens) {
        if (options.failure?.afterTokens === completionTokens) throw options.failure.error;
        if (options.tokenDelayMs !== undefined)
          await sleep(options.tokenDelayMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
        if (signal?.aborted === true) {
          reason = "cancelled";
          break;
        }
        const letter = String.fromCharCode(97 + (((request.sampling.seed ?? 0) + completionTokens) % 26));
        completionTokens++;
        counts.generated++;
        text += letter;
        if (request.stop.some((stop) => text.endsWith(stop))) {
          reason = "stop";
          break;
        }
        const token = encode(letter)[0] ?? firstByte;
        yield {
          type: "token-delta",
          tokens: [token],
          text: letter,
          ...(request.logprobs === undefined ? {} : { logprobs: [logprobsOf(token, request.logprobs)] }),
        };
      }
      const tokens = promptTokens + completionTokens;
      yield {
        type: "finished",
        reason,
        usage: {
          promptTokens,
          completionTokens,
          cachedTokens: contextTokens,
          contextTokens,
          recomputedTokens: 0,
          policy: request.policy ?? info.defaultPolicy,
          kvBytes: tokens * bytesPerToken,
          denseKvBytes: tokens * bytesPerToken,
          keptRatio: 1,
        },
      };
    } finally {
      counts.running--;
    }
  }

  async function createContext(registration: ContextRegistration): Promise<{ context: ContextInfo; isNew: boolean }> {
    const content = typeof registration.content === "string" ? registration.content : render(registration.content);
    const id = registration.id ?? `ctx-${Buffer.from(content).toString("hex").slice(0, 12)}`;
    const existing = contexts.get(id);
    if (existing !== undefined) {
      if (existing.content !== content) throw new DoubleRejection("context-conflict", `Context "${id}" has other content.`);
      return { context: existing.info, isNew: false };
    }
    const tokens = encode(content).length;
    if (tokens >= maxModelLength) {
      throw new DoubleRejection("prompt-too-long", `The context has ${tokens} tokens, but at most ${maxModelLength} fit.`, {
        param: "content",
      });
    }
    const context: ContextInfo = {
      id,
      created: 1_700_000_000,
      title: registration.title ?? null,
      tokens,
      visibility: registration.visibility,
      policy: registration.policy ?? info.defaultPolicy,
      kvBytes: tokens * bytesPerToken,
      denseKvBytes: tokens * bytesPerToken,
    };
    contexts.set(id, { info: context, tenant: registration.tenant, content });
    return { context, isNew: true };
  }

  return {
    info,
    requests,
    running: () => counts.running,
    generate,
    async tokenize(text, { addSpecialTokens }) {
      if (text.length > 50 * maxModelLength) throw new DoubleRejection("prompt-too-long", `The text has ${text.length} characters.`);
      return addSpecialTokens ? [bos, ...encode(text)] : encode(text);
    },
    tokenizeChat: async (messages) => encode(`${render(messages)}<assistant>`),
    detokenize: async (tokens) => decode(tokens),
    tokenTexts: async (tokens) => tokens.map((token) => (token === bos ? "<s>" : decode([token]))),
    createContext,
    getContext: async (id, tenant) => visible(id, tenant),
    listContexts: async (tenant) => [...contexts.keys()].flatMap((id) => visible(id, tenant) ?? []),
    deleteContext: async (id, tenant) => contexts.get(id)?.tenant === tenant && contexts.delete(id),
    stats: async () => ({
      promptTokens: counts.prompt,
      prefillTokensComputed: counts.prompt,
      cachedTokens: 0,
      generatedTokens: counts.generated,
      preemptions: 0,
      savedTokenReads: 0,
      requestsRunning: counts.running,
      requestsWaiting: 0,
      pages: { free: 8 - counts.running, referenced: counts.running, cached: 0 },
      kvBytes: { pool: info.kvPoolBytes, used: counts.running * 16 * bytesPerToken },
    }),
    close: async () => {},
  };
}
