import { type PlacementPlan, PolicyContractError, type SequenceView, validatePlacementPlan } from "@kvasir/kv-core";
import type { KernelBackend, KvStore } from "@kvasir/kv-core";
import type { ActiveRequest } from "../scheduler/active-request.ts";

/** Asks policies where requests start from: which tokens of registered contexts they keep, and which of them are computed again. */
export class ContextPlacer {
  readonly #backend: KernelBackend;
  readonly #store: KvStore;

  constructor(backend: KernelBackend, store: KvStore) {
    this.#backend = backend;
    this.#store = store;
  }

  /** Lets policies say where waiting requests start from. */
  placeAll(waiting: readonly ActiveRequest[], fail: (request: ActiveRequest, error: unknown) => void): void {
    for (const request of waiting.filter(({ needsPlacement }) => needsPlacement)) {
      try {
        this.#place(request);
      } catch (error) {
        fail(request, error);
      }
    }
  }

  /**
   * Decides once for a request; a preempted one starts again from the same plan.
   * @throws PolicyContractError where the plan is not valid, or asks for what this engine does not do.
   */
  #place(request: ActiveRequest): void {
    const { policy, name } = request.preset;
    const plan = policy.place?.(this.#view(request), {});
    request.isPlacementDecided = true;
    if (plan === undefined || plan.contexts.length === 0) return;
    this.#check(plan, request, name);
    request.placement = plan;
    request.recomputedTokens = new Set(plan.recompute.flatMap(({ positions }) => positions)).size;
  }

  #view(request: ActiveRequest): SequenceView {
    const { id, tokens, promptLength, contextLength, contexts } = request;
    const { pageSize } = this.#store.spec;
    return { id, tokens, length: 0, promptLength, contextLength, contexts, segments: [], recoding: [], pageSize };
  }

  #check(plan: PlacementPlan, request: ActiveRequest, policy: string): void {
    const pages = new Set(request.contexts.flatMap((context) => context.pages));
    const { pageSize, shape: model } = this.#store.spec;
    const { hasShiftedSegments } = this.#backend.capabilities;
    const { promptLength } = request;
    validatePlacementPlan(plan, { policy, pageSize, model, promptLength, owns: (page) => pages.has(page), hasShiftedSegments });
    plan.recompute.forEach(({ layers, blend }, index) => {
      const isEveryLayer = layers === "all" || layers.length === model.layers.length;
      if (isEveryLayer && blend === 1) return;
      const reason = "computes again in some layers only or blends; this engine computes in all layers and overwrites.";
      throw new PolicyContractError({ policy, field: `recompute[${index}]`, reason });
    });
  }
}
