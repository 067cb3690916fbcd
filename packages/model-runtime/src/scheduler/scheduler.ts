import { type KvStore, type PageId, type PagePool, type PinnedPages, type PrefixIndex, RecodeQueue, SequenceCache } from "@kvasir/kv-core";
import type { ActiveRequest } from "./active-request.ts";
import { placeContexts, privatePages } from "./place-contexts.ts";

/** Limits of one engine. */
export interface SchedulerLimits {
  /** Rows of a step: decode rows plus prefill tokens. */
  readonly maxStepTokens: number;
  /** Rows of a step whose logits are computed: one of every request that gets a token, and every prompt token to be scored. */
  readonly maxLogitRows: number;
  /** Requests computed at the same time. */
  readonly maxRunning: number;
  /** Pages kept free when a request is admitted, so that running ones can grow. */
  readonly freePageWatermark: number;
}

/** Pages that recoding takes for a while beside the dense ones, as a share of these; a request that is admitted should find them. */
const RECODING_SHARE = 1 / 3;

/** Rows of one request in a step. */
export interface ScheduledRows {
  readonly request: ActiveRequest;
  readonly cache: SequenceCache;
  /** Index of the first row's token in `request.tokens`. */
  readonly first: number;
  readonly count: number;
  /** `page * pageSize + offset` per row. */
  readonly slots: Int32Array;
}

/**
 * Continuous batching with chunked prefill: each step takes one row of every decoding request, then fills up with prompt tokens in order
 * of arrival. When pages run out, the request admitted last is preempted: its pages go back (full ones stay in the prefix index until
 * somebody needs them) and it starts again later.
 */
export class Scheduler {
  readonly waiting: ActiveRequest[] = [];
  readonly running: ActiveRequest[] = [];
  preemptions = 0;
  readonly #pool: PagePool;
  readonly #index: PrefixIndex;
  readonly #store: KvStore;
  readonly #limits: SchedulerLimits;

  constructor(pool: PagePool, index: PrefixIndex, store: KvStore, limits: SchedulerLimits) {
    this.#pool = pool;
    this.#index = index;
    this.#store = store;
    this.#limits = limits;
  }

  get hasWork(): boolean {
    return this.waiting.length > 0 || this.running.length > 0;
  }

  enqueue(request: ActiveRequest): void {
    for (const page of request.contexts.flatMap(({ pinned }) => pinned.pages)) {
      this.#pool.retain(page);
      request.heldPages.push(page);
    }
    this.waiting.push(request);
  }

