import type { KvLayerSpec, ReadPlan, Segment, SequenceId, SequenceRows, StepPlan } from "@kvasir/kv-core";
import type { StepMemory } from "../step-memory.ts";
import { IntList } from "./int-list.ts";
import { type TokenList, TokenListBuilder } from "./token-list.ts";

/** Rows (query tokens x query heads of a KV head) that one item takes; more share each block of keys and values from the cache. */
const ITEM_ELEMENTS = 192 * 64;
const MAX_ITEM_ROWS = 192;
/** Items per thread below which contexts are split, so that all threads have work and end at about the same time. */
const ITEMS_PER_THREAD = 4;

/** What decides the work list of a layer: which read plans each KV head follows, and the shape of its heads. */
interface LayerKind {
  readonly key: string;
  /** Indices of the read plans each KV head follows. */
  readonly readsOfHead: readonly (readonly number[])[];
  readonly group: number;
  readonly paddedDim: number;
}

/** Whether this read plan speaks of that layer and KV head. */
function concerns({ layers, kvHead }: ReadPlan, layer: number, head: number): boolean {
  return (layers === "all" || (layers as readonly number[]).includes(layer)) && (kvHead === "all" || kvHead === head);
}

function kindOf(layer: KvLayerSpec, index: number, queryHeads: number, reads: readonly ReadPlan[]): LayerKind {
  const readsOfHead: number[][] = [];
  for (let head = 0; head < layer.kvHeads; head++) {
    readsOfHead.push(reads.flatMap((read, at) => (concerns(read, index, head) ? [at] : [])));
  }
  const paddedDim = Math.ceil(layer.headDim / 16) * 16;
  const key = `${readsOfHead.map((list) => list.join(",")).join(";")}|${paddedDim}`;
  return { key, readsOfHead, group: queryHeads / layer.kvHeads, paddedDim };
}

/** Turns step plans into the work lists of native/attention.h. */
export class StepPlanner {
  readonly #lists = new TokenListBuilder();
  readonly #tokens = new IntList();
  readonly #items = new IntList();
  readonly #splits = new IntList();
  readonly #threads: number;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Address of each layer's `AttentionStep`, in memory taken from `memory`. */
  plan(step: StepPlan, layers: readonly KvLayerSpec[], queryHeads: number, pageSize: number, memory: StepMemory): number[] {
    const stepOfKind = new Map<string, number>();
    return layers.map((layer, index) => {
      const kind = kindOf(layer, index, queryHeads, step.reads);
      let address = stepOfKind.get(kind.key);
      if (address === undefined) {
        address = this.#planKind(step, kind, pageSize, memory);
        stepOfKind.set(kind.key, address);
      }
      return address;
    });
  }

  #planKind(step: StepPlan, kind: LayerKind, pageSize: number, memory: StepMemory): number {
    this.#lists.clear();
    for (const list of [this.#tokens, this.#items, this.#splits]) list.clear();
    const listsOfHead = this.#tokenLists(step, kind, pageSize);
    for (const { firstRow, rows, firstPosition } of step.sequences) {
      for (let row = 0; row < rows; row++) this.#tokens.push2(firstRow + row, firstPosition + row);
    }
    const stateBytes = this.#addItems(step.sequences, kind, listsOfHead);
    const states = memory.take(stateBytes);
    const splits = this.#splits.values;
    for (let at = 0; at < splits.length; at += 6) {
      const address = states + (splits[at + 4] ?? 0) * 64;
      splits[at + 4] = address;
      splits[at + 5] = Math.floor(address / 2 ** 32);
    }
    const parts = [
      ...[this.#lists.tiles, this.#lists.blocks, this.#lists.chunks, this.#tokens, this.#lists.positions, this.#items, this.#splits],
    ].map(({ values }) => memory.copy(values));
    return memory.copy(BigInt64Array.from([...parts, this.#items.length / 8], BigInt));
  }

  /** For each KV head, what each sequence reads; heads that follow the same plans share it. */
  #tokenLists(step: StepPlan, kind: LayerKind, pageSize: number): TokenList[][] {
    const known = new Map<string, TokenList[]>();
    return kind.readsOfHead.map((reads) => {
      const key = reads.join(",");
      let lists = known.get(key);
      if (lists === undefined) {
        const segmentsOf = new Map<SequenceId, Segment[]>(step.sequences.map(({ sequence }) => [sequence, []]));
        for (const read of reads) {
          for (const segment of step.reads[read]?.segments ?? []) {
            for (const reader of segment.readers) segmentsOf.get(reader)?.push(segment);
          }
        }
        lists = step.sequences.map(({ sequence }) => this.#lists.add(segmentsOf.get(sequence) ?? [], pageSize));
        known.set(key, lists);
      }
      return lists;
    });
  }

  /** Returns the bytes of all states of split work. */
  #addItems(sequences: readonly SequenceRows[], kind: LayerKind, listsOfHead: readonly (readonly TokenList[])[]): number {
    const maxRows = Math.min(MAX_ITEM_ROWS, Math.floor(ITEM_ELEMENTS / kind.paddedDim));
    const tokensPerItem = Math.max(1, Math.floor(maxRows / kind.group));
    const wholeItems = sequences.reduce((sum, { rows }) => sum + Math.ceil(rows / tokensPerItem), 0) * listsOfHead.length;
    const wanted = this.#threads > 1 && wholeItems < ITEMS_PER_THREAD * this.#threads ? 2 * ITEMS_PER_THREAD * this.#threads : wholeItems;
    const piecesPerItem = Math.ceil(wanted / Math.max(1, wholeItems));
    let stateUnits = 0;
    let sequenceToken = 0;
    sequences.forEach(({ rows }, sequence) => {
      // Late tokens see more: they go first, so that the last items to finish are short ones.
      for (let first = Math.floor((rows - 1) / tokensPerItem) * tokensPerItem; first >= 0; first -= tokensPerItem) {
        const count = Math.min(tokensPerItem, rows - first);
        for (let head = 0; head < listsOfHead.length; head++) {
          const list = listsOfHead[head]?.[sequence];
          if (list === undefined) continue;
          stateUnits += this.#addWork(head, sequenceToken + first, count, list, piecesPerItem, kind, stateUnits);
        }
      }
      sequenceToken += rows;
    });
    return stateUnits * 64;
  }

  /** Adds the items of some query tokens and one head; returns the 64-byte units their states take from `firstUnit` on. */
  #addWork(
    head: number,
    firstToken: number,
    count: number,
    list: TokenList,
    wantedPieces: number,
    kind: LayerKind,
    firstUnit: number,
  ): number {
    const chunks = list.endChunk - list.firstChunk;
    const pieces = Math.min(wantedPieces, chunks);
    if (pieces <= 1) {
      this.#items.push4(head, firstToken, count, list.firstChunk);
      this.#items.push4(list.endChunk, -1, 0, 0);
      return 0;
    }
    const split = this.#splits.length / 6;
    for (let piece = 0; piece < pieces; piece++) {
      const first = Math.floor((chunks * piece) / pieces);
      const end = Math.floor((chunks * (piece + 1)) / pieces);
      this.#items.push4(head, firstToken, count, list.firstChunk + first);
      this.#items.push4(list.firstChunk + end, split, first, 0);
    }
    this.#splits.push4(pieces, pieces, chunks, 0);
    this.#splits.push2(firstUnit, 0);
    // `state_floats` of native/attention.c, in units of 16 floats.
    return chunks * Math.ceil((count * kind.group * (kind.paddedDim + 2)) / 16);
  }
}
