import type { Segment, SequenceRows } from "@kvasir/kv-core";
import type { StepMemory } from "../step-memory.ts";
import { IntList } from "./int-list.ts";
import type { LayerKind } from "./layer-kind.ts";
import type { EncodedSegments } from "./packed-segments.ts";
import type { TokenSpan } from "./work-list.ts";

/** Tokens of a chunk, whose state is computed on its own: `PACKED_CHUNK_TOKENS` of native/packed-attend.h. */
const CHUNK_TOKENS = 2048;

/** The records of `PackedStep` (native/packed-attend.h) while they are put together. */
export class PackedWorkList {
  readonly #encoded: EncodedSegments;
  readonly #kind: LayerKind;
  readonly #memory: StepMemory;
  readonly #segments = new Map<Segment, number>();
  readonly #tokens = new IntList();
  readonly #scorings = new IntList();
  readonly #choosers = new IntList();
  readonly #works = new IntList();
  readonly #merges = new IntList();
  /** Addresses of `PackedChoice.blocks`; they have room for one more than all blocks. */
  readonly #choices: number[] = [];
  /** 64-byte units that all states take. */
  #stateUnits = 0;

  constructor(encoded: EncodedSegments, kind: LayerKind, memory: StepMemory) {
    this.#encoded = encoded;
    this.#kind = kind;
    this.#memory = memory;
  }

  /** Adds the query tokens of some sequences. */
  addTokens(sequences: readonly SequenceRows[]): TokenSpan {
    const first = this.#tokens.length / 2;
    for (const { firstRow, rows, firstPosition } of sequences) {
      for (let row = 0; row < rows; row++) this.#tokens.push2(firstRow + row, firstPosition + row);
    }
    return { first, count: this.#tokens.length / 2 - first };
  }

  /** Adds what some query tokens read of a segment for a KV head, in at most so many parts. */
  addWork(segment: Segment, head: number, tokens: TokenSpan, parts: number): void {
    let index = this.#segments.get(segment);
    if (index === undefined) {
      index = this.#segments.size;
      this.#segments.set(segment, index);
    }
    const { firstTokens, blockCount } = this.#encoded.open(segment);
    const record = [index, head, tokens.first, tokens.count] as const;
    const pieceCount = firstTokens.length;
    const starts = parts > 1 ? partStarts(firstTokens, parts) : [0];
    if (starts.length === 1) return push(this.#works, record, 0, pieceCount, -1, -1);
    const firstState = this.#stateUnits;
    const rows = tokens.count * this.#kind.group;
    this.#stateUnits += pieceCount * rows * (this.#kind.paddedDim / 16 + 1);
    let choice = -1;
    if (segment.selector !== undefined) {
      choice = this.#choices.length;
      this.#choices.push(this.#memory.take(4 * (blockCount + 1)));
      push(this.#choosers, record, 0, pieceCount, -1, choice);
    }
    starts.forEach((start, part) => {
      const end = starts[part + 1] ?? pieceCount;
      if (choice >= 0) push(this.#scorings, record, start, end, -1, choice);
      push(this.#works, record, start, end, firstState, choice);
    });
    push(this.#merges, record, 0, pieceCount, firstState, choice);
  }

  /** Puts everything into backend memory; returns the address of the `PackedStep`. */
  write(): number {
    const { bytesPerToken } = this.#kind;
    const segments = [...this.#segments.keys()].flatMap((segment) => [...this.#encoded.record(segment, bytesPerToken)]);
    const lists = [this.#scorings, this.#choosers, this.#works, this.#merges];
    const addresses = [
      this.#memory.copy(BigInt64Array.from(segments)),
      ...[this.#tokens, ...lists].map(({ values }) => this.#memory.copy(values)),
      this.#memory.copy(BigInt64Array.from(this.#choices, BigInt)),
      this.#memory.take(64 * this.#stateUnits),
    ];
    return this.#memory.copy(BigInt64Array.from([...addresses, ...lists.map(({ length }) => length / 8)], BigInt));
  }
}

function push(
  list: IntList,
  [segment, head, firstToken, tokenCount]: readonly [number, number, number, number],
  firstPiece: number,
  endPiece: number,
  firstState: number,
  choice: number,
): void {
  list.push4(segment, head, firstToken, tokenCount);
  list.push4(firstPiece, endPiece, firstState, choice);
}

/** Pieces that parts begin with, about equally many chunks in each. */
function partStarts(firstTokens: readonly number[], parts: number): number[] {
  const chunks = firstTokens.flatMap((token, index) =>
    index === 0 || Math.floor(token / CHUNK_TOKENS) !== Math.floor((firstTokens[index - 1] ?? 0) / CHUNK_TOKENS) ? [index] : [],
  );
  const count = Math.min(parts, chunks.length);
  return Array.from({ length: count }, (_, part) => chunks[Math.floor((part * chunks.length) / count)] ?? 0);
}
