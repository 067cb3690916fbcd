import type { KvStoreSpec, Segment, SequenceRows, StepPlan } from "@kvasir/kv-core";
import type { RepresentativeCache } from "../kv/representative-cache.ts";
import type { StepMemory } from "../step-memory.ts";
import { type ChunkGroup, groupChunks } from "./chunk-groups.ts";
import { kindsOf, type LayerKind, segmentsOfSequences } from "./layer-kind.ts";
import { SelectionList } from "./selections.ts";
import { packReaders, SharedWork, type StateRows } from "./shared-work.ts";
import { type TokenList, TokenListBuilder } from "./token-list.ts";
import { type TokenSpan, WorkList } from "./work-list.ts";

/** Rows (query tokens x query heads of a KV head) that one item takes; more share each block of keys and values from the cache. */
const ITEM_ELEMENTS = 192 * 64;
const MAX_ITEM_ROWS = 192;
/** Items per thread below which contexts are split, so that all threads have work and end at about the same time. */
const ITEMS_PER_THREAD = 4;
/** Sequences with more query tokens than this share blocks of keys and values among their own rows well enough. */
const MAX_GROUPED_TOKENS = 16;

/** How work is cut for one kind of layer. */
interface WorkShape {
  readonly group: number;
  readonly paddedDim: number;
  readonly tokensPerItem: number;
  /** Items that each item's chunks should be spread over. */
  readonly pieces: number;
}

/** What decides plans beside the step itself. */
export interface PlannedStore {
  readonly spec: KvStoreSpec;
  readonly representatives: RepresentativeCache;
}

/** Heads that read the same, what each sequence reads for them, and those of the segments that have selectors. */
interface HeadLists {
  readonly lists: readonly TokenList[];
  readonly heads: number[];
  readonly selected: readonly Segment[];
}

const isDense = ({ encoding }: Segment): boolean => encoding === undefined;

/** Turns step plans into the work lists of native/attention.h; encoded segments are another planner's. */
export class StepPlanner {
  readonly #lists = new TokenListBuilder();
  readonly #work = new WorkList();
  readonly #selections = new SelectionList();
  readonly #threads: number;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Address of each layer's `AttentionStep`, in memory taken from `memory`. */
  plan(step: StepPlan, store: PlannedStore, memory: StepMemory): number[] {
    const stepOfKind = new Map<string, number>();
    store.representatives.beginPlan();
    return kindsOf(store.spec, step.reads).map((kind) => {
      let address = stepOfKind.get(kind.key);
      if (address === undefined) {
        address = this.#planKind(step, kind, store, memory);
        stepOfKind.set(kind.key, address);
      }
      return address;
    });
  }

  #planKind(step: StepPlan, kind: LayerKind, { spec: { pageSize }, representatives }: PlannedStore, memory: StepMemory): number {
    this.#lists.clear();
    this.#work.clear();
    const { bytesPerToken } = kind;
    this.#selections.begin(step.sequences, { pageSize, kvHeads: kind.readsOfHead.length, bytesPerToken, representatives, memory });
    const maxRows = Math.min(MAX_ITEM_ROWS, Math.floor(ITEM_ELEMENTS / kind.paddedDim));
    const tokensPerItem = Math.max(1, Math.floor(maxRows / kind.group));
    const spans = step.sequences.map(({ firstRow, rows, firstPosition }) => this.#addTokens(firstRow, rows, firstPosition));
    const items = spans.reduce((sum, { count }) => sum + Math.ceil(count / tokensPerItem), 0) * kind.readsOfHead.length;
    const isShort = this.#threads > 1 && items < ITEMS_PER_THREAD * this.#threads;
    const pieces = isShort ? Math.ceil((2 * ITEMS_PER_THREAD * this.#threads) / Math.max(1, items)) : 1;
    const shape: WorkShape = { group: kind.group, paddedDim: kind.paddedDim, tokensPerItem, pieces };
    for (const { lists, heads, selected } of this.#tokenLists(step, kind, pageSize)) {
      for (const segment of selected) for (const head of heads) this.#selections.addChoosers(segment, head, spans);
      this.#addWork(step.sequences, spans, lists, heads, shape);
    }
    return this.#work.write(this.#lists, this.#selections.write(), memory);
  }

  #addTokens(firstRow: number, count: number, firstPosition: number): TokenSpan {
    let first = 0;
    for (let row = 0; row < count; row++) {
      const token = this.#work.addToken(firstRow + row, firstPosition + row);
      if (row === 0) first = token;
    }
    return { first, count };
  }

  /** What each sequence reads; heads that follow the same plans share it. */
  #tokenLists(step: StepPlan, kind: LayerKind, pageSize: number): HeadLists[] {
    const known = new Map<string, HeadLists>();
    kind.readsOfHead.forEach((reads, head) => {
      const key = reads.join(",");
      const entry = known.get(key);
      if (entry !== undefined) return entry.heads.push(head);
      const lists = segmentsOfSequences(step, reads, isDense).map((segments) => {
        return this.#lists.add(segments, pageSize, this.#selections.choiceOf);
      });
      const segments = reads.flatMap((read) => step.reads[read]?.segments ?? []);
      return known.set(key, {
        lists,
        heads: [head],
        selected: segments.filter((segment) => isDense(segment) && segment.selector !== undefined),
      });
    });
    return [...known.values()];
  }

