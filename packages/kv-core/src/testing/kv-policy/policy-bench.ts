import type { KernelBackend, PlannedStep } from "../../backend/kernel-backend.ts";
import type { KvStore } from "../../backend/kv-store.ts";
import type { KvCodec } from "../../codec/kv-codec.ts";
import { moveTokens } from "../../cache/move-tokens.ts";
import { PagePool } from "../../cache/page-pool.ts";
import { SequenceCache } from "../../cache/sequence-cache.ts";
import { InvariantError } from "../../errors/invariant-error.ts";
import { PolicyContractError } from "../../errors/policy-contract-error.ts";
import type { LayerIndex, PageId, SequenceId } from "../../ids.ts";
import type { KvLayerSpec } from "../../model/model-shape.ts";
import { findSharedRuns, type SequenceReads } from "../../plan/find-shared-runs.ts";
import type { PlacementPlan } from "../../plan/placement-plan.ts";
import type { ReadPlan, SequenceRows } from "../../plan/read-plan.ts";
import type { Segment } from "../../plan/segment.ts";
import { shareReads } from "../../plan/share-reads.ts";
import { validatePlacementPlan } from "../../plan/validate-placement-plan.ts";
import { validateNarrowing } from "../../plan/validate-read-plan.ts";
import type { BoundPolicy, KvPolicy, PolicyEnvironment, SequenceView, StepView } from "../../policy/kv-policy.ts";
import { RecodeQueue } from "../../recode/recode-queue.ts";
import { createReferenceBackend } from "../../reference/reference-backend.ts";
import { ropeFrequencies } from "../../reference/rope.ts";
import { difference, NO_DIFFERENCE } from "../compare.ts";
import { BackendBench } from "../kernel-backend/backend-bench.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { SimulatedTokens, type TokenOrigin } from "./simulated-tokens.ts";

/** Largest error that sharing may cause: nothing changes but the order of sums in f64. */
const SHARING_TOLERANCE = 1e-6;

/** What a policy is shown besides its sequence. */
export type SignalSource = (sequence: SequenceView) => StepView["signals"];

/** A sequence on the bench. */
export interface BenchSequence {
  readonly cache: SequenceCache;
  /** Where each token's KV came from, dropped ones included: what dense attention would read. */
  readonly origins: TokenOrigin[];
  readonly promptLength: number;
  /** Tokens of contexts that it starts from. */
  readonly contextLength: number;
  readonly recodings: RecodeQueue;
}

/** KV of some tokens, computed on their own from position 0 and kept, as a registered context is. */
export interface BenchContext {
  readonly cache: SequenceCache;
  readonly seed: number;
  readonly length: number;
}

/** The next `count` tokens of a sequence. */
export interface StepWork {
  readonly sequence: BenchSequence;
  readonly count: number;
}

export interface PolicyBenchOptions {
  readonly policy: KvPolicy;
  readonly environment: PolicyEnvironment;
  readonly signals: SignalSource;
  readonly pageCount: number;
  /** Codecs that the policy recodes pages in. */
  readonly codecs?: readonly KvCodec[];
  /** Shown to the policy in place of the pool's true state. */
  readonly isPoolFull?: boolean;
}

/**
 * Runs a policy as an engine would, on the reference backend, over tokens whose keys, values and queries are random but fixed: no model is
 * needed to see what a policy reads, drops and claims. Every plan is validated, and what a policy is shown is frozen.
 */
export class PolicyBench {
  readonly pool: PagePool;
  /** Every plan the policy made, as JSON. */
  readonly plans: string[] = [];
  readonly #policy: KvPolicy;
  readonly #bound: BoundPolicy;
  readonly #environment: PolicyEnvironment;
  readonly #signals: SignalSource;
  readonly #isPoolFull: boolean;
  readonly #backend: KernelBackend;
  readonly #store: KvStore;
  readonly #tokens: SimulatedTokens;