  /** Chooses and reserves the rows of the next step. Empty when nothing can run. */
  schedule(): ScheduledRows[] {
    const rows: ScheduledRows[] = [];
    const left = { rows: this.#limits.maxStepTokens, logits: this.#limits.maxLogitRows };
    for (const request of this.running.filter((candidate) => candidate.isDecoding)) this.#scheduleRows(request, left, rows);
    for (const request of this.running.filter((candidate) => !candidate.isDecoding)) this.#scheduleRows(request, left, rows);
    while (left.rows > 0 && left.logits > 0 && this.#admitNext(rows)) {
      const admitted = this.running.at(-1)!;
      if (admitted.recompute !== undefined) continue;
      // One that was admitted and had to go back would only go the same way again.
      if (!this.#scheduleRows(admitted, left, rows)) break;
    }
    return rows;
  }

  /** Takes a request out and gives its pages back. */
  remove(request: ActiveRequest): void {
    request.status = "ended";
    removeFrom(this.waiting, request);
    removeFrom(this.running, request);
    this.#releasePages(request);
    this.#pool.releaseAll(request.heldPages.splice(0));
  }

  /** Reserves as many rows as there are left in the step, and takes them off. False where the request got none. */
  #scheduleRows(request: ActiveRequest, left: { rows: number; logits: number }, rows: ScheduledRows[]): boolean {
    // A victim of an earlier row's preemption is no longer running.
    if (request.status !== "running" || request.cache === undefined || left.rows === 0 || left.logits === 0) return false;
    if (request.remaining === 0 || request.recompute !== undefined || request.recodings?.isBehind === true) return false;
    const isScored = request.request.promptLogprobs !== undefined;
    const first = request.computed;
    const count = Math.min(request.remaining, left.rows, isScored ? left.logits : Infinity, rowsOfOneStage(request));
    for (;;) {
      const reserved = request.cache.reserve(count);
      if (reserved.ok) {
        if (reserved.copies.length > 0) this.#store.copyPages(reserved.copies);
        rows.push({ request, cache: request.cache, first, count, slots: reserved.slots });
        left.rows -= count;
        left.logits -= isScored ? count : 1;
        return true;
      }
      const victim = this.#victim(request, rows);
      // What it is about to save in pages must not cost it the ones it has. When others run, it waits for theirs: its text must not depend on them.
      if (victim === request && this.running.length === 1 && request.recodings?.isEmpty === false) {
        request.recodings.abort();
        continue;
      }
      this.#preempt(victim);
      if (victim === request) return false;
    }
  }

  /** The request admitted last that has no rows in this step yet; the asking request itself where there is no other. */
  #victim(asking: ActiveRequest, rows: readonly ScheduledRows[]): ActiveRequest {
    for (let i = this.running.length - 1; i >= 0; i--) {
      const candidate = this.running[i]!;
      if (candidate !== asking && rows.every((row) => row.request !== candidate)) return candidate;
    }
    return asking;
  }

  /**
   * A recoding found no pages and was given up: the request starts again when there are more, unless nobody else holds any.
   * Right after the step that it belongs to, so that nothing depends on what was given up.
   */
  yieldForRecoding(request: ActiveRequest): void {
    if (request.status === "running" && this.running.length > 1) this.#preempt(request);
  }

