import type { PageId } from "../ids.ts";
import { check, checkAscending, checkUnique, type PlanSource } from "./plan-check.ts";
import type { RetentionPlan } from "./retention-plan.ts";

/** What a retention plan is checked against. */
export interface RetentionRules extends PlanSource {
  /** Tokens the sequence holds in a page; 0 where the page is not in it. */
  readonly tokensIn: (page: PageId) => number;
  /** Codecs that pages can be rewritten in; none where absent. */
  readonly codecs?: readonly string[];
}

/**
 * Checks a retention plan: every page is in the sequence and in one action only (a page dropped cannot be recoded as well), kept offsets
 * ascend and exist, codecs are known.
 * @throws PolicyContractError naming the field.
 */
export function validateRetentionPlan(plan: RetentionPlan, rules: RetentionRules): void {
  const seen = new Map<PageId, number>();
  plan.actions.forEach((action, index) => {
    const field = `actions[${index}]`;
    check(action.pages.length > 0, rules, `${field}.pages`, () => "is empty; leave out actions without pages.");
    checkUnique(action.pages, rules, `${field}.pages`);
    action.pages.forEach((page, at) => {
      check(rules.tokensIn(page) > 0, rules, `${field}.pages[${at}]`, () => `is page ${page}, which the sequence does not hold.`);
      check(!seen.has(page), rules, `${field}.pages[${at}]`, () => `is page ${page}, which actions[${seen.get(page)}] deals with already.`);
      seen.set(page, index);
    });
    if (action.type === "compact-tokens") {
      const tokens = action.pages.reduce((sum, page) => sum + rules.tokensIn(page), 0);
      check(action.keep.length > 0, rules, `${field}.keep`, () => "is empty; drop the pages instead.");
      checkAscending(action.keep, 0, tokens, rules, `${field}.keep`);
    }
    if (action.type === "recode-pages") {
      const { codec } = action.to;
      const known = rules.codecs ?? [];
      check(known.includes(codec), rules, `${field}.to.codec`, () => {
        return `is "${codec}"; pages can be rewritten in ${known.length === 0 ? "no codec here" : known.join(", ")}.`;
      });
    }
  });
}
