import { IncompatiblePolicyError } from "../errors/incompatible-policy-error.ts";
import type { PageId, SequenceId } from "../ids.ts";
import type { PlacementPlan } from "../plan/placement-plan.ts";
import type { ReadPlan } from "../plan/read-plan.ts";
import type { SharedRun } from "../plan/shared-run.ts";
import type { RetentionAction, RetentionPlan } from "../plan/retention-plan.ts";
import { validateRetentionPlan } from "../plan/validate-retention-plan.ts";
import { withoutPages } from "../plan/without-pages.ts";
import type { CalibrationBench } from "./calibration.ts";
import { fullPolicy } from "./full-policy.ts";
import type { BoundPolicy, KvPolicy, MemoryView, PolicyCapabilities, PolicyEnvironment, SequenceView, StepView } from "./kv-policy.ts";
import { assertPolicyFits } from "./policy-fit.ts";

const NOTHING_PLACED: PlacementPlan = { contexts: [], cachedTokens: 0, recompute: [] };

interface Member {
  readonly policy: KvPolicy;
  readonly bound: BoundPolicy;
}

/**
 * Several policies as one. `place` (and the `probe` before it) is that of the first policy whose plan places something; `retain` plans are
 * concatenated, where later policies do not see pages that earlier ones act on; `select` is folded from left to right; a run is shared where
 * any of them says so.
 *
 * What policies declare is checked at `bind`, before memory is taken.
 * @throws IncompatiblePolicyError at once where two of them do not go together, naming both and the reason.
 *
 * @example
 * const policy = composePolicies([sharedAttention({}), mosaicCompress({ keep: { ratio: 0.25 } })]);
 */
export function composePolicies(policies: readonly KvPolicy[]): KvPolicy {
  const [first] = policies;
  if (first === undefined) return fullPolicy({});
  policies.forEach((policy, index) => policies.slice(index + 1).forEach((other) => assertCompatible(policy, other)));
  return {
    specVersion: "v1",
    name: policies.map(({ name }) => name).join("+"),
    capabilities: joinCapabilities(policies.map(({ capabilities }) => capabilities)),
    bind: (environment) => bindAll(policies, environment),
  };
}

function assertCompatible(a: KvPolicy, b: KvPolicy): void {
  const refuse = (reason: string): never => {
    throw new IncompatiblePolicyError({ policy: a.name, otherPolicy: b.name, reason });
  };
  if (a.name === b.name) refuse("it is there already; give it once, with the options you want.");
  const [codecA] = a.capabilities.codecs ?? [];
  const [codecB] = b.capabilities.codecs ?? [];
  if (codecA !== undefined && codecB !== undefined) refuse(`both rewrite pages ("${codecA}" and "${codecB}"), and a page has one format.`);
  const hasSelectors = ({ capabilities }: KvPolicy): boolean => (capabilities.selectors?.length ?? 0) > 0;
  if (hasSelectors(a) && hasSelectors(b)) refuse("both put selectors on segments, and a segment has one.");
}

function bindAll(policies: readonly KvPolicy[], environment: PolicyEnvironment): BoundPolicy {
  for (const policy of policies) assertPolicyFits(policy, environment);
  const members: Member[] = [];
  try {
    for (const policy of policies) members.push({ policy, bound: policy.bind(environment) });
    assertOneReclaims(members);
  } catch (cause) {
    for (const { bound } of members) bound.dispose();
    throw cause;
  }
  const has = (hook: "place" | "retain" | "select" | "share" | "calibrate"): boolean =>
    members.some(({ bound }) => bound[hook] !== undefined);
  const placing = members.find(({ bound }) => bound.place !== undefined)?.bound;
  return {
    ...(placing?.probe === undefined
      ? {}
      : { probe: (sequence: SequenceView, signals: StepView["signals"]) => placing.probe?.(sequence, signals) }),
    ...(placing?.summaries === undefined ? {} : { summaries: placing.summaries }),
    ...(has("place") ? { place: (sequence: SequenceView, signals: StepView["signals"]) => placeFirst(members, sequence, signals) } : {}),
    ...(has("retain") ? { retain: (step: StepView, memory: MemoryView) => retainAll(members, step, memory) } : {}),
    ...(has("select") ? { select: (step: StepView, base: ReadPlan) => selectAll(members, step, base) } : {}),
    ...(has("share") ? { share: (runs: readonly SharedRun[]) => shareAny(members, runs) } : {}),
    ...(has("calibrate") ? { calibrate: (bench: CalibrationBench, saved: unknown) => calibrateAll(members, bench, saved) } : {}),
    release: (sequence: SequenceId) => members.forEach(({ bound }) => bound.release?.(sequence)),
    dispose: () => members.forEach(({ bound }) => bound.dispose()),
  };
}

