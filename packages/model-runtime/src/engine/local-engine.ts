import type { PinnedPages, SequenceId } from "@kvasir/kv-core";
import { OutOfPagesError } from "@kvasir/kv-core";
import { RequestRejectedError } from "../errors/request-rejected-error.ts";
import { ActiveRequest, type ActiveRequestFields, type PolicyPreset, type RequestListener } from "../scheduler/active-request.ts";
import type { PublicStart } from "../scheduler/prefix-chain.ts";
import type { ScheduledRows } from "../scheduler/scheduler.ts";
import { cachedContexts } from "./cached-contexts.ts";
import { contextInfo } from "./context-info.ts";
import { contextFingerprint, type RegisteredContext } from "./context-registry.ts";
import type {
  ChatMessage,
  ContextInfo,
  ContextRegistration,
  Engine,
  EngineEvent,
  EngineInfo,
  EngineStats,
  FinishReason,
  GenerationRequest,
} from "./engine-api.ts";
import type { EngineParts } from "./engine-parts.ts";
import { EventQueue } from "./event-queue.ts";
import type { SampledToken } from "./step-runner.ts";
import { TextOutput } from "./text-output.ts";
import { recodeInSlices } from "./recode-in-slices.ts";
import { generationUsage } from "./usage.ts";

/** Pages are recoded for so long between two steps at least, or small models would hardly get on with it. */
const MIN_SLICE_MS = 5;
/** The event loop turns at least so often while nothing but recoding goes on, so that requests come in and aborts take effect. */
const MAX_SLICE_MS = 50;

