import { KernelFailedError, type Segment, type Selector, type SequenceRows } from "@kvasir/kv-core";
import type { RepresentativeCache } from "../kv/representative-cache.ts";
import type { StepMemory } from "../step-memory.ts";
import { IntList } from "./int-list.ts";
import type { TokenSpan } from "./work-list.ts";

/** Values of `Selector.by`, by `enum Scoring` of native/selection.h. */
export const SELECTORS: readonly string[] = ["mean-key", "chunk-feature"];

/** What a thread's private memory has room for: one candidate a block, and scores of some keys with all of a chunk. */
const MAX_BLOCKS = 200_000;
const MAX_FEATURE_TOKENS = 65_536;
/** Query tokens that choose in one piece of work. */
const TOKENS_PER_CHOOSER = 8;

/** Words of `Selection` and `ScoredBlock` of native/selection.h. */
const SELECTION_WORDS = 14;
const SCORED_WORDS = 6;

/** Decides places and sizes of selections. */
export interface SelectionStore {
  readonly pageSize: number;
  readonly kvHeads: number;
  /** Bytes of K and V of one token in the layer. */
  readonly bytesPerToken: number;
  readonly representatives: RepresentativeCache;
  readonly memory: StepMemory;
}

interface SelectedSegment {
  readonly segment: Segment;
  readonly selector: Selector;
  readonly index: number;
  readonly firstChoice: number;
  readonly blockCount: number;
  /** Indices in the list of scored blocks. */
  readonly scored: Int32Array;
  /** Rows of the batch that may choose. */
  readonly firstRow: number;
  readonly rowCount: number;
}

/** Addresses and counts of what `AttentionStep` has for selectors. */
export interface SelectionRecords {
  readonly addresses: readonly number[];
  readonly scoredCount: number;
  readonly chooserCount: number;
}

/** The segments of a plan that have selectors, and the work of choosing their blocks. */
export class SelectionList {
  readonly #segments = new Map<Segment, SelectedSegment>();
  readonly #choices = new IntList();
  readonly #choosers = new IntList();
  readonly #scored = new IntList();
  /** Index in `#scored` of the block with an id. */
  readonly #scoredIndex = new Map<number, number>();
  #sequences: readonly SequenceRows[] = [];
  #store: SelectionStore | undefined;

  /** Begins the plan for one kind of layer. */
  begin(sequences: readonly SequenceRows[], store: SelectionStore): void {
    this.#segments.clear();
    this.#choices.clear();
    this.#choosers.clear();
    this.#scored.clear();
    this.#scoredIndex.clear();
    this.#sequences = sequences;
    this.#store = store;
  }

