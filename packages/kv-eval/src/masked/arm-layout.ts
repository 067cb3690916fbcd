/**
 * How much of each other documents see while their keys and values are computed; the question sees all of them in every arm.
 * `full`: everything before, as in one long prompt. `block-diagonal`: themselves and the shared beginning of the sequence, at the
 * positions of `full`; what is lost is attention between documents and nothing else. `independent`: themselves alone from position 0
 * on, moved to their places afterwards: naive reuse of documents that were cached one by one.
 */
export type MultidocArm = "full" | "block-diagonal" | "independent";

export const MULTIDOC_ARMS: readonly MultidocArm[] = ["full", "block-diagonal", "independent"];

/** A document in tokens, as the first of its sequence. */
export interface DocumentTokens {
  readonly tokens: readonly number[];
  /** Leading tokens that stand only at the beginning of a sequence (BOS). */
  readonly headLength: number;
}

/** Cached tokens beside each other: `length` slots from `firstSlot` on, computed at positions from `firstPosition` on. */
export interface CachedRun {
  readonly firstSlot: number;
  readonly length: number;
  readonly firstPosition: number;
  /** Added to the positions where a reader sees the tokens. */
  readonly shift: number;
}

/** Tokens computed one after another: each sees those before it in the pass, and `reads`. */
export interface Pass {
  readonly tokens: readonly number[];
  readonly firstSlot: number;
  readonly firstPosition: number;
  readonly reads: readonly CachedRun[];
}

/** What an arm computes before the question, and what the question reads. */
export interface ArmLayout {
  readonly passes: readonly Pass[];
  readonly joined: readonly CachedRun[];
  /** Slots that the passes take; the question's tokens follow. */
  readonly slots: number;
  /** Position of the question's first token: the same in every arm. */
  readonly questionPosition: number;
}

/**
 * Lays out documents for an arm. A slot is a place in the store for one token's keys and values.
 * @param sharedTokens Tokens at the beginning of the sequence that every document sees in `block-diagonal` (the attention sink).
 */
export function layoutArm(arm: MultidocArm, documents: readonly DocumentTokens[], sharedTokens: number): ArmLayout {
  return arm === "independent" ? layoutIndependent(documents) : layoutInPlace(arm, documents, sharedTokens);
}

/** Slots are positions; only the first document keeps its head. */
function layoutInPlace(arm: "full" | "block-diagonal", documents: readonly DocumentTokens[], sharedTokens: number): ArmLayout {
  const passes: Pass[] = [];
  let start = 0;
  documents.forEach(({ tokens, headLength }, index) => {
    const own = index === 0 ? tokens : tokens.slice(headLength);
    const seen = arm === "full" ? start : Math.min(sharedTokens, start);
    passes.push({ tokens: own, firstSlot: start, firstPosition: start, reads: runsOf(inPlace(seen)) });
    start += own.length;
  });
  return { passes, joined: runsOf(inPlace(start)), slots: start, questionPosition: start };
}

/** Every document is computed with its head; the heads of all but the first are not read by the question. */
function layoutIndependent(documents: readonly DocumentTokens[]): ArmLayout {
  const passes: Pass[] = [];
  const joined: CachedRun[] = [];
  let slots = 0;
  let place = 0;
  documents.forEach(({ tokens, headLength }, index) => {
    const skipped = index === 0 ? 0 : headLength;
    const length = tokens.length - skipped;
    passes.push({ tokens, firstSlot: slots, firstPosition: 0, reads: [] });
    joined.push(...runsOf({ firstSlot: slots + skipped, length, firstPosition: skipped, shift: place - skipped }));
    slots += tokens.length;
    place += length;
  });
  return { passes, joined, slots, questionPosition: place };
}

function inPlace(length: number): CachedRun {
  return { firstSlot: 0, length, firstPosition: 0, shift: 0 };
}

function runsOf(run: CachedRun): CachedRun[] {
  return run.length === 0 ? [] : [run];
}