/** An engine in this process. One step at a time; between steps it lets the event loop turn, so that aborts take effect within one step. */
export class LocalEngine implements Engine {
  readonly info: EngineInfo;
  readonly #parts: EngineParts;
  readonly #counters = { promptTokens: 0, prefillTokensComputed: 0, cachedTokens: 0, generatedTokens: 0 };
  readonly #registering = new Map<string, Promise<RegisteredContext>>();
  #nextSequence = 1;
  #loop: Promise<void> | undefined;
  #isClosing = false;
  /** Time that the last step took. */
  #stepMs = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.info = parts.info;
  }

  generate(request: GenerationRequest, signal?: AbortSignal): AsyncIterable<EngineEvent> {
    let active: ActiveRequest | undefined;
    const abort = (): void => {
      if (active !== undefined) this.#finish(active, "cancelled");
    };
    const queue = new EventQueue<EngineEvent>(abort);
    try {
      this.#refuseWhenClosing();
      const contexts = request.contexts.map((id) => this.#parts.contexts.get(id, request.tenant));
      const preset = this.#preset(request.policy);
      active = this.#createRequest(request, contexts, preset, queue);
      this.#parts.admission.check(active);
    } catch (error) {
      queue.end(error);
      return queue;
    }
    if (signal?.aborted === true) {
      queue.end();
      return queue;
    }
    signal?.addEventListener("abort", abort, { once: true });
    this.#parts.scheduler.enqueue(active);
    this.#wake();
    return queue;
  }

  async tokenize(text: string, options: { readonly addSpecialTokens: boolean }): Promise<number[]> {
    this.#parts.text.checkLength(text);
    return this.#parts.text.tokenizer.encode(text, options);
  }

  async tokenizeChat(
    messages: readonly ChatMessage[],
    options: { readonly contexts: readonly string[]; readonly tenant: string },
  ): Promise<number[]> {
    for (const message of messages) this.#parts.text.checkLength(message.content);
    const contents = options.contexts.map((id) => this.#parts.contexts.get(id, options.tenant).content);
    return this.#parts.text.formatter.chatTokensAfterContexts(messages, contents);
  }

  async detokenize(tokens: readonly number[]): Promise<string> {
    this.#checkTokens(tokens);
    return this.#parts.text.tokenizer.decode(tokens, { skipSpecialTokens: false });
  }

  async tokenTexts(tokens: readonly number[]): Promise<string[]> {
    this.#checkTokens(tokens);
    return tokens.map((token) => this.#parts.text.tokenizer.tokenText(token));
  }

  async createContext(
    registration: ContextRegistration,
    signal?: AbortSignal,
  ): Promise<{ readonly context: ContextInfo; readonly isNew: boolean }> {
    this.#refuseWhenClosing();
    const preset = this.#preset(registration.policy);
    const fingerprint = contextFingerprint(registration, preset.name);
    const id = registration.id ?? `ctx-${fingerprint.slice(0, 24)}`;
    const existing = this.#parts.contexts.find(id, registration.tenant);
    if (existing !== undefined) return { context: sameContext(existing, id, fingerprint), isNew: false };
    const key = JSON.stringify([registration.visibility === "public" ? null : registration.tenant, id]);
    const pending = this.#registering.get(key);
    if (pending !== undefined) return { context: sameContext(await pending, id, fingerprint), isNew: false };

    const work = this.#prefillContext({ ...registration, id }, preset, fingerprint, signal);
    this.#registering.set(key, work);
    try {
      return { context: (await work).info, isNew: true };
    } finally {
      this.#registering.delete(key);
    }
  }

  async getContext(id: string, tenant: string): Promise<ContextInfo | undefined> {
    return this.#parts.contexts.find(id, tenant)?.info;
  }

  async listContexts(tenant: string): Promise<readonly ContextInfo[]> {
    return this.#parts.contexts.list(tenant).map((context) => context.info);
  }

  async deleteContext(id: string, tenant: string): Promise<boolean> {
    const context = this.#parts.contexts.remove(id, tenant);
    context?.pinned.release();
    return context !== undefined;
  }

  async stats(): Promise<EngineStats> {
    const { pool, scheduler, store, runner } = this.#parts;
    const { free, referenced, cached } = pool.counts();
    return {
      ...this.#counters,
      preemptions: scheduler.preemptions,
      savedTokenReads: runner.savedTokenReads,
      requestsRunning: scheduler.running.length,
      requestsWaiting: scheduler.waiting.length,
      pages: { free, referenced, cached },
      kvBytes: { pool: store.residentBytes, used: (referenced + cached) * store.pageBytes },
    };
  }

  async close(options: { readonly drain: boolean } = { drain: true }): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { scheduler, contexts, presets } = this.#parts;
    if (!options.drain) for (const request of [...scheduler.running, ...scheduler.waiting]) this.#finish(request, "cancelled");
    await this.#loop;
    for (const context of contexts.all()) context.pinned.release();
    for (const preset of presets.values()) preset.policy.dispose();
    await this.#parts.dispose();
  }

  #createRequest(
    request: GenerationRequest,
    contexts: readonly RegisteredContext[],
    preset: PolicyPreset,
    queue: EventQueue<EngineEvent>,
  ): ActiveRequest {
    const { tokenizer } = this.#parts.text;
    this.#checkTokens(request.prompt);
    this.#checkTokens(request.forcedTokens ?? []);
    const contextTokens = this.#joinContexts(contexts);
    const tokens = [...contextTokens, ...request.prompt];
    const chain = this.#parts.chains.forRequest(request.tenant, this.#publicStart(contexts));
    const output = new TextOutput(tokenizer.createStreamDecoder(), request.stop);
    const beginning = beginningOf(contexts, preset);
    const placed = cachedContexts(contexts, (some) => this.#joinContexts(some).length, preset, this.#parts.store.spec.pageSize);
    const active = this.#newRequest(
      { request, tokens, contextLength: contextTokens.length, preset, chain, beginning, contexts: placed },
      {
        onPromptReady: (cachedTokens, promptLogprobs) => {
          queue.push({ type: "prompt-ready", cachedTokens, ...(promptLogprobs === undefined ? {} : { promptLogprobs }) });
        },
        onToken: (token, { logprobs, fullLogprobs }) => {
          const isEos = !request.ignoreEos && this.#parts.eosTokens.has(token);
          const { text, isStopped } = isEos ? { text: "", isStopped: false } : output.push(token);
          const isLast = isEos || isStopped || active.generatedTokens >= request.maxTokens;
          const rest = isLast && !isStopped ? output.flush() : "";
          queue.push({
            type: "token-delta",
            tokens: [token],
            text: text + rest,
            ...(logprobs === undefined ? {} : { logprobs: [logprobs] }),
            ...(fullLogprobs === undefined ? {} : { fullLogprobs: [fullLogprobs] }),
          });
          if (isLast) this.#finish(active, isEos || isStopped ? "stop" : "length");
        },
        onFinished: (reason) => {
          queue.push({ type: "finished", reason, usage: generationUsage(active, this.#parts.store, contextTokens.length) });
          queue.end();
        },
        onFailed: (error) => queue.end(error),
      },
    );
    return active;
  }

  #joinContexts(contexts: readonly RegisteredContext[]): number[] {
    return this.#parts.text.formatter.joinContexts(contexts.map((context) => context.tokens));
  }

  #publicStart(contexts: readonly RegisteredContext[]): PublicStart {
    const firstPrivate = contexts.findIndex((context) => context.info.visibility === "private");
    const leading = contexts.slice(0, firstPrivate < 0 ? contexts.length : firstPrivate);
    return { tokens: this.#joinContexts(leading).length, fingerprint: leading.map((context) => context.fingerprint).join(" ") };
  }

  #newRequest(fields: Omit<ActiveRequestFields, "id" | "listener">, listener: RequestListener): ActiveRequest {
    return new ActiveRequest({ ...fields, id: this.#nextSequence++ as SequenceId, listener });
  }

  async #prefillContext(
    registration: ContextRegistration & { readonly id: string },
    preset: PolicyPreset,
    fingerprint: string,
    signal?: AbortSignal,
  ): Promise<RegisteredContext> {
    const { content, tenant, visibility, id } = registration;
    for (const text of typeof content === "string" ? [content] : content.map((message) => message.content))
      this.#parts.text.checkLength(text);
    const tokens = this.#parts.text.formatter.contextTokens(content);
    const request: GenerationRequest = {
      prompt: tokens,
      contexts: [],
      policy: preset.name,
      tenant,
      maxTokens: 0,
      sampling: {},
      stop: [],
      ignoreEos: false,
    };
    return new Promise<RegisteredContext>((resolve, reject) => {
      const chain = this.#parts.chains.forContext(tenant, visibility);
      const active = this.#newRequest(
        { request, tokens, contextLength: tokens.length, preset, chain, isContext: true },
        {
          onPromptReady: () => {},
          onToken: () => {},
          onFinished: (reason) => {
            if (reason === "cancelled" || active.cache === undefined) {
              reject(signal?.reason ?? new RequestRejectedError("closing", "The registration was cancelled."));
              return;
            }
            const pinned = active.cache.pin();
            const context = {
              info: contextInfo(registration, active, pinned, this.#parts.store),
              content,
              fingerprint,
              owner: tenant,
              tokens,
              pinned,
            };
            this.#parts.contexts.add(context);
            resolve(context);
          },
          onFailed: reject,
        },
      );
      this.#parts.admission.check(active);
      signal?.addEventListener("abort", () => this.#finish(active, "cancelled"), { once: true });
      this.#parts.scheduler.enqueue(active);
      this.#wake();
    }).catch((error: unknown) => {
      if (error instanceof RequestRejectedError && error.details["context"] === undefined) {
        throw new RequestRejectedError(error.reason, error.message, { ...error.details, context: id }, { cause: error });
      }
      throw error;
    });
  }

  #preset(name: string | undefined): PolicyPreset {
    const { presets } = this.#parts;
    const wanted = name ?? this.info.defaultPolicy;
    const preset = presets.get(wanted);
    if (preset === undefined) {
      const available = [...presets.keys()];
      throw new RequestRejectedError("unknown-policy", `No policy preset "${wanted}". Available: ${available.join(", ")}.`, {
        policy: wanted,
        available,
      });
    }
    return preset;
  }

  #checkTokens(tokens: readonly number[]): void {
    const size = this.info.vocabularySize;
    const index = tokens.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= size);
    if (index >= 0) {
      throw new RequestRejectedError(
        "invalid-token",
        `Token ${tokens[index]} at index ${index} is not in the vocabulary (0 .. ${size - 1}).`,
        { index, token: tokens[index] },
      );
    }
  }

  #refuseWhenClosing(): void {
    if (this.#isClosing) throw new RequestRejectedError("closing", "The engine is shutting down and takes no new requests.");
  }

  /** Ends a request now, or right after the step it is part of. */
  #finish(request: ActiveRequest, reason: FinishReason): void {
    if (request.status === "ended") return;
    if (request.isInFlight && reason === "cancelled") {
      request.isCancelled = true;
      return;
    }
    request.listener.onFinished(reason);
    this.#parts.scheduler.remove(request);
  }

  #fail(request: ActiveRequest, error: unknown): void {
    if (request.status === "ended") return;
    request.listener.onFailed(error);
    this.#parts.scheduler.remove(request);
  }

  #wake(): void {
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
      if (this.#parts.scheduler.hasWork) this.#wake();
    });
  }

  async #run(): Promise<void> {
    while (this.#parts.scheduler.hasWork) {
      // Lets messages in: new requests, aborts.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        await this.#step();
      } catch (error) {
        // Whatever broke outside a request's own work would break the next step too: nobody is left waiting for ever.
        const { running, waiting } = this.#parts.scheduler;
        for (const request of [...running, ...waiting]) this.#fail(request, error);
      }
    }
  }

  async #step(): Promise<void> {
    const { scheduler } = this.#parts;
    const fail = (request: ActiveRequest, error: unknown): void => this.#fail(request, error);
    await this.#parts.placer.placeNext(scheduler, fail);
    for (const request of scheduler.waiting.filter(({ isCancelled }) => isCancelled)) this.#finish(request, "cancelled");
    const rows = scheduler.schedule();
    await this.#compute(rows);
    this.#counters.prefillTokensComputed += await this.#parts.recomputer.advanceAll(scheduler.running, fail);
    const recoding = scheduler.running.filter(({ recodings }) => recodings?.isBehind === true);
    // Whoever is recoded waits for it; the others wait no longer than for a step.
    const others = scheduler.running.length + scheduler.waiting.length > recoding.length;
    const slice = others ? Math.max(MIN_SLICE_MS, this.#stepMs) : MAX_SLICE_MS;
    await recodeInSlices(recoding, slice, fail, (request) => scheduler.yieldForRecoding(request));
    for (const request of scheduler.running.filter(({ isCancelled }) => isCancelled)) this.#finish(request, "cancelled");
    for (const request of scheduler.running.filter(({ isContext }) => isContext)) {
      await this.#endContext(request).catch((error: unknown) => this.#fail(request, error));
    }
  }

  async #compute(rows: readonly ScheduledRows[]): Promise<void> {
    const { scheduler, pool, runner } = this.#parts;
    if (rows.length === 0) {
      const stuck = scheduler.waiting[0];
      // Nothing else runs and yet it does not fit: registered contexts hold the rest of the pool.
      if (stuck !== undefined && scheduler.running.length === 0) {
        const needed = Math.ceil(stuck.tokens.length / this.#parts.store.spec.pageSize);
        this.#fail(stuck, new OutOfPagesError({ needed, free: pool.available }));
      }
      return;
    }
    for (const { request } of rows) request.isInFlight = true;
    try {
      const started = performance.now();
      const sampled = await runner.run(rows);
      this.#stepMs = performance.now() - started;
      this.#account(rows);
      for (const { request } of rows) request.isInFlight = false;
      for (const { request } of rows) if (!request.isContext) this.#reportPrompt(request);
      for (const newest of sampled) this.#deliver(newest);
      for (const { request } of rows) if (request.isCancelled) this.#finish(request, "cancelled");
    } catch (error) {
      for (const { request } of rows) {
        request.isInFlight = false;
        this.#fail(request, error);
      }
    }
  }

  /** A context has no further step: it ends when its policy leaves it as it is. */
  async #endContext(request: ActiveRequest): Promise<void> {
    const { recodings } = request;
    if (request.computed < request.promptLength || recodings === undefined || recodings.isBehind) return;
    recodings.hurry();
    if (recodings.isEmpty) await this.#parts.runner.retain(request);
    if (recodings.isEmpty) this.#reportPrompt(request);
  }

  #account(rows: readonly { readonly request: ActiveRequest; readonly first: number; readonly count: number }[]): void {
    for (const { request, first, count } of rows) {
      this.#counters.prefillTokensComputed += Math.max(0, Math.min(first + count, request.promptLength) - first);
    }
  }

  #reportPrompt(request: ActiveRequest): void {
    if (request.isPromptReported || request.computed < request.promptLength || request.isCancelled) return;
    request.isPromptReported = true;
    this.#counters.promptTokens += request.promptLength;
    this.#counters.cachedTokens += request.cachedTokens;
    request.listener.onPromptReady(request.cachedTokens, request.request.promptLogprobs === undefined ? undefined : request.promptLogprobs);
    if (request.request.maxTokens === 0) this.#finish(request, "length");
  }

  #deliver({ request, token, ...scores }: SampledToken): void {
    if (request.status === "ended" || request.isCancelled) return;
    request.tokens.push(token);
    this.#counters.generatedTokens++;
    request.listener.onToken(token, scores);
  }
}

function beginningOf([first]: readonly RegisteredContext[], preset: PolicyPreset): PinnedPages | undefined {
  return first?.info.policy === preset.name ? first.pinned : undefined;
}

function sameContext(existing: RegisteredContext, id: string, fingerprint: string): ContextInfo {
  if (existing.fingerprint !== fingerprint) {
    throw new RequestRejectedError(
      "context-conflict",
      `A context "${id}" with other content, visibility or policy exists. Delete it first, or use another id.`,
      { context: id },
    );
  }
  return existing.info;
}
