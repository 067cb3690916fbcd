import { DIRECTORY_MAGIC, KernelFailedError, type PageId, type Segment } from "@kvasir/kv-core";
import { PACKED_CODEC } from "../codec/packed-format.ts";
import type { CpuKvStore } from "../kv/cpu-kv-store.ts";
import type { StepMemory } from "../step-memory.ts";

/** Values of `Selector.by` for encoded segments, in the order of `enum PackedScoring` of native/packed-attend.h, from 1 on. */
export const ENCODED_SELECTORS: readonly string[] = ["mean-key", "max-key"];

/** Blocks that a thread's private memory has room for. */
const MAX_BLOCKS = 131_072;

/** Words of `PackedSegment` and `PackedPiece` of native/packed-attend.h. */
const SEGMENT_WORDS = 12;
const PIECE_WORDS = 3;

/** An encoded segment, checked, with its pieces in backend memory. */
export interface EncodedSegment {
  readonly piecesAt: number;
  /** First token of every piece, counted from the segment's. */
  readonly firstTokens: readonly number[];
  readonly blockCount: number;
}

/** The encoded segments of a plan. What stands in their directories is read here; where items lie, by the kernels. */
export class EncodedSegments {
  readonly #store: CpuKvStore;
  readonly #memory: StepMemory;
  readonly #known = new Map<Segment, EncodedSegment>();
  /** Items of a directory: KV heads of all layers that own KV. */
  readonly #items: number;

  constructor(store: CpuKvStore, memory: StepMemory) {
    this.#store = store;
    this.#memory = memory;
    this.#items = store.spec.shape.layers.reduce((sum, { owner, kvHeads }, index) => sum + (owner === index ? kvHeads : 0), 0);
  }

  /** @throws KernelFailedError where the segment is none that these kernels can read. */
  open(segment: Segment): EncodedSegment {
    let known = this.#known.get(segment);
    if (known === undefined) {
      known = this.#add(segment);
      this.#known.set(segment, known);
    }
    return known;
  }

  /** `PackedSegment` of a segment. @param bytesPerToken dense, for budgets in bytes */
  record(segment: Segment, bytesPerToken: number): BigInt64Array {
    const { piecesAt, firstTokens, blockCount } = this.open(segment);
    const { firstPosition, shift, length, selector } = segment;
    const { blockTokens = 1, always = { sinkTokens: 0, recentTokens: 0 }, keep = { ratio: 1 } } = selector ?? {};
    const scoring = selector === undefined ? 0 : 1 + ENCODED_SELECTORS.indexOf(selector.by);
    const words = new BigInt64Array(SEGMENT_WORDS);
    [
      ...[piecesAt, firstTokens.length, firstPosition + shift, length, shift],
      ...[scoring, blockTokens, blockCount, always.sinkTokens, always.recentTokens],
    ].forEach((value, index) => (words[index] = BigInt(value)));
    const reals = new Float64Array(words.buffer);
    reals[10] = "ratio" in keep ? keep.ratio : 0;
    reals[11] = "tokens" in keep ? keep.tokens : "bytes" in keep ? keep.bytes / bytesPerToken : 0;
    return words;
  }

  #add(segment: Segment): EncodedSegment {
    const { encoding, selector, length } = segment;
    const pieces = encoding?.pieces ?? [];
    if (encoding?.codec !== PACKED_CODEC) {
      throw failed(`codec "${String(encoding?.codec)}" is not known; this backend attends ${PACKED_CODEC}`);
    }
    const blockCount = selector === undefined ? 0 : Math.ceil(length / selector.blockTokens);
    if (selector !== undefined && !ENCODED_SELECTORS.includes(selector.by)) {
      throw failed(`blocks of encoded segments are scored by ${ENCODED_SELECTORS.join(", ")}, not by "${selector.by}"`);
    }
    if (blockCount > MAX_BLOCKS) throw failed(`an encoded segment of ${length} tokens has more than ${MAX_BLOCKS} blocks`);
    const words = new BigInt64Array(PIECE_WORDS * pieces.length);
    const firstTokens: number[] = [];
    let tokens = 0;
    pieces.forEach((piece, index) => {
      const { page, offset } = piece;
      this.#check(piece, selector?.by === "mean-key" ? selector.blockTokens : undefined);
      if (selector !== undefined && tokens % selector.blockTokens !== 0) {
        throw failed(`pieces of encoded segments are whole blocks of ${selector.blockTokens} tokens; one begins at token ${tokens}`);
      }
      words[PIECE_WORDS * index] = BigInt(this.#store.pageAddress(page) + offset);
      words[PIECE_WORDS * index + 1] = BigInt(tokens);
      words[PIECE_WORDS * index + 2] = BigInt(piece.tokens);
      firstTokens.push(tokens);
      tokens += piece.tokens;
    });
    if (tokens !== length) throw failed(`an encoded segment of ${length} tokens has pieces of ${tokens}`);
    return { piecesAt: this.#memory.copy(words), firstTokens, blockCount };
  }

  /** Reads a piece's directory. @param blockTokens that mean keys are to stand for */
  #check({ page, offset, tokens }: { page: PageId; offset: number; tokens: number }, blockTokens: number | undefined): void {
    const view = this.#store.pageView(page);
    if (view.getUint32(offset, true) !== DIRECTORY_MAGIC || view.getUint32(offset + 4, true) !== tokens) {
      throw failed(`there is no directory of ${tokens} tokens at byte ${offset} of page ${page}`);
    }
    const items = view.getUint32(offset + 8, true);
    if (items !== this.#items)
      throw failed(`the directory at byte ${offset} of page ${page} has ${items} items where the model has ${this.#items}`);
    if (blockTokens === undefined) return;
    const statePage = view.getUint32(offset + 28, true) as PageId;
    const kept = this.#store.pageView(statePage).getUint32(view.getUint32(offset + 32, true) + 8, true);
    if (kept !== blockTokens) throw failed(`mean keys of these tokens are of blocks of ${kept}, not of ${blockTokens}`);
  }
}

function failed(reason: string): KernelFailedError {
  return new KernelFailedError({ kernel: "plan", reason: `${reason}.` });
}