  constructor(options: PolicyBenchOptions) {
    const { policy, environment, pageCount } = options;
    this.#policy = policy;
    this.#environment = environment;
    this.#signals = options.signals;
    this.#isPoolFull = options.isPoolFull ?? false;
    this.#backend = createReferenceBackend({ precision: "f64", codecs: options.codecs ?? [] });
    this.#bound = policy.bind(environment);
    this.#tokens = new SimulatedTokens(environment.model);
    this.pool = new PagePool({ pageCount });
    this.#store = this.#backend.createKvStore({
      shape: environment.model,
      dtype: environment.kvDtype,
      pageSize: environment.pageSize,
      pageCount,
    });
  }

  /** Computes a context on its own. */
  async context(seed: number, length: number): Promise<BenchContext> {
    const cache = this.#newCache(90_000 + seed);
    await this.#compute(cache, length, (position) => ({ seed, storedPosition: position, shift: 0 }));
    return { cache, seed, length };
  }

  /** Starts a sequence: the policy places the contexts, or they are placed whole, one after the other. */
  async start(id: number, options: { readonly contexts?: readonly BenchContext[]; readonly promptLength: number }): Promise<BenchSequence> {
    const { contexts = [], promptLength } = options;
    const cache = this.#newCache(id);
    const contextLength = contexts.reduce((sum, { length }) => sum + length, 0);
    const recodings = new RecodeQueue({ cache, store: this.#store, pool: this.pool, policy: this.#policy.name });
    const sequence: BenchSequence = { cache, origins: [], promptLength, contextLength, recodings };
    let position = 0;
    const candidates = contexts.flatMap(({ cache: own, length }): Segment[] => {
      const segments = own.toSegments([cache.id]).map((segment) => ({ ...segment, role: "context" as const, shift: position }));
      position += length;
      return segments;
    });
    for (const { seed, length } of contexts) {
      const shift = sequence.origins.length;
      for (let index = 0; index < length; index++) sequence.origins.push({ seed, storedPosition: index, shift });
    }
    const whole: PlacementPlan = {
      contexts: candidates.map(({ pages, length, firstPosition, shift }) => ({
        pages,
        length,
        firstPosition,
        startPosition: firstPosition + shift,
        keep: "all",
      })),
      cachedTokens: position,
      recompute: [],
    };
    const view: SequenceView = { ...this.#view(sequence), length: 0, segments: candidates };
    const planned = this.#place(view);
    await this.#attach(cache, planned.contexts.length > 0 ? planned : whole, candidates, promptLength);
    return sequence;
  }

  /**
   * Computes the next tokens of some sequences in one step, then lets the policy retain. Where it shares, the outputs are compared with
   * those without.
   * @param tolerance of a comparison with dense attention; none is made where absent
   * @returns what differs
   */
  async step(work: readonly StepWork[], tolerance?: number): Promise<string> {
    const reads: SequenceReads[] = [];
    const rows: SequenceRows[] = [];
    let firstRow = 0;
    for (const { sequence, count } of work) {
      const firstPosition = sequence.cache.length;
      await this.#compute(sequence.cache, count, (position) => {
        const origin = { seed: Number(sequence.cache.id), storedPosition: position, shift: 0 };
        sequence.origins.push(origin);
        return origin;
      });
      reads.push({ sequence: sequence.cache.id, rows: count, plan: this.#select(sequence, firstPosition) });
      rows.push({ sequence: sequence.cache.id, firstRow, rows: count, firstPosition });
      firstRow += count;
    }
    const planned = this.#backend.plan({ sequences: rows, reads: reads.map(({ plan }) => plan) }, this.#store);
    const shared = this.#share(reads);
    const plannedShared = shared === undefined ? undefined : this.#backend.plan({ sequences: rows, reads: shared }, this.#store);
    let found = NO_DIFFERENCE;
    for (let layer = 0; layer < this.#environment.model.layers.length; layer++) {
      const got = await this.#attend(planned, layer, rows);
      if (plannedShared !== undefined) {
        const changed = difference(await this.#attend(plannedShared, layer, rows), got, SHARING_TOLERANCE);
        if (changed !== NO_DIFFERENCE) found = `sharing, layer ${layer}: ${changed}`;
      }
      if (tolerance === undefined || found !== NO_DIFFERENCE) continue;
      const want = rows.flatMap((range, index) => [...this.#tokens.denseOutput(layer, range, work[index]?.sequence.origins ?? [])]);
      const differs = difference(got, want, tolerance);
      if (differs !== NO_DIFFERENCE) found = `layer ${layer}: ${differs}`;
    }
    for (const { sequence } of work) {
      sequence.recodings.noteStep();
      await this.#retain(sequence);
      await sequence.recodings.work();
    }
    return found;
  }

  /** Ends a sequence: finished, aborted or preempted. */
  release(sequence: BenchSequence): void {
    this.#bound.release?.(sequence.cache.id);
    sequence.recodings.abort();
    sequence.cache.release();
  }

  dispose(): void {
    this.#bound.dispose();
    this.#store.dispose();
  }

  async #attend(step: PlannedStep, layer: number, rows: readonly SequenceRows[]): Promise<ArrayLike<number>> {
    const { model } = this.#environment;
    const { headDim } = model.layers[layer] as KvLayerSpec;
    const bench = new BackendBench(this.#backend);
    const queries = Float32Array.from(rows.flatMap((range) => [...this.#tokens.queries(layer, range)]));
    const out = bench.blank(queries.length);
    this.#backend.attention({
      step,
      store: this.#store,
      layer: layer as LayerIndex,
      queries: bench.upload(queries),
      queryHeads: model.queryHeads,
      out,
      scale: 1 / Math.sqrt(headDim),
      frequencies: bench.upload(ropeFrequencies(headDim, 10000)),
    });
    const result = await bench.download(out);
    bench.cleanUp();
    return result;
  }

  #newCache(id: number): SequenceCache {
    return SequenceCache.create(this.pool, { id: id as SequenceId, pageSize: this.#environment.pageSize });
  }

  async #compute(cache: SequenceCache, count: number, originAt: (position: number) => TokenOrigin): Promise<void> {
    const reserved = cache.reserve(count);
    if (!reserved.ok)
      throw new InvariantError({ invariant: `the kit's pool has the ${reserved.needed} pages it needs, not ${reserved.free}` });
    this.#store.copyPages(reserved.copies);
    const { pageSize, model } = this.#environment;
    reserved.slots.forEach((slot, index) => {
      const origin = originAt(reserved.firstPosition + index);
      model.layers.forEach(({ owner }, layer) => {
        if (owner !== layer) return;
        this.#store.writeTokens(owner, Math.floor(slot / pageSize) as PageId, slot % pageSize, this.#tokens.keysAndValues(layer, origin));
      });
    });
  }

  #place(view: SequenceView): PlacementPlan {
    const nothing: PlacementPlan = { contexts: [], cachedTokens: 0, recompute: [] };
    const frozen = deepFreeze(view);
    const probed = this.#bound.probe?.(frozen, {});
    if (probed !== undefined) this.#record("probe", probed);
    const plan = this.#bound.place?.(frozen, deepFreeze(this.#signals(frozen)));
    return plan === undefined ? nothing : this.#record("place", plan);
  }

  async #attach(cache: SequenceCache, plan: PlacementPlan, candidates: readonly Segment[], promptLength: number): Promise<void> {
    const { backend, model, pageSize } = this.#environment;
    const known = new Set(candidates.flatMap(({ pages }) => pages));
    validatePlacementPlan(plan, {
      policy: this.#policy.name,
      pageSize,
      model,
      promptLength,
      owns: (page) => known.has(page),
      hasShiftedSegments: backend.hasShiftedSegments,
    });
    for (const context of plan.contexts) {
      const before = cache.pages.length;
      cache.attach({ ...context, role: "context" });
      if (context.keep === "all") continue;
      const compacted = cache.compactTokens(cache.pages.slice(before), context.keep);
      if (compacted === undefined) throw new InvariantError({ invariant: "the kit's pool has pages for kept tokens", plan });
      await moveTokens(this.#store, compacted.moves);
    }
  }

  #select(sequence: BenchSequence, firstPosition: number): ReadPlan {
    const base: ReadPlan = deepFreeze({ layers: "all", kvHead: "all", segments: sequence.cache.toSegments() });
    if (this.#bound.select === undefined) return base;
    const plan = this.#record("select", this.#bound.select(this.#stepView(sequence, firstPosition), base));
    const { pageSize, model, backend } = this.#environment;
    validateNarrowing(plan, base, {
      policy: this.#policy.name,
      pageSize,
      model,
      selectors: backend.selectors,
      encodedSelectors: backend.encodedSelectors,
    });
    return plan;
  }

  /** The step's reads with what the policy shares, if it shares anything. */
  #share(reads: readonly SequenceReads[]): readonly ReadPlan[] | undefined {
    const runs = this.#bound.share === undefined ? [] : deepFreeze(findSharedRuns(reads, this.#environment.pageSize));
    if (runs.length === 0) return undefined;
    const answers = this.#record("share", this.#bound.share?.(runs) ?? []);
    if (answers.length !== runs.length || answers.some((answer) => typeof answer !== "boolean")) {
      const reason = `gives ${JSON.stringify(answers)} for ${runs.length} runs.`;
      throw new PolicyContractError({ policy: this.#policy.name, field: "share", reason });
    }
    const chosen = runs.filter((_, index) => answers[index] === true);
    return chosen.length === 0 ? undefined : shareReads(reads, chosen, this.#environment.pageSize);
  }

  async #retain(sequence: BenchSequence): Promise<void> {
    if (this.#bound.retain === undefined) return;
    const { free, cached, total } = this.pool.counts();
    const memory = this.#isPoolFull
      ? { freePages: 0, cachedPages: 0, totalPages: total }
      : { freePages: free, cachedPages: cached, totalPages: total };
    const plan = this.#record("retain", this.#bound.retain(this.#stepView(sequence, sequence.cache.length), deepFreeze(memory)));
    const { cache, recodings } = sequence;
    const codecs = this.#policy.capabilities.codecs ?? [];
    const { moves, recodings: asked } = cache.applyRetention(plan, this.#policy.name, { codecs, pages: recodings.pages });
    recodings.add(asked);
    await moveTokens(this.#store, moves);
  }

  #record<Plan>(hook: string, plan: Plan): Plan {
    this.plans.push(`${hook} ${JSON.stringify(plan)}`);
    return plan;
  }

  /** @param length tokens computed, without those of the step to come */
  #stepView(sequence: BenchSequence, length: number): StepView {
    const view = { ...this.#view(sequence), length };
    return deepFreeze({ phase: length >= sequence.promptLength ? "decode" : "prefill", sequence: view, signals: this.#signals(view) });
  }

  #view({ cache, origins, promptLength, contextLength, recodings }: BenchSequence): SequenceView {
    return {
      id: cache.id,
      tokens: origins.map(({ seed, storedPosition }) => (seed * 31 + storedPosition) % 997),
      length: cache.length,
      promptLength,
      contextLength,
      segments: cache.toSegments(),
      recoding: recodings.pages,
      pageSize: this.#environment.pageSize,
    };
  }
}