  /** Preempts the request admitted last of those admitted after this one. */
  #preemptYounger(request: ActiveRequest): boolean {
    const youngest = this.running.at(-1);
    if (youngest === undefined || youngest === request || !this.running.includes(request)) return false;
    this.#preempt(youngest);
    return true;
  }

  #preempt(request: ActiveRequest): void {
    this.preemptions++;
    removeFrom(this.running, request);
    this.#releasePages(request);
    request.status = "waiting";
    request.computed = 0;
    request.isIndexable = true;
    // Before everything that arrived later: it was admitted before them.
    this.waiting.unshift(request);
  }

  #releasePages(request: ActiveRequest): void {
    if (request.cache === undefined) return;
    request.recodings?.abort();
    request.recodings = undefined;
    request.recompute = undefined;
    request.cache.release();
    request.cache = undefined;
    request.preset.policy.release?.(request.id);
  }

  #admitNext(rows: readonly ScheduledRows[]): boolean {
    const request = this.waiting[0];
    if (request === undefined || this.running.length >= this.#limits.maxRunning || request.needsPlacement) return false;
    // Wait for a request that is computing the same beginning; its pages can then be shared.
    const pageSize = this.#store.spec.pageSize;
    const isComputedElsewhere = rows.some(
      (row) => row.first + row.count < row.request.promptLength && sharesFirstPage(row.request, request, pageSize),
    );
    if (isComputedElsewhere && request.placement === undefined) return false;

    const cache = SequenceCache.create(this.#pool, { id: request.id, pageSize });
    // At least one token is always computed: its logits choose the next one. Prompt tokens to be scored are computed too.
    const { prompt, promptLogprobs } = request.request;
    // Where pages are recoded, output is not found but computed again, with every step at which the policy was asked.
    const end = request.preset.codecs.length > 0 ? request.promptLength : request.tokens.length;
    const limit = promptLogprobs === undefined ? end - 1 : request.promptLength - prompt.length;
    const { placement, contextLength } = request;
    const found = placement === undefined ? this.#attachBeginning(cache, request, limit) : contextLength;
    // A partial last page is copied before the request writes to it.
    const recomputed = placement === undefined ? 0 : privatePages(placement, pageSize);
    const needed = recomputed + Math.ceil(request.tokens.length / pageSize) - Math.floor(found / pageSize);
    const recoded = request.preset.codecs.length > 0 ? Math.ceil(needed * RECODING_SHARE) : 0;
    const spare = this.running.length > 0 ? this.#limits.freePageWatermark + recoded : 0;
    if (needed + spare > this.#pool.available) {
      cache.release();
      return false;
    }
    if (placement !== undefined) {
      const recompute = placeContexts(cache, placement, contextLength, pageSize);
      if (recompute === undefined) {
        cache.release();
        return false;
      }
      request.recompute = recompute.positions.length === 0 ? undefined : recompute;
    }
    this.waiting.shift();
    request.cache = cache;
    request.recodings = new RecodeQueue({
      cache,
      store: this.#store,
      pool: this.#pool,
      policy: request.preset.name,
      makeRoom: () => this.#preemptYounger(request),
    });
    request.isIndexable = !cache.hasEncoded && placement === undefined;
    request.computed = found;
    if (!request.wasAdmitted) request.cachedTokens = found - request.recomputedTokens;
    request.wasAdmitted = true;
    request.status = "running";
    this.running.push(request);
    return true;
  }

  /** Attaches what there is of a request's beginning, at most `limit` tokens. @returns tokens attached */
  #attachBeginning(cache: SequenceCache, request: ActiveRequest, limit: number): number {
    const packed = packedBeginning(request);
    if (packed !== undefined) {
      cache.attachPinned(packed);
      if (cache.length > limit && cache.canTruncate(limit)) cache.truncate(limit);
      if (cache.length <= limit) return cache.length;
      cache.truncate(0);
    }
    const match = this.#match(request, limit);
    cache.attach({ pages: match.pages, length: match.tokens, firstPosition: 0 });
    return match.tokens;
  }

  /** The full pages that the index knows, and the partial last page of the context that the prompt begins with. */
  #match(request: ActiveRequest, limit: number): CachedBeginning {
    const match = request.chain.match(this.#index, request.tokens, limit);
    const beginning = request.contextLength === request.beginning?.length ? request.beginning : undefined;
    if (beginning === undefined || beginning.isReleased || beginning.length > limit) return match;
    const rest = beginning.length % this.#store.spec.pageSize;
    if (rest === 0 || match.tokens !== beginning.length - rest) return match;
    return { pages: [...match.pages, ...beginning.pages.slice(-1)], tokens: beginning.length };
  }
}

/** Pages that hold the first tokens of a request; the last may be partial. */
interface CachedBeginning {
  readonly pages: readonly PageId[];
  readonly tokens: number;
}

/** The context that the prompt begins with, where it is kept encoded. */
export function packedBeginning({ beginning }: ActiveRequest): PinnedPages | undefined {
  return beginning !== undefined && !beginning.isReleased && beginning.hasEncoded ? beginning : undefined;
}

/**
 * Rows until contexts or the prompt end, for policies that change results: what they let a token read may differ before and after, and must
 * not depend on how steps were cut (a request that starts again has its output computed together with its prompt). Where pages are recoded as
 * the output grows, output is computed again as it was at first: token by token.
 */
function rowsOfOneStage({ computed, contextLength, promptLength, preset }: ActiveRequest): number {
  if (preset.fidelity === "exact") return Infinity;
  if (computed >= promptLength && preset.codecs.length > 0) return 1;
  return Math.min(...[contextLength, promptLength].filter((end) => end > computed).map((end) => end - computed));
}

function sharesFirstPage(a: ActiveRequest, b: ActiveRequest, pageSize: number): boolean {
  if (a.tokens.length < pageSize || b.tokens.length < pageSize) return false;
  for (let i = 0; i < pageSize; i++) if (a.tokens[i] !== b.tokens[i]) return false;
  return true;
}

function removeFrom<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
