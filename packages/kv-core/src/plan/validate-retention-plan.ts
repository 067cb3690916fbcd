import type { PageId } from "../ids.ts";
import { check, checkAscending, checkUnique, type PlanSource } from "./plan-check.ts";
import type { RetentionPlan } from "./retention-plan.ts";
import type { Segment } from "./segment.ts";
import { sequenceParts, type SequencePart } from "./sequence-parts.ts";
import { checkRecoding } from "./validate-recoding.ts";

/** What a retention plan is checked against. */
export interface RetentionRules extends PlanSource {
  /** What the sequence attends, in token order. */
  readonly segments: readonly Segment[];
  /** Tokens per page. */
  readonly pageSize: number;
  /** Codecs that pages can be rewritten in; none where absent. */
  readonly codecs?: readonly string[];
  /** Pages whose recoding is under way; none where absent. */
  readonly recoding?: readonly PageId[];
}

/**
 * Checks a retention plan: every page is in the sequence and in one action only (a page dropped cannot be recoded as well), pages are in
 * token order, kept offsets ascend and exist, encoded pieces go whole, what is recoded can be.
 * @throws PolicyContractError naming the field.
 */
export function validateRetentionPlan(plan: RetentionPlan, rules: RetentionRules): void {
  if (plan.actions.length === 0) return;
  const parts = sequenceParts(rules.segments, rules.pageSize);
  const places = new Map(parts.flatMap(({ page }, index) => (page === undefined ? [] : [[page, index] as const])));
  const encoded = new Set(parts.flatMap(({ piece }) => piece?.pages ?? []));
  const recoding = new Set(rules.recoding);
  const seen = new Map<PageId, number>();
  plan.actions.forEach((action, index) => {
    const field = `actions[${index}]`;
    check(action.pages.length > 0, rules, `${field}.pages`, () => "is empty; leave out actions without pages.");
    checkUnique(action.pages, rules, `${field}.pages`);
    action.pages.forEach((page, at) => {
      const where = `${field}.pages[${at}]`;
      check(places.has(page) || encoded.has(page), rules, where, () => `is page ${page}, which the sequence does not hold.`);
      check(!seen.has(page), rules, where, () => `is page ${page}, which actions[${seen.get(page)}] deals with already.`);
      seen.set(page, index);
      if (action.type === "drop-pages" && encoded.has(page)) return;
      check(!encoded.has(page), rules, where, () => `is page ${page}, whose tokens are encoded; they can only be dropped.`);
      const isBusy = action.type !== "recode-pages" && recoding.has(page);
      check(!isBusy, rules, where, () => `is page ${page}, which is being recoded.`);
      const before = places.get(action.pages[at - 1] ?? page) ?? -1;
      check(at === 0 || (places.get(page) ?? 0) > before, rules, `${field}.pages`, () => "must be listed in token order.");
    });
    if (action.type === "compact-tokens") {
      const tokens = tokensIn(parts, action.pages);
      check(action.keep.length > 0, rules, `${field}.keep`, () => "is empty; drop the pages instead.");
      checkAscending(action.keep, 0, tokens, rules, `${field}.keep`);
    }
    if (action.type === "recode-pages") checkRecoding(action, parts, places.get(action.pages[0] as PageId) ?? 0, rules, field);
  });
  checkWholePieces(plan, parts, rules);
}

/** Pages given back take every piece with them that has bytes there, so all of those pieces' pages have to be named. */
function checkWholePieces(plan: RetentionPlan, parts: readonly SequencePart[], rules: RetentionRules): void {
  const dropped = new Map<PageId, number>();
  plan.actions.forEach(({ type, pages }, index) => {
    if (type === "drop-pages") for (const page of pages) dropped.set(page, index);
  });
  for (const { piece } of parts) {
    const named = piece?.pages.find((page) => dropped.has(page));
    if (piece === undefined || named === undefined) continue;
    const missing = piece.pages.find((page) => !dropped.has(page));
    check(missing === undefined, rules, `actions[${dropped.get(named)}].pages`, () => {
      return `name page ${named} but not page ${missing}, and an encoded piece lies in both; drop all of a piece's pages.`;
    });
  }
}

function tokensIn(parts: readonly SequencePart[], pages: readonly PageId[]): number {
  const wanted = new Set(pages);
  return parts.reduce((sum, { page, segment }) => (page !== undefined && wanted.has(page) ? sum + segment.length : sum), 0);
}