  /** Adds the work of all sequences for heads that read the same. */
  #addWork(
    sequences: readonly SequenceRows[],
    spans: readonly TokenSpan[],
    lists: readonly TokenList[],
    heads: readonly number[],
    shape: WorkShape,
  ): void {
    const eligible = spans.flatMap(({ count }, index) =>
      count > 0 && count <= Math.min(MAX_GROUPED_TOKENS, shape.tokensPerItem) ? [index] : [],
    );
    const shared = new SharedWork(lists.length);
    for (const group of groupChunks(this.#lists, lists, eligible)) this.#addGroup(group, sequences, heads, shape, shared);
    spans.forEach((span, index) => {
      const list = lists[index] ?? { firstChunk: 0, endChunk: 0 };
      // Late tokens see more: they go first, so that the last items to finish are short ones.
      for (let first = Math.floor((span.count - 1) / shape.tokensPerItem) * shape.tokensPerItem; first >= 0; first -= shape.tokensPerItem) {
        const tokens = { first: span.first + first, count: Math.min(shape.tokensPerItem, span.count - first) };
        for (const head of heads) this.#addOwn(head, tokens, list, shape, shared.partsOf(index, head));
      }
    });
  }

  /** Items for chunks that several sequences read, with the rows of all of them. */
  #addGroup(group: ChunkGroup, sequences: readonly SequenceRows[], heads: readonly number[], shape: WorkShape, shared: SharedWork): void {
    const chunkCount = group.endChunk - group.firstChunk;
    const chunksPerItem = Math.max(1, Math.floor((chunkCount * heads.length) / (2 * ITEMS_PER_THREAD * this.#threads)));
    for (const readers of packReaders(group, sequences, shape.tokensPerItem)) {
      let tokens: TokenSpan = { first: 0, count: 0 };
      for (const { index } of readers) {
        const { firstRow, rows, firstPosition } = sequences[index] ?? { firstRow: 0, rows: 0, firstPosition: 0 };
        const span = this.#addTokens(firstRow, rows, firstPosition);
        tokens = { first: tokens.count === 0 ? span.first : tokens.first, count: tokens.count + span.count };
      }
      for (const head of heads) {
        for (let at = 0; at < chunkCount; at += chunksPerItem) {
          const end = Math.min(chunkCount, at + chunksPerItem);
          const rows = tokens.count * shape.group;
          const state = this.#work.addPartial(head, tokens, group.firstChunk + at, group.firstChunk + end, rows, shape.paddedDim);
          for (const { index, offset, firstToken } of readers) {
            for (let chunk = at; chunk < end; chunk++) {
              shared.partsOf(index, head).set(offset + chunk, { state: state + chunk - at, firstRow: firstToken * shape.group });
            }
          }
        }
      }
    }
  }

  /** Items for some query tokens of one sequence and the chunks that are not in `shared`, and the merge where there is one. */
  #addOwn(head: number, tokens: TokenSpan, list: TokenList, shape: WorkShape, shared: ReadonlyMap<number, StateRows>): void {
    const chunkCount = list.endChunk - list.firstChunk;
    const pieces = Math.min(shape.pieces, chunkCount);
    if (pieces <= 1 && shared.size === 0) return this.#work.addWhole(head, tokens, list.firstChunk, list.endChunk);
    const chunksPerItem = Math.ceil(chunkCount / Math.max(1, pieces));
    const parts: StateRows[] = [];
    for (let chunk = 0; chunk < chunkCount;) {
      const known = shared.get(chunk);
      if (known !== undefined) {
        parts.push(known);
        chunk++;
        continue;
      }
      let end = chunk + 1;
      while (end < chunkCount && end - chunk < chunksPerItem && !shared.has(end)) end++;
      const rows = tokens.count * shape.group;
      const state = this.#work.addPartial(head, tokens, list.firstChunk + chunk, list.firstChunk + end, rows, shape.paddedDim);
      for (let at = 0; chunk < end; at++, chunk++) parts.push({ state: state + at, firstRow: 0 });
    }
    this.#work.addMerge(head, tokens, parts);
  }
}
