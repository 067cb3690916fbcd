import type { StepMemory } from "../step-memory.ts";
import { IntList } from "./int-list.ts";
import type { SelectionRecords } from "./selections.ts";
import type { TokenListBuilder } from "./token-list.ts";

/** Query tokens `[first, first + count)` of the work list. */
export interface TokenSpan {
  readonly first: number;
  readonly count: number;
}

/** The records of `AttentionStep` (native/attention.h) while they are put together. */
export class WorkList {
  readonly #tokens = new IntList();
  readonly #items = new IntList();
  readonly #states = new IntList();
  readonly #merges = new IntList();
  readonly #parts = new IntList();
  /** 64-byte units that all states take. */
  #stateUnits = 0;

  clear(): void {
    for (const list of [this.#tokens, this.#items, this.#states, this.#merges, this.#parts]) list.clear();
    this.#stateUnits = 0;
  }

  /** Adds a query token and returns its index. */
  addToken(row: number, position: number): number {
    this.#tokens.push2(row, position);
    return this.#tokens.length / 2 - 1;
  }

  /** An item that covers all its rows read. */
  addWhole(head: number, tokens: TokenSpan, firstChunk: number, endChunk: number): void {
    this.#items.push4(head, tokens.first, tokens.count, firstChunk);
    this.#items.push4(endChunk, -1, 0, 0);
  }

  /** An item that leaves one state per chunk, of `rows` rows each; returns the index of the first. */
  addPartial(head: number, tokens: TokenSpan, firstChunk: number, endChunk: number, rows: number, paddedDim: number): number {
    const firstState = this.#states.length / 4;
    this.#items.push4(head, tokens.first, tokens.count, firstChunk);
    this.#items.push4(endChunk, firstState, 0, 0);
    for (let chunk = firstChunk; chunk < endChunk; chunk++) {
      this.#states.push4(this.#stateUnits, 0, rows, 0);
      this.#stateUnits += Math.ceil((rows * (paddedDim + 2)) / 16);
    }
    return firstState;
  }

  /** Merges, for some query tokens, the states in order; each part is a state and the row in it where these tokens begin. */
  addMerge(head: number, tokens: TokenSpan, parts: readonly { readonly state: number; readonly firstRow: number }[]): void {
    this.#merges.push4(head, tokens.first, tokens.count, this.#parts.length / 2);
    this.#merges.push4(parts.length, 0, 0, 0);
    for (const { state, firstRow } of parts) this.#parts.push2(state, firstRow);
  }

  /** Puts everything into backend memory; returns the address of the `AttentionStep`. */
  write(lists: TokenListBuilder, selections: SelectionRecords, memory: StepMemory): number {
    const base = memory.take(this.#stateUnits * 64);
    for (let at = 0; at < this.#states.length; at += 4) {
      const address = base + this.#states.get(at) * 64;
      this.#states.set(at, address);
      this.#states.set(at + 1, Math.floor(address / 2 ** 32));
    }
    const arrays = [
      ...[lists.tiles, lists.blocks, lists.chunks, this.#tokens, lists.positions],
      ...[this.#items, this.#states, this.#merges, this.#parts],
    ].map(({ values }) => memory.copy(values));
    const counts = [this.#items.length / 8, this.#merges.length / 8, selections.scoredCount, selections.chooserCount];
    return memory.copy(BigInt64Array.from([...arrays, ...selections.addresses, ...counts], BigInt));
  }
}