/** Two policies that each drop pages to a budget of their own would leave neither's budget. */
function assertOneReclaims(members: readonly Member[]): void {
  const [a, b] = members.filter(({ policy, bound }) => policy.capabilities.reclaims === "pages" && bound.retain !== undefined);
  if (a === undefined || b === undefined) return;
  throw new IncompatiblePolicyError({
    policy: a.policy.name,
    otherPolicy: b.policy.name,
    reason: "both drop pages during decoding, each to a budget of its own. Keep one of them.",
  });
}

function placeFirst(members: readonly Member[], sequence: SequenceView, signals: StepView["signals"]): PlacementPlan {
  for (const { bound } of members) {
    const plan = bound.place?.(sequence, signals);
    if (plan !== undefined && plan.contexts.length > 0) return plan;
  }
  return NOTHING_PLACED;
}

function retainAll(members: readonly Member[], step: StepView, memory: MemoryView): RetentionPlan {
  const { pageSize, segments, recoding } = step.sequence;
  const actions: RetentionAction[] = [];
  const taken = new Set<PageId>();
  for (const { policy, bound } of members) {
    if (bound.retain === undefined) continue;
    const visible = withoutPages(segments, taken, pageSize);
    const plan = bound.retain({ ...step, sequence: { ...step.sequence, segments: visible } }, memory);
    const codecs = policy.capabilities.codecs ?? [];
    validateRetentionPlan(plan, { policy: policy.name, segments: visible, pageSize, codecs, recoding });
    actions.push(...plan.actions);
    for (const { pages } of plan.actions) for (const page of pages) taken.add(page);
  }
  return { actions };
}

function selectAll(members: readonly Member[], step: StepView, base: ReadPlan): ReadPlan {
  return members.reduce((plan, { bound }) => bound.select?.(step, plan) ?? plan, base);
}

/** A run is shared where any member wants it: sharing changes no result. */
function shareAny(members: readonly Member[], runs: readonly SharedRun[]): boolean[] {
  const answers = members.map(({ bound }) => bound.share?.(runs));
  return runs.map((_, index) => answers.some((answer) => answer?.[index] === true));
}

/** By policy name. */
async function calibrateAll(members: readonly Member[], bench: CalibrationBench, saved: unknown): Promise<unknown> {
  const known = typeof saved === "object" && saved !== null ? (saved as Readonly<Record<string, unknown>>) : {};
  const results: Record<string, unknown> = {};
  for (const { policy, bound } of members) {
    if (bound.calibrate !== undefined) results[policy.name] = await bound.calibrate(bench, known[policy.name]);
  }
  return results;
}

const RECLAIMS = ["none", "bytes-in-page", "pages"] as const;

function joinCapabilities(all: readonly PolicyCapabilities[]): PolicyCapabilities {
  const union = <T>(pick: (capabilities: PolicyCapabilities) => readonly T[] | undefined): T[] => [
    ...new Set(all.flatMap((each) => pick(each) ?? [])),
  ];
  return {
    phases: union(({ phases }) => phases),
    reads: union(({ reads }) => reads),
    fidelity: all.every(({ fidelity }) => fidelity === "exact") ? "exact" : "approximate",
    reclaims: RECLAIMS[Math.max(...all.map(({ reclaims }) => RECLAIMS.indexOf(reclaims)))] ?? "none",
    codecs: union(({ codecs }) => codecs),
    selectors: union(({ selectors }) => selectors),
    shiftsSegments: all.some(({ shiftsSegments }) => shiftsSegments === true),
  };
}
