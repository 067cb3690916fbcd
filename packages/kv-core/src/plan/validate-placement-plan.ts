import type { PageId } from "../ids.ts";
import type { ModelShape } from "../model/model-shape.ts";
import { check, checkAscending, checkInteger, checkUnique, type PlanSource } from "./plan-check.ts";
import type { PlacementPlan } from "./placement-plan.ts";

/** What a placement plan is checked against. */
export interface PlacementRules extends PlanSource {
  readonly pageSize: number;
  readonly model: ModelShape;
  /** Tokens of contexts and prompt. */
  readonly promptLength: number;
  /** Whether the sequence may start from this page; every page where absent. */
  readonly owns?: (page: PageId) => boolean;
  /** Whether the backend attends segments with `shift !== 0`; it does where absent. */
  readonly hasShiftedSegments?: boolean;
}

/**
 * Checks a placement plan: pages fit lengths, contexts ascend without overlap, kept offsets ascend, one token is left to compute, recomputed
 * positions are cached ones, and nothing is moved where the model or the backend cannot.
 * @throws PolicyContractError naming the field.
 */
export function validatePlacementPlan(plan: PlacementPlan, rules: PlacementRules): void {
  const { promptLength } = rules;
  let end = 0;
  plan.contexts.forEach((context, index) => {
    const field = `contexts[${index}]`;
    checkInteger(context.length, 1, rules, `${field}.length`);
    checkInteger(context.firstPosition, 0, rules, `${field}.firstPosition`);
    checkInteger(context.startPosition, end, rules, `${field}.startPosition`);
    end = context.startPosition + context.length;
    const { skip = 0 } = context;
    checkInteger(skip, 0, rules, `${field}.skip`);
    const needed = Math.ceil((skip + context.length) / rules.pageSize);
    check(skip < rules.pageSize && context.pages.length === needed, rules, `${field}.pages`, () => {
      return `has ${context.pages.length} pages; ${context.length} tokens from slot ${skip} on take ${needed} of ${rules.pageSize} tokens.`;
    });
    checkUnique(context.pages, rules, `${field}.pages`);
    context.pages.forEach((page, at) => {
      check(rules.owns?.(page) ?? true, rules, `${field}.pages[${at}]`, () => `is page ${page}, which this sequence may not read.`);
    });
    const isMoved = context.startPosition !== context.firstPosition;
    const canMove = rules.model.hasFixedFrequencies && (rules.hasShiftedSegments ?? true);
    check(!isMoved || canMove, rules, `${field}.startPosition`, () => {
      return `is ${context.startPosition} for tokens computed at ${context.firstPosition}; this model's RoPE or this backend does not allow that.`;
    });
    if (context.keep === "all") return;
    check(context.keep.length > 0, rules, `${field}.keep`, () => "is empty; leave the context out.");
    checkAscending(context.keep, 0, context.length, rules, `${field}.keep`);
  });
  check(
    end < promptLength,
    rules,
    "contexts",
    () => `reach position ${end - 1} of a prompt of ${promptLength} tokens; one token must be left to compute.`,
  );
  checkInteger(plan.cachedTokens, 0, rules, "cachedTokens");
  const placed = plan.contexts.reduce((sum, { length }) => sum + length, 0);
  check(plan.cachedTokens === placed, rules, "cachedTokens", () => `is ${plan.cachedTokens} where the contexts cover ${placed} tokens.`);
  plan.recompute.forEach((span, index) => checkRecompute(plan, rules, span, `recompute[${index}]`));
}

function checkRecompute(plan: PlacementPlan, rules: PlacementRules, span: PlacementPlan["recompute"][number], field: string): void {
  const { layers } = rules.model;
  if (span.layers !== "all") checkAscending(span.layers, 0, layers.length, rules, `${field}.layers`);
  check(span.blend > 0 && span.blend <= 1, rules, `${field}.blend`, () => `is ${span.blend}; it must be above 0 and at most 1.`);
  checkAscending(span.positions, 0, rules.promptLength, rules, `${field}.positions`);
  span.positions.forEach((position, at) => {
    const context = plan.contexts.find(({ startPosition, length }) => position >= startPosition && position < startPosition + length);
    const isKept = context !== undefined && (context.keep === "all" || context.keep.includes(position - context.startPosition));
    check(isKept, rules, `${field}.positions[${at}]`, () => `is ${position}, which no context keeps.`);
  });
}
