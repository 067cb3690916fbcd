import type { SequenceRows } from "@kvasir/kv-core";
import type { ChunkGroup } from "./chunk-groups.ts";

/** Rows of a state, `StateRows` of native/attention.h. */
export interface StateRows {
  readonly state: number;
  readonly firstRow: number;
}

/** What groups have computed for each sequence and KV head: the state of each chunk, by its place in the sequence's list. */
export class SharedWork {
  readonly #parts: readonly Map<number, Map<number, StateRows>>[];

  constructor(sequences: number) {
    this.#parts = Array.from({ length: sequences }, () => new Map<number, Map<number, StateRows>>());
  }

  partsOf(sequence: number, head: number): Map<number, StateRows> {
    const ofHead = this.#parts[sequence];
    let parts = ofHead?.get(head);
    if (parts === undefined) {
      parts = new Map();
      ofHead?.set(head, parts);
    }
    return parts;
  }
}

/** A reader of a group: its sequence, where the group's chunks begin in its list, and its first query token among those of the item. */
export interface GroupReader {
  readonly index: number;
  readonly offset: number;
  readonly firstToken: number;
}

/** Puts the readers of a group together into items of at most `tokensPerItem` query tokens; a reader's tokens stay together. */
export function packReaders(group: ChunkGroup, sequences: readonly SequenceRows[], tokensPerItem: number): GroupReader[][] {
  const items: GroupReader[][] = [];
  let tokens = tokensPerItem;
  group.readers.forEach((index, at) => {
    const rows = sequences[index]?.rows ?? 0;
    if (tokens + rows > tokensPerItem) {
      items.push([]);
      tokens = 0;
    }
    items.at(-1)?.push({ index, offset: group.offsets[at] ?? 0, firstToken: tokens });
    tokens += rows;
  });
  return items;
}
