import {
  type KernelBackend,
  type KvStore,
  moveTokens,
  type PagePool,
  type PrefixIndex,
  type ReadPlan,
  type SequenceCache,
  type SequenceRows,
  type StepView,
  validateNarrowing,
} from "@kvasir/kv-core";
import type { Model } from "../model/index.ts";
import {
  createSamplerState,
  logSoftmax,
  sample,
  type SampledToken as SampleResult,
  type SamplerState,
  takesLikeliest,
  tokenLogprobs,
} from "../sampler/index.ts";
import type { ActiveRequest, TokenScores } from "../scheduler/active-request.ts";
import type { ScheduledRows } from "../scheduler/scheduler.ts";
import type { PositionLogprobs } from "./engine-api.ts";
import { planReads } from "./plan-reads.ts";

/** A request's newest token. */
export interface SampledToken extends TokenScores {
  readonly request: ActiveRequest;
  readonly token: number;
}

/** Carries out one step: what the scheduler chose, through the model, to sampled tokens; then retention by the policies. */
export class StepRunner {
  /** Reads of cached tokens that were saved, since tokens of one step that several requests read were read once. */
  savedTokenReads = 0;
  readonly #model: Model;
  readonly #backend: KernelBackend;
  readonly #store: KvStore;
  readonly #pool: PagePool;
  readonly #index: PrefixIndex;
  readonly #samplers = new WeakMap<ActiveRequest, SamplerState>();
  readonly #tokenText: (token: number) => string;

  constructor(parts: {
    readonly model: Model;
    readonly backend: KernelBackend;
    readonly store: KvStore;
    readonly pool: PagePool;
    readonly index: PrefixIndex;
    readonly tokenText: (token: number) => string;
  }) {
    this.#model = parts.model;
    this.#backend = parts.backend;
    this.#store = parts.store;
    this.#pool = parts.pool;
    this.#index = parts.index;
    this.#tokenText = parts.tokenText;
  }

