import type { BackendCapabilities } from "../backend/kernel-backend.ts";
import type { PageId, SequenceId } from "../ids.ts";
import type { KvDtype } from "../model/kv-dtype.ts";
import type { ModelShape } from "../model/model-shape.ts";
import type { CachedContext, PlacementPlan } from "../plan/placement-plan.ts";
import type { ReadPlan } from "../plan/read-plan.ts";
import type { RetentionPlan } from "../plan/retention-plan.ts";
import type { Segment } from "../plan/segment.ts";
import type { SharedRun } from "../plan/shared-run.ts";
import type { CalibrationBench } from "./calibration.ts";
import type { SummaryRequest } from "./context-summary.ts";

export type Phase = "prefill" | "decode";

/** Summaries of live tensors that a backend may produce because a policy asked for them. */
export type Signal = "page-key-mean" | "page-key-min-max" | "query-mean" | "queries" | "keys" | "values" | "attention-mass";

/** Declared up front so that composition is checked as data, never by `instanceof`. */
export interface PolicyCapabilities {
  readonly phases: readonly Phase[];
  readonly reads: readonly Signal[];
  /** `exact`: the same output as no policy, up to float rounding. */
  readonly fidelity: "exact" | "approximate";
  /** `pages`: memory really returns to the pool. `none`: reads less, frees nothing. */
  readonly reclaims: "pages" | "bytes-in-page" | "none";
  /** Page codecs the policy writes; the backend must attend them. */
  readonly codecs?: readonly string[];
  /** Selector kinds the policy puts on encoded segments; the backend must evaluate them there. */
  readonly encodedSelectors?: readonly string[];
  /** Selector kinds the policy puts on dense segments; the backend must evaluate them. */
  readonly selectors?: readonly string[];
  /** Whether the policy places or moves segments to positions other than those they were computed at. */
  readonly shiftsSegments?: boolean;
}

/** A sequence as a policy sees it. */
export interface SequenceView {
  readonly id: SequenceId;
  readonly tokens: readonly number[];
  /** Tokens whose KV has been computed, dropped ones included; also the next token's position. */
  readonly length: number;
  /** Tokens of the prompt. */
  readonly promptLength: number;
  /** Of those, tokens at the prompt's start that registered contexts make up. */
  readonly contextLength: number;
  /** The registered contexts themselves, in the prompt's order, for `probe` and `place`; absent where there are none that could be placed. */
  readonly contexts?: readonly CachedContext[];
  /** What the sequence attends now, in order. */
  readonly segments: readonly Segment[];
  /** Dense pages among them whose `recode-pages` is under way: they will be encoded without being asked for again. */
  readonly recoding: readonly PageId[];
  readonly pageSize: number;
}

export interface StepView {
  readonly phase: Phase;
  readonly sequence: SequenceView;
  /** Summaries the backend produced because the policy asked for them. */
  readonly signals: Readonly<Partial<Record<Signal, Float32Array>>>;
}

/** Pages of the pool. */
export interface MemoryView {
  readonly freePages: number;
  readonly cachedPages: number;
  readonly totalPages: number;
}

export interface PolicyEnvironment {
  readonly model: ModelShape;
  readonly backend: BackendCapabilities;
  readonly kvDtype: KvDtype;
  readonly pageSize: number;
}

/** A KV-cache policy: decides with data, never touches device memory. */
export interface KvPolicy<Name extends string = string> {
  readonly specVersion: "v1";
  readonly name: Name;
  readonly capabilities: PolicyCapabilities;
  /** Checks model and backend; throws `IncompatiblePolicyError` before memory is taken. */
  bind(environment: PolicyEnvironment): BoundPolicy;
}

/** A policy at work on one model. Every hook is optional and returns a plan. */
export interface BoundPolicy {
  /** What `probe` and `place` want to know of contexts; measured once per context. */
  readonly summaries?: SummaryRequest;
  /**
   * Before `place`: what the prompt's own tokens, those after the contexts, read in a trial pass. Its signal `queries` goes to the next call,
   * and at last to `place`: f32 `[layers of summaries, rows, queryHeads, headDim]`, after RoPE, of the prompt's last tokens.
   * @param signals of the pass before; none at first
   * @returns undefined where enough is known
   */
  probe?(sequence: SequenceView, signals: StepView["signals"]): PlacementPlan | undefined;
  /** On admission: which cached pages does this prompt start from, and what is computed again? */
  place?(sequence: SequenceView, signals: StepView["signals"]): PlacementPlan;
  /** After a step that filled pages, or when the pool runs low: what to shrink or drop? */
  retain?(step: StepView, memory: MemoryView): RetentionPlan;
  /** Before each step: narrow `base`, never widen it; `base` itself where all of it is read. */
  select?(step: StepView, base: ReadPlan): ReadPlan;
  /**
   * Before each step, after `select`: which runs that several of this policy's sequences read are attended once for all of them? Changes no
   * result, only what it costs; one answer per run. Runs are read by each sequence for itself where absent.
   */
  share?(runs: readonly SharedRun[]): readonly boolean[];
  /**
   * Once when an engine opens, before any sequence: measures what its decisions cost on this machine.
   * @param saved what an earlier call returned for the same backend, model shape and KV dtype; undefined at first
   * @returns plain data to save, as JSON
   */
  calibrate?(bench: CalibrationBench, saved: unknown): Promise<unknown>;
  /** Sequence finished, aborted or preempted: forget it. */
  release?(sequence: SequenceId): void;
  dispose(): void;
}
