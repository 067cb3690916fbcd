import { ENCODED_ALIGNMENT } from "../backend/encoded-pages.ts";
import type { PageId } from "../ids.ts";
import { check, checkInteger } from "./plan-check.ts";
import { pieceKey, piecePages } from "./segment-parts.ts";
import type { Segment, SegmentEncoding } from "./segment.ts";
import type { Selector } from "./selector.ts";
import type { SegmentRules } from "./validate-segment.ts";

/** Encodings whose pieces and pages were found to be right, with those pages: a sequence reads the same ones in every step. */
const checked = new WeakMap<SegmentEncoding, readonly PageId[]>();

/** What `validateSegment` checks of an encoded segment in place of its tokens' slots. */
export function checkEncoding(segment: Segment, encoding: SegmentEncoding, rules: SegmentRules, field: string): void {
  const { codec, pieces } = encoding;
  check(segment.skip === 0, rules, `${field}.skip`, () => `is ${segment.skip}; encoded tokens are not skipped.`);
  check(segment.positions === undefined, rules, `${field}.positions`, () => "are listed; those of encoded tokens are consecutive.");
  check(rules.codecs?.includes(codec) ?? true, rules, `${field}.encoding.codec`, () => {
    return `is "${codec}"; the backend attends ${rules.codecs?.join(", ") || "none"}.`;
  });
  const tokens = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  check(tokens === segment.length, rules, `${field}.length`, () => `is ${segment.length}; the pieces have ${tokens} tokens.`);
  if (checked.get(encoding) === segment.pages) return;
  const seen = new Set<string>();
  pieces.forEach((piece, index) => {
    const at = `${field}.encoding.pieces[${index}]`;
    checkInteger(piece.tokens, 1, rules, `${at}.tokens`);
    checkInteger(piece.offset, 0, rules, `${at}.offset`);
    check(piece.offset % ENCODED_ALIGNMENT === 0, rules, `${at}.offset`, () => `is ${piece.offset}, no multiple of ${ENCODED_ALIGNMENT}.`);
    check(piece.loss >= 0 && piece.loss <= 1, rules, `${at}.loss`, () => `is ${piece.loss}; it must be a share, from 0 to 1.`);
    check(piece.pages.includes(piece.page), rules, `${at}.pages`, () => `leave out page ${piece.page}, where the directory lies.`);
    check(!seen.has(pieceKey(piece)), rules, at, () => "is listed already.");
    seen.add(pieceKey(piece));
  });
  const held = new Set(piecePages(pieces));
  const isExact = held.size === segment.pages.length && segment.pages.every((page) => held.has(page));
  check(isExact, rules, `${field}.pages`, () => `are not the ${held.size} pages that the pieces lie in, each once.`);
  checked.set(encoding, segment.pages);
}

/** What a selector must keep to in an encoded segment. */
export function checkEncodedSelector(selector: Selector, { pieces }: SegmentEncoding, rules: SegmentRules, field: string): void {
  const { by, blockTokens, keep } = selector;
  check(rules.encodedSelectors?.includes(by) ?? true, rules, `${field}.by`, () => {
    return `is "${by}"; the backend evaluates ${rules.encodedSelectors?.join(", ") || "none"} on encoded tokens.`;
  });
  const isAligned = pieces.slice(0, -1).every(({ tokens }) => tokens % blockTokens === 0);
  check(isAligned, rules, `${field}.blockTokens`, () => `is ${blockTokens}; blocks would reach from one piece into the next.`);
  check(!("bytes" in keep), rules, `${field}.keep`, () => "is in bytes; give encoded segments a budget of tokens or a ratio.");
}