  async run(rows: readonly ScheduledRows[]): Promise<SampledToken[]> {
    const batch = assemble(rows);
    const requests = rows.map((row) => {
      return { sequence: row.request.id, rows: row.count, plan: this.#readPlan(row), preset: row.request.preset };
    });
    const { reads, savedTokenReads } = planReads(requests, this.#store.spec.pageSize);
    this.savedTokenReads += savedTokenReads;
    const step = this.#backend.plan({ sequences: batch.sequences, reads }, this.#store);
    const logits = this.#model.forward({
      tokens: batch.tokens,
      positions: batch.positions,
      slots: batch.slots,
      step,
      store: this.#store,
      logitRows: batch.logitRows,
    });
    const count = batch.logitRows.length;
    const likeliest = rows.some(({ request }) => isGreedy(request)) ? this.#model.chooseLikeliest(count) : undefined;
    await this.#backend.submit();

    const greedyTokens = likeliest === undefined ? [] : await this.#backend.readTensor(likeliest, 0, count);
    const { vocabularySize } = this.#model.description;
    const sampled: SampledToken[] = [];
    let logitRow = 0;
    for (const row of rows) {
      const { request } = row;
      request.computed += row.count;
      for (const index of logitIndices(row)) {
        const at = logitRow++;
        const isScored = index < request.promptLength - 1;
        const token = greedyTokens[at] ?? -1;
        if (!isScored && token >= 0 && isGreedy(request)) {
          sampled.push(this.#accept(request, { token }));
          continue;
        }
        const rowLogits = (await this.#backend.readTensor(logits, at * vocabularySize, vocabularySize)) as Float32Array;
        if (isScored) this.#recordPromptLogprobs(request, index, rowLogits);
        else sampled.push(this.#sampleNext(request, rowLogits));
      }
      this.#indexSealedPages(row);
      request.recodings?.noteStep();
      await this.retain(request);
    }
    return sampled;
  }

  #readPlan({ request, cache }: ScheduledRows): ReadPlan {
    const base: ReadPlan = { layers: "all", kvHead: "all", segments: cache.toSegments() };
    const { policy, name } = request.preset;
    if (policy.select === undefined) return base;
    const plan = policy.select(this.#stepView(request, cache), base);
    validateNarrowing(plan, base, { policy: name, pageSize: this.#store.spec.pageSize, model: this.#store.spec.shape });
    // KV that was computed from less would change the answer of whoever found it in the index.
    if (plan !== base) request.isIndexable = false;
    return plan;
  }

  #stepView(request: ActiveRequest, cache: SequenceCache): StepView {
    const phase = request.computed >= request.promptLength ? "decode" : "prefill";
    return { phase, sequence: request.view(cache, this.#store.spec.pageSize), signals: {} };
  }

  #sampleNext(request: ActiveRequest, logits: Float32Array): SampledToken {
    const { sampling, logprobs, forcedTokens, fullLogprobs } = request.request;
    const forced = forcedTokens?.[request.generatedTokens];
    const result =
      forced === undefined ? sample(logits, this.#samplerOf(request), sampling, logprobs) : takeForced(logits, forced, logprobs);
    return this.#accept(request, result, fullLogprobs === true ? logSoftmax(logits) : undefined);
  }

  #accept(request: ActiveRequest, result: SampleResult, fullLogprobs?: Float32Array): SampledToken {
    this.#samplerOf(request).accept(result.token);
    return { request, token: result.token, logprobs: this.#positionLogprobs(result), fullLogprobs };
  }

  #samplerOf(request: ActiveRequest): SamplerState {
    let state = this.#samplers.get(request);
    if (state === undefined) {
      state = createSamplerState(request.request.sampling, request.tokens.slice(0, request.promptLength));
      this.#samplers.set(request, state);
    }
    return state;
  }

  #recordPromptLogprobs(request: ActiveRequest, index: number, logits: Float32Array): void {
    request.promptLogprobs.push(
      this.#positionLogprobs(tokenLogprobs(logits, request.tokens[index + 1]!, request.request.promptLogprobs!))!,
    );
  }

  #positionLogprobs(result: SampleResult): PositionLogprobs | undefined {
    if (result.logprob === undefined) return undefined;
    return {
      token: result.token,
      text: this.#tokenText(result.token),
      logprob: result.logprob,
      top: (result.top ?? []).map(({ token, logprob }) => ({ token, text: this.#tokenText(token), logprob })),
    };
  }

  #indexSealedPages({ request, cache }: ScheduledRows): void {
    if (!request.isIndexable) return;
    const sealed = cache.takeSealed();
    if (sealed !== undefined) request.chain.insert(this.#index, request.tokens, sealed, this.#store.spec.pageSize);
  }

  /** Lets a request's policy shrink what it holds. Recodings are only taken on, see `ActiveRequest.recodings`. */
  async retain(request: ActiveRequest): Promise<void> {
    const { cache, recodings } = request;
    const { policy, name, codecs } = request.preset;
    if (policy.retain === undefined || cache === undefined || recodings === undefined) return;
    const { free, cached, total } = this.#pool.counts();
    const plan = policy.retain(this.#stepView(request, cache), { freePages: free, cachedPages: cached, totalPages: total });
    if (plan.actions.length === 0) return;
    const result = cache.applyRetention(plan, name, { codecs, pages: recodings.pages });
    request.isIndexable = false;
    recodings.add(result.recodings);
    if (result.moves.length > 0) await moveTokens(this.#store, result.moves);
  }
}

/** Whether a request's next token is the most likely one and nothing else of the logits is asked for: they stay in the backend. */
function isGreedy({ request: { sampling, logprobs, forcedTokens, fullLogprobs } }: ActiveRequest): boolean {
  return takesLikeliest(sampling) && logprobs === undefined && forcedTokens === undefined && fullLogprobs !== true;
}

function takeForced(logits: Float32Array, token: number, topLogprobs: number | undefined): SampleResult {
  return topLogprobs === undefined ? { token } : tokenLogprobs(logits, token, topLogprobs);
}

function assemble(rows: readonly ScheduledRows[]): {
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  readonly slots: Int32Array;
  readonly logitRows: Int32Array;
  readonly sequences: readonly SequenceRows[];
} {
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const tokens = new Int32Array(total);
  const positions = new Int32Array(total);
  const slots = new Int32Array(total);
  const logitRows: number[] = [];
  const sequences: SequenceRows[] = [];
  let firstRow = 0;
  for (const row of rows) {
    for (let i = 0; i < row.count; i++) {
      tokens[firstRow + i] = row.request.tokens[row.first + i]!;
      positions[firstRow + i] = row.first + i;
    }
    slots.set(row.slots, firstRow);
    for (const index of logitIndices(row)) logitRows.push(firstRow + index - row.first);
    sequences.push({ sequence: row.request.id, firstRow, rows: row.count, firstPosition: row.first });
    firstRow += row.count;
  }
  return { tokens, positions, slots, logitRows: Int32Array.from(logitRows), sequences };
}

/** Indices of the tokens whose logits are wanted: the newest one, and prompt tokens that predict a prompt token to be scored. */
function logitIndices({ request, first, count }: ScheduledRows): number[] {
  const indices: number[] = [];
  if (request.request.promptLogprobs !== undefined) {
    const firstScored = request.promptLength - request.request.prompt.length;
    for (let i = Math.max(first, firstScored); i < Math.min(first + count, request.promptLength - 1); i++) {
      if (i - firstScored >= request.promptLogprobs.length - 1) indices.push(i);
    }
  }
  const last = first + count - 1;
  if (last === request.tokens.length - 1 && request.generatedTokens < request.request.maxTokens) indices.push(last);
  return indices;
}