  /** `Chunk.choice` of the first block of a segment, of the next block one more and so on; 0 without a selector. */
  readonly choiceOf = (segment: Segment): number => {
    const { selector } = segment;
    if (selector === undefined || this.#store === undefined) return 0;
    const known = this.#segments.get(segment) ?? this.#add(segment, selector, this.#store);
    return known.firstChoice;
  };

  /** Lets the readers of a segment choose for a KV head. `spans`: the query tokens of the plan's sequences, in order. */
  addChoosers(segment: Segment, head: number, spans: readonly TokenSpan[]): void {
    const selected = this.#segments.get(segment);
    if (selected === undefined) return;
    let first = 0;
    let count = 0;
    const flush = (): void => {
      for (let at = 0; at < count; at += TOKENS_PER_CHOOSER) {
        this.#choosers.push4(selected.index, head, first + at, Math.min(TOKENS_PER_CHOOSER, count - at));
      }
      count = 0;
    };
    const readers = new Set(segment.readers);
    this.#sequences.forEach(({ sequence }, index) => {
      const span = spans[index];
      if (span === undefined || span.count === 0 || !readers.has(sequence)) return;
      if (count === 0 || span.first !== first + count) {
        flush();
        first = span.first;
      }
      count += span.count;
    });
    flush();
  }

  /** Puts everything into backend memory. */
  write(): SelectionRecords {
    const { memory } = this.#store ?? {};
    if (memory === undefined) return { addresses: [0, 0, 0, 0], scoredCount: 0, chooserCount: 0 };
    const records = new BigInt64Array(SELECTION_WORDS * this.#segments.size);
    const reals = new Float64Array(records.buffer);
    for (const selected of this.#segments.values()) this.#writeSelection(selected, memory, records, reals);
    const addresses = [
      memory.copy(this.#scored.values),
      memory.copy(records),
      memory.copy(this.#choosers.values),
      memory.copy(this.#choices.values),
    ];
    return { addresses, scoredCount: this.#scored.length / (2 * SCORED_WORDS), chooserCount: this.#choosers.length / 4 };
  }

  #add(segment: Segment, selector: Selector, store: SelectionStore): SelectedSegment {
    const blockCount = Math.ceil(segment.length / selector.blockTokens);
    const scoring = SELECTORS.indexOf(selector.by);
    const reason =
      scoring < 0
        ? `blocks are scored by ${SELECTORS.join(", ")}, not by "${selector.by}"`
        : blockCount > MAX_BLOCKS
          ? `a segment of ${segment.length} tokens has more than ${MAX_BLOCKS} blocks of ${selector.blockTokens}`
          : scoring === 1 && selector.blockTokens > MAX_FEATURE_TOKENS
            ? `blocks of ${selector.blockTokens} tokens are too long for chunk features; at most ${MAX_FEATURE_TOKENS}`
            : undefined;
    if (reason !== undefined) throw new KernelFailedError({ kernel: "plan", reason: `${reason}.` });
    const ranges = this.#sequences.filter(({ sequence, rows }) => rows > 0 && segment.readers.includes(sequence));
    const firstRow = Math.min(...ranges.map((range) => range.firstRow));
    const endRow = Math.max(...ranges.map((range) => range.firstRow + range.rows));
    const pagesAt = store.memory.copy(Int32Array.from(segment.pages));
    const selected = {
      segment,
      selector,
      index: this.#segments.size,
      firstChoice: 1 + this.#choices.length / 2,
      blockCount,
      scored: Int32Array.from({ length: Math.floor(segment.length / selector.blockTokens) }, (_, block) => {
        return this.#scoredBlock(segment, block * selector.blockTokens, scoring, pagesAt, store);
      }),
      firstRow: ranges.length === 0 ? 0 : firstRow,
      rowCount: ranges.length === 0 ? 0 : endRow - firstRow,
    };
    for (let block = 0; block < blockCount; block++) this.#choices.push2(selected.index, block);
    this.#segments.set(segment, selected);
    return selected;
  }

  /** Index of a full block in the list of those that need representatives. `pagesAt`: address of the segment's pages. */
  #scoredBlock({ pages, skip, selector }: Segment, firstToken: number, scoring: number, pagesAt: number, store: SelectionStore): number {
    const { pageSize, representatives } = store;
    const start = skip + firstToken;
    const firstPage = Math.floor(start / pageSize);
    const firstSlot = start % pageSize;
    const tokens = selector?.blockTokens ?? 0;
    const { address, id } = representatives.find({ pages, firstPage, firstSlot, tokens, scoring });
    const known = this.#scoredIndex.get(id);
    if (known !== undefined) return known;
    const index = this.#scored.length / (2 * SCORED_WORDS);
    this.#scoredIndex.set(id, index);
    for (const word of [address, pagesAt + 4 * firstPage, id, firstSlot, tokens, scoring]) {
      this.#scored.push2(word | 0, Math.floor(word / 2 ** 32));
    }
    return index;
  }

  #writeSelection(selected: SelectedSegment, memory: StepMemory, records: BigInt64Array, reals: Float64Array): void {
    const { segment, selector, index, blockCount, rowCount } = selected;
    const { kvHeads, bytesPerToken } = this.#store ?? { kvHeads: 0, bytesPerToken: 1 };
    const { length, firstPosition, shift, positions } = segment;
    const { keep, always, blockTokens } = selector;
    const chosen = memory.take(kvHeads * blockCount * rowCount);
    const explicit = positions === undefined ? 0 : memory.copy(Int32Array.from(positions, (position) => position + shift));
    const at = index * SELECTION_WORDS;
    const integers = [
      ...[memory.copy(selected.scored), chosen, explicit, firstPosition + shift, length, shift],
      ...[blockTokens, blockCount, always.sinkTokens, always.recentTokens],
    ];
    integers.forEach((value, word) => (records[at + word] = BigInt(value)));
    reals[at + 10] = "ratio" in keep ? keep.ratio : 0;
    reals[at + 11] = "tokens" in keep ? keep.tokens : "bytes" in keep ? keep.bytes / bytesPerToken : 0;
    records[at + 12] = BigInt(selected.firstRow);
    records[at + 13] = BigInt(rowCount);
  }
}
