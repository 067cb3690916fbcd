import type { PageId } from "../ids.ts";
import { resolveBudget } from "./budget.ts";
import { check, checkAscending, checkInteger, checkUnique, type PlanSource } from "./plan-check.ts";
import type { Segment } from "./segment.ts";
import type { Selector } from "./selector.ts";
import { checkEncodedSelector, checkEncoding } from "./validate-encoding.ts";

/** What a segment is checked against. */
export interface SegmentRules extends PlanSource {
  /** Tokens per page. */
  readonly pageSize: number;
  /** Whether the segment's readers may read this page; every page where absent. */
  readonly owns?: (page: PageId) => boolean;
  /** Values of `Selector.by` the backend evaluates on dense segments; all where absent. */
  readonly selectors?: readonly string[];
  /** Values of `Selector.by` it evaluates on encoded segments; all where absent. */
  readonly encodedSelectors?: readonly string[];
  /** Codecs whose segments the backend attends; all where absent. */
  readonly codecs?: readonly string[];
  /** Whether the backend and the model allow `shift !== 0`; they do where absent. */
  readonly allowsShift?: boolean;
}

/**
 * Checks one segment: at least one token, exactly the pages its tokens need, no page twice, every page owned, positions ascending; encoded
 * pieces whole and in a codec that the backend knows.
 * @throws PolicyContractError naming the field.
 */
export function validateSegment(segment: Segment, rules: SegmentRules, field = "segment"): void {
  checkInteger(segment.length, 1, rules, `${field}.length`);
  checkInteger(segment.skip, 0, rules, `${field}.skip`);
  if (segment.encoding === undefined) checkSlots(segment, rules, field);
  else checkEncoding(segment, segment.encoding, rules, field);
  checkUnique(segment.pages, rules, `${field}.pages`);
  segment.pages.forEach((page, index) => {
    checkInteger(page, 0, rules, `${field}.pages[${index}]`);
    check(rules.owns?.(page) ?? true, rules, `${field}.pages[${index}]`, () => `is page ${page}, which its readers do not hold.`);
  });
  checkInteger(segment.firstPosition, 0, rules, `${field}.firstPosition`);
  checkPositions(segment, rules, field);
  check(Number.isInteger(segment.shift), rules, `${field}.shift`, () => `is ${segment.shift}; it must be an integer.`);
  check(segment.firstPosition + segment.shift >= 0, rules, `${field}.shift`, () => {
    return `is ${segment.shift}, which moves position ${segment.firstPosition} below 0.`;
  });
  check(segment.shift === 0 || (rules.allowsShift ?? true), rules, `${field}.shift`, () => {
    return `is ${segment.shift}; this model's RoPE or this backend does not allow segments to be moved.`;
  });
  check(segment.readers.length > 0, rules, `${field}.readers`, () => "is empty; leave out segments that nobody reads.");
  checkUnique(segment.readers, rules, `${field}.readers`);
  if (segment.selector !== undefined) checkSelector(segment.selector, segment, rules, `${field}.selector`);
}

function checkSlots(segment: Segment, rules: SegmentRules, field: string): void {
  const { pageSize } = rules;
  check(
    segment.skip < pageSize,
    rules,
    `${field}.skip`,
    () => `is ${segment.skip}; leave out the first page rather than skip ${pageSize} tokens.`,
  );
  const needed = Math.ceil((segment.skip + segment.length) / pageSize);
  check(segment.pages.length === needed, rules, `${field}.pages`, () => {
    return `has ${segment.pages.length} pages; ${segment.length} tokens after ${segment.skip} skipped take ${needed} of ${pageSize} tokens.`;
  });
}

function checkPositions(segment: Segment, rules: SegmentRules, field: string): void {
  const { positions } = segment;
  if (positions === undefined) return;
  check(positions.length === segment.length, rules, `${field}.positions`, () => {
    return `lists ${positions.length} positions for ${segment.length} tokens.`;
  });
  check(positions[0] === segment.firstPosition, rules, `${field}.positions[0]`, () => {
    return `is ${positions[0]} where firstPosition is ${segment.firstPosition}.`;
  });
  checkAscending(positions, 0, Infinity, rules, `${field}.positions`);
}

function checkSelector(selector: Selector, { encoding }: Segment, rules: SegmentRules, field: string): void {
  const { blockTokens, always } = selector;
  checkInteger(blockTokens, 1, rules, `${field}.blockTokens`);
  checkInteger(always.sinkTokens, 0, rules, `${field}.always.sinkTokens`);
  checkInteger(always.recentTokens, 0, rules, `${field}.always.recentTokens`);
  resolveBudget(selector.keep, { tokens: 1, bytesPerToken: 1 });
  if (encoding !== undefined) {
    checkEncodedSelector(selector, encoding, rules, field);
    return;
  }
  check(blockTokens % rules.pageSize === 0 || rules.pageSize % blockTokens === 0, rules, `${field}.blockTokens`, () => {
    return `is ${blockTokens}; it must divide the page size of ${rules.pageSize} tokens or be a multiple of it.`;
  });
  check(rules.selectors?.includes(selector.by) ?? true, rules, `${field}.by`, () => {
    return `is "${selector.by}"; the backend evaluates ${rules.selectors?.join(", ") || "none"}.`;
  });
}

/** Stored position of token `index` of a segment. */
export function storedPosition(segment: Segment, index: number): number {
  return segment.positions?.[index] ?? segment.firstPosition + index;
}
