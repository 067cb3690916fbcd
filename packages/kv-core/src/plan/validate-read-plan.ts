import type { ModelShape } from "../model/model-shape.ts";
import { check, checkInteger, checkUnique } from "./plan-check.ts";
import type { ReadPlan, StepPlan } from "./read-plan.ts";
import { ReadRuns } from "./read-runs.ts";
import type { Segment } from "./segment.ts";
import { validateSegment, type SegmentRules } from "./validate-segment.ts";

/** What a read plan is checked against. */
export interface ReadPlanRules extends SegmentRules {
  readonly model: ModelShape;
}

/**
 * Checks a read plan: layers and KV head exist, segments are valid, no reader reads a token twice.
 * @throws PolicyContractError naming the field.
 */
export function validateReadPlan(plan: ReadPlan, rules: ReadPlanRules, field = "readPlan"): void {
  checkLayers(plan, rules, field);
  plan.segments.forEach((segment, index) => validateSegment(segment, rules, `${field}.segments[${index}]`));
  const reads = new ReadRuns(rules.pageSize);
  plan.segments.forEach((segment, index) => checkReadOnce(reads, segment, rules, `${field}.segments[${index}]`));
}

/**
 * Checks a step: rows of the batch belong to one sequence each, every read plan is valid, and no sequence reads a token twice in one layer and
 * KV head, in whatever number of plans.
 * @throws PolicyContractError naming the field.
 */
export function validateStepPlan(plan: StepPlan, rules: ReadPlanRules): void {
  checkUnique(
    plan.sequences.map(({ sequence }) => sequence),
    rules,
    "sequences",
  );
  let nextRow = 0;
  [...plan.sequences]
    .sort((a, b) => a.firstRow - b.firstRow)
    .forEach(({ firstRow, rows, firstPosition, sequence }) => {
      const field = `sequences[id ${sequence}]`;
      checkInteger(rows, 1, rules, `${field}.rows`);
      checkInteger(firstPosition, 0, rules, `${field}.firstPosition`);
      checkInteger(firstRow, nextRow, rules, `${field}.firstRow`);
      nextRow = firstRow + rows;
    });
  plan.reads.forEach((read, index) => validateReadPlan(read, rules, `reads[${index}]`));
  for (const [i, a] of plan.reads.entries()) {
    for (const [j, b] of plan.reads.entries()) {
      if (j <= i || !haveCommonLayer(a, b) || !(a.kvHead === "all" || b.kvHead === "all" || a.kvHead === b.kvHead)) continue;
      const reads = new ReadRuns(rules.pageSize);
      for (const segment of a.segments) reads.add(segment);
      b.segments.forEach((segment, index) => checkReadOnce(reads, segment, rules, `reads[${j}].segments[${index}]`));
    }
  }
}

/**
 * Checks that `plan` reads nothing that `base` does not: `select` may narrow, never widen, and never move a token.
 * @throws PolicyContractError naming the field.
 */
export function validateNarrowing(plan: ReadPlan, base: ReadPlan, rules: ReadPlanRules): void {
  validateReadPlan(plan, rules, "selected");
  const layers = base.layers;
  check(
    layers === "all" || (plan.layers !== "all" && plan.layers.every((layer) => layers.includes(layer))),
    rules,
    "selected.layers",
    () => {
      return "names layers that the base plan does not.";
    },
  );
  check(
    base.kvHead === "all" || plan.kvHead === base.kvHead,
    rules,
    "selected.kvHead",
    () => `is ${plan.kvHead} where the base plan has ${base.kvHead}.`,
  );
  const allowed = new ReadRuns(rules.pageSize);
  for (const segment of base.segments) allowed.add(segment);
  plan.segments.forEach((segment, index) => {
    const stray = allowed.findMissing(segment);
    check(stray === undefined, rules, `selected.segments[${index}]`, () => {
      return `reads token ${stray?.offset} of page ${stray?.page} for sequence ${stray?.reader}; the base plan does not, or at another position.`;
    });
  });
}

function checkLayers(plan: ReadPlan, rules: ReadPlanRules, field: string): void {
  const { layers } = rules.model;
  const named = plan.layers === "all" ? layers.map((_, index) => index) : plan.layers;
  checkUnique(named, rules, `${field}.layers`);
  for (const index of named) {
    const layer = layers[index];
    check(layer !== undefined, rules, `${field}.layers`, () => `names layer ${index} of ${layers.length}.`);
    if (plan.kvHead === "all") continue;
    checkInteger(plan.kvHead, 0, rules, `${field}.kvHead`);
    check(plan.kvHead < layer.kvHeads, rules, `${field}.kvHead`, () => `is ${plan.kvHead}; layer ${index} has ${layer.kvHeads} KV heads.`);
  }
}

function haveCommonLayer(a: ReadPlan, b: ReadPlan): boolean {
  if (a.layers === "all" || b.layers === "all") return true;
  const layers = b.layers;
  return a.layers.some((layer) => layers.includes(layer));
}

function checkReadOnce(reads: ReadRuns, segment: Segment, rules: ReadPlanRules, field: string): void {
  const repeated = reads.findRepeated(segment);
  check(repeated === undefined, rules, field, () => {
    return `reads token ${repeated?.offset} of page ${repeated?.page} for sequence ${repeated?.reader} a second time.`;
  });
  reads.add(segment);
}
