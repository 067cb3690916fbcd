import {
  type CachedContext,
  OutOfPagesError,
  type PlacementPlan,
  PolicyContractError,
  type SequenceView,
  type StepView,
  validatePlacementPlan,
} from "@kvasir/kv-core";
import type { ActiveRequest } from "../scheduler/active-request.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { ContextSummaries, type SummaryParts } from "./context-summaries.ts";
import { Prober } from "./prober.ts";

/** More trial passes than this are a policy's mistake. */
const MAX_PROBES = 16;

/** Asks policies where requests start from: which tokens of registered contexts they keep, and which of them are computed again. */
export class ContextPlacer {
  readonly #parts: SummaryParts;
  readonly #summaries: ContextSummaries;
  readonly #prober: Prober;

  constructor(parts: SummaryParts) {
    this.#parts = parts;
    this.#summaries = new ContextSummaries(parts);
    this.#prober = new Prober(parts);
  }

  /** Lets policies say where waiting requests start from. One that takes trial passes is the last for now: others have waited for it. */
  async placeNext({ waiting, running }: Scheduler, fail: (request: ActiveRequest, error: unknown) => void): Promise<void> {
    for (const request of waiting.filter(({ needsPlacement }) => needsPlacement)) {
      request.isInFlight = true;
      try {
        await this.#place(request);
        request.isInFlight = false;
      } catch (error) {
        request.isInFlight = false;
        // It begins anew, or never.
        request.preset.policy.release?.(request.id);
        // Those that run now will give pages back.
        if (error instanceof OutOfPagesError && running.length > 0) return;
        fail(request, error);
      }
      if (request.preset.policy.probe !== undefined) return;
    }
  }

  /**
   * Decides once for a request; a preempted one starts again from the same plan.
   * @throws PolicyContractError where a plan is not valid, or asks for what this engine does not do.
   */
  async #place(request: ActiveRequest): Promise<void> {
    const { policy, name } = request.preset;
    const view = await this.#view(request);
    let signals: StepView["signals"] = {};
    for (let probes = 0; policy.probe !== undefined; probes++) {
      if (probes > MAX_PROBES)
        throw new PolicyContractError({ policy: name, field: "probe", reason: `asks for more than ${MAX_PROBES} passes.` });
      const plan = policy.probe(view, signals);
      if (plan === undefined) break;
      this.#check(plan, request, name);
      signals = { queries: await this.#prober.queries(request, plan, policy.summaries?.layers.map(({ layer }) => layer) ?? []) };
    }
    const plan = policy.place?.(view, signals);
    request.isPlacementDecided = true;
    if (plan === undefined || plan.contexts.length === 0) return;
    this.#check(plan, request, name);
    request.placement = plan;
    request.recomputedTokens = new Set(plan.recompute.flatMap(({ positions }) => positions)).size;
  }

  async #view(request: ActiveRequest): Promise<SequenceView> {
    const { id, tokens, promptLength, contextLength } = request;
    const { pageSize } = this.#parts.store.spec;
    const { summaries } = request.preset.policy;
    const contexts: CachedContext[] = [];
    for (const context of request.contexts) {
      const { pages, skip = 0, length, firstPosition, startPosition } = context;
      const summary = summaries === undefined ? {} : { summary: await this.#summaries.of(context, summaries) };
      contexts.push({ pages, skip, length, firstPosition, startPosition, ...summary });
    }
    return { id, tokens, length: 0, promptLength, contextLength, contexts, segments: [], recoding: [], pageSize };
  }

  #check(plan: PlacementPlan, request: ActiveRequest, policy: string): void {
    const pages = new Set(request.contexts.flatMap((context) => context.pages));
    const { store, backend } = this.#parts;
    const { pageSize, shape: model } = store.spec;
    const { hasShiftedSegments } = backend.capabilities;
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
