import type { TokenRange } from "../agreement/block-recall.ts";
import type { EvidenceSpan } from "../exercise.ts";

/** A rendered prompt and what stands in it. */
export interface EvidencePlaces {
  readonly tokens: readonly number[];
  /** The bytes that a token adds to a text. */
  readonly bytesOf: (token: number) => Uint8Array;
  /** In the order in which the prompt has them. */
  readonly documents: readonly string[];
  readonly evidence: readonly EvidenceSpan[];
}

/**
 * Finds the tokens of a prompt that hold evidence. A token that has a part of a span only belongs to it whole. Ranges come in the order
 * of `evidence`.
 * @throws RangeError where a document is not in the prompt as it was given, e.g. since the tokenizer normalizes text
 */
export function evidenceRanges({ tokens, bytesOf, documents, evidence }: EvidencePlaces): TokenRange[] {
  const pieces = tokens.map(bytesOf);
  const whole = Buffer.concat(pieces);
  const ends = new Int32Array(tokens.length);
  let end = 0;
  for (const [index, piece] of pieces.entries()) ends[index] = end += piece.length;
  let from = 0;
  const starts = documents.map((document, index) => {
    const start = whole.indexOf(document, from, "utf8");
    if (start < 0) throw new RangeError(`Document ${index} does not occur in the prompt's tokens as it was given.`);
    from = start + Buffer.byteLength(document);
    return start;
  });
  return evidence.map(({ document, start, end }) => {
    const text = documents[document];
    const base = starts[document];
    if (text === undefined || base === undefined) throw new RangeError(`There is no document ${document}.`);
    const firstByte = base + Buffer.byteLength(text.slice(0, start));
    const lastByte = base + Buffer.byteLength(text.slice(0, end)) - 1;
    return { start: tokenAt(ends, firstByte), end: tokenAt(ends, lastByte) + 1 };
  });
}

/** Index of the token that has a byte: the first that ends after it. */
function tokenAt(ends: Int32Array, byte: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > byte) high = middle;
    else low = middle + 1;
  }
  return low;
}
