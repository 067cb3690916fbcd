import type { RecodePages } from "./retention-plan.ts";
import { check, checkInteger } from "./plan-check.ts";
import type { SequencePart } from "./sequence-parts.ts";
import type { RetentionRules } from "./validate-retention-plan.ts";

/**
 * Checks what is asked to be recoded: whole pages of consecutive dense tokens, none of them moved; right behind encoded tokens of the same
 * codec, or tokens about to be, where it continues their segment; being recoded all of them or none.
 * @param first index of the first page among `parts`
 */
export function checkRecoding(
  action: RecodePages,
  parts: readonly SequencePart[],
  first: number,
  rules: RetentionRules,
  field: string,
): void {
  const { codec } = action.to;
  const known = rules.codecs ?? [];
  check(known.includes(codec), rules, `${field}.to.codec`, () => {
    return `is "${codec}"; pages can be rewritten in ${known.length === 0 ? "no codec here" : known.join(", ")}.`;
  });
  checkInteger(action.overSteps, 0, rules, `${field}.overSteps`);
  const busy = action.pages.filter((page) => rules.recoding?.includes(page) === true);
  check(busy.length === 0 || busy.length === action.pages.length, rules, `${field}.pages`, () => {
    return `name pages ${busy.join(", ")}, which are being recoded, and others.`;
  });
  const firstPosition = parts[first]?.segment.firstPosition ?? 0;
  action.pages.forEach((page, index) => {
    const part = parts[first + index];
    check(part?.page === page, rules, `${field}.pages[${index}]`, () => `is page ${page}, which does not follow the page before it.`);
    const { length, shift, positions } = part.segment;
    const isWhole = length === rules.pageSize && positions === undefined;
    check(isWhole, rules, `${field}.pages[${index}]`, () => `is page ${page}, which is not full of consecutive tokens.`);
    check(shift === 0, rules, `${field}.pages[${index}]`, () => `is page ${page}, whose tokens were moved by ${shift}.`);
    const position = firstPosition + index * rules.pageSize;
    check(part.segment.firstPosition === position, rules, `${field}.pages[${index}]`, () => {
      return `is page ${page}, where position ${part.segment.firstPosition} follows position ${position - 1}.`;
    });
  });
  if (action.basis === "fit") return;
  const before = parts[first - 1];
  const follows =
    before !== undefined && before.segment.firstPosition + before.segment.length === firstPosition && before.segment.shift === 0;
  const isEncoded = before?.segment.encoding?.codec === codec;
  const isAboutTo = before?.page !== undefined && rules.recoding?.includes(before.page) === true;
  check(follows && (isEncoded || isAboutTo), rules, `${field}.basis`, () => {
    return `is "continue", but no tokens encoded as "${codec}" stand right before page ${action.pages[0]}.`;
  });
}
