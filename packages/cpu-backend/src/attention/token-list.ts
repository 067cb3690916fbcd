import type { Segment } from "@kvasir/kv-core";
import { TILE } from "../kv/kv-layout.ts";
import { IntList } from "./int-list.ts";

/** Tokens after which the online softmax rescales; `BLOCK_TOKENS` of native/attention.h. */
const BLOCK_TOKENS = 64;
/** Tokens whose state is computed on its own and then merged: the unit in which long contexts spread over threads. */
export const CHUNK_TOKENS = 256;

const BLOCK_TILES = BLOCK_TOKENS / TILE;

/** Chunks `[firstChunk, endChunk)` of the builder's lists. */
export interface TokenList {
  readonly firstChunk: number;
  readonly endChunk: number;
}

/** Tokens `[from, to)` of a segment and the `Chunk.choice` they depend on. */
interface TokenRun {
  readonly from: number;
  readonly to: number;
  readonly choice: number;
}

/**
 * Writes what sequences read as the tiles, blocks and chunks of native/attention.h. Blocks and chunks are cut at stored positions that
 * are multiples of their sizes, so that neither the step nor the segment a token came in decides about rounding.
 */
export class TokenListBuilder {
  readonly tiles: IntList = new IntList();
  readonly blocks: IntList = new IntList();
  readonly chunks: IntList = new IntList();
  readonly positions: IntList = new IntList();
  /** Per chunk 1 where every token of it comes from a segment that the plan gives to several readers. */
  readonly shared: IntList = new IntList();
  #chunkId = 0;
  #blockId = 0;
  #shift = 0;
  #isOpen = false;

  clear(): void {
    for (const list of [this.tiles, this.blocks, this.chunks, this.positions, this.shared]) list.clear();
  }

  /** Appends one sequence's segments, in order. `choiceOf`: `Chunk.choice` of the first block of a segment with a selector, else 0. */
  add(segments: readonly Segment[], pageSize: number, choiceOf: (segment: Segment) => number = () => 0): TokenList {
    const firstChunk = this.chunks.length / 4;
    this.#isOpen = false;
    for (const segment of segments) {
      if (segment.length === 0) continue;
      const choice = choiceOf(segment);
      if (choice === 0 || segment.selector === undefined) this.#addTokens(segment, pageSize, { from: 0, to: segment.length, choice: 0 });
      else this.#addBlocks(segment, pageSize, segment.selector.blockTokens, choice);
    }
    return { firstChunk, endChunk: this.chunks.length / 4 };
  }

  /** Appends a segment of which rows choose blocks: no chunk holds tokens of two of them. */
  #addBlocks(segment: Segment, pageSize: number, blockTokens: number, choice: number): void {
    for (let from = 0; from < segment.length;) {
      const block = Math.floor(from / blockTokens);
      const to = Math.min(segment.length, (block + 1) * blockTokens, from + CHUNK_TOKENS);
      this.#isOpen = false;
      this.#addTokens(segment, pageSize, { from, to, choice: choice + block });
      from = to;
    }
    this.#isOpen = false;
  }

  #addTokens(segment: Segment, pageSize: number, run: TokenRun): void {
    const { pages, skip, firstPosition, shift, positions } = segment;
    const isShared = segment.readers.length > 1;
    const firstSlot = skip + run.from;
    const endSlot = skip + run.to;
    for (let slot = Math.floor(firstSlot / TILE) * TILE; slot < endSlot; slot += TILE) {
      const page = pages[Math.floor(slot / pageSize)] ?? 0;
      const first = Math.max(0, firstSlot - slot);
      const end = Math.min(TILE, endSlot - slot);
      const readBits = first | (end << 8);
      if (positions === undefined) {
        const stored = firstPosition + slot - skip;
        this.#open(stored, shift, isShared, run.choice);
        const position = stored + shift;
        this.tiles.push4(page, slot % pageSize, position, readBits);
        this.#extend(position + first, position + end - 1);
      } else {
        const firstToken = slot - skip;
        this.#open(positions[firstToken + first] ?? 0, shift, isShared, run.choice);
        this.tiles.push4(page, slot % pageSize, this.positions.length, readBits | (1 << 16));
        for (let i = 0; i < TILE; i++) this.positions.push((positions[firstToken + i] ?? 0) + shift);
        this.#extend((positions[firstToken + first] ?? 0) + shift, (positions[firstToken + end - 1] ?? 0) + shift);
      }
    }
  }

  /**
   * Makes sure that a tile at this stored position may be appended: begins a chunk or a block where one has to begin. Tiles of a block
   * that rows choose are cut where they are appended, counted from the segment's first token.
   */
  #open(stored: number, shift: number, isShared: boolean, choice: number): void {
    const chunkId = choice === 0 ? Math.floor(stored / CHUNK_TOKENS) : 0;
    const blockId = choice === 0 ? Math.floor(stored / BLOCK_TOKENS) : 0;
    const isNewChunk = !this.#isOpen || chunkId !== this.#chunkId || shift !== this.#shift;
    if (isNewChunk) {
      this.chunks.push4(this.blocks.length / 4, 0, shift, choice);
      this.shared.push(isShared ? 1 : 0);
    } else if (!isShared) this.shared.set(this.shared.length - 1, 0);
    const tilesInBlock = this.blocks.get(this.blocks.length - 3);
    if (isNewChunk || blockId !== this.#blockId || tilesInBlock === BLOCK_TILES) {
      this.blocks.push4(this.tiles.length / 4, 0, 2 ** 31 - 1, -(2 ** 31));
      const blocksAt = this.chunks.length - 3;
      this.chunks.set(blocksAt, this.chunks.get(blocksAt) + 1);
    }
    this.#isOpen = true;
    this.#chunkId = chunkId;
    this.#blockId = blockId;
    this.#shift = shift;
  }

  /** Counts the tile just appended to the open block. */
  #extend(minPosition: number, maxPosition: number): void {
    const at = this.blocks.length - 4;
    this.blocks.set(at + 1, this.blocks.get(at + 1) + 1);
    this.blocks.set(at + 2, Math.min(this.blocks.get(at + 2), minPosition));
    this.blocks.set(at + 3, Math.max(this.blocks.get(at + 3), maxPosition));
  }
}
