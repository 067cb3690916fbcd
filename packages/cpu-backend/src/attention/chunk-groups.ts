import type { TokenList, TokenListBuilder } from "./token-list.ts";

/** Chunks that several sequences read, found once so that their rows can be computed together. */
export interface ChunkGroup {
  /** Chunks `[firstChunk, endChunk)` of the first reader. */
  readonly firstChunk: number;
  readonly endChunk: number;
  /** Indices of the readers. */
  readonly readers: readonly number[];
  /** For each reader, where in its own list the first of these chunks stands. */
  readonly offsets: readonly number[];
}

/** A number that is equal for equal chunks: their pages, slots and positions decide, not who reads them. */
function hashChunk(lists: TokenListBuilder, chunk: number): number {
  let hash = Math.imul(lists.chunks.get(4 * chunk + 2) ^ 0x811c9dc5, 0x01000193) ^ lists.chunks.get(4 * chunk + 3);
  const [firstTile, endTile] = tilesOf(lists, chunk);
  for (let at = 4 * firstTile; at < 4 * endTile; at++) hash = Math.imul(hash ^ lists.tiles.get(at), 0x01000193);
  return hash;
}

function tilesOf(lists: TokenListBuilder, chunk: number): readonly [number, number] {
  const firstBlock = lists.chunks.get(4 * chunk);
  const lastBlock = firstBlock + lists.chunks.get(4 * chunk + 1) - 1;
  return [lists.blocks.get(4 * firstBlock), lists.blocks.get(4 * lastBlock) + lists.blocks.get(4 * lastBlock + 1)];
}

/** Blocks are cut by position alone, so chunks of equal tiles, shift and choice have equal blocks. Tiles with explicit positions never compare equal. */
function areEqual(lists: TokenListBuilder, a: number, b: number): boolean {
  const [firstA, endA] = tilesOf(lists, a);
  const [firstB, endB] = tilesOf(lists, b);
  const isAlike = (field: number): boolean => lists.chunks.get(4 * a + field) === lists.chunks.get(4 * b + field);
  if (endA - firstA !== endB - firstB || !isAlike(2) || !isAlike(3)) return false;
  for (let i = 0; i < 4 * (endA - firstA); i++) {
    if (lists.tiles.get(4 * firstA + i) !== lists.tiles.get(4 * firstB + i)) return false;
  }
  return true;
}

/**
 * Groups the chunks that the plan gives to several readers and that at least two of the sequences `eligible` read. Groups are in no way
 * needed for a right result.
 */
export function groupChunks(lists: TokenListBuilder, tokenLists: readonly TokenList[], eligible: readonly number[]): ChunkGroup[] {
  if (eligible.length < 2) return [];
  /** Readers of each distinct chunk, under the index it has with its first reader. */
  const readersOf = new Map<number, { readers: number[]; offsets: number[] }>();
  const known = new Map<number, number[]>();
  for (const sequence of eligible) {
    const { firstChunk, endChunk } = tokenLists[sequence] ?? { firstChunk: 0, endChunk: 0 };
    for (let chunk = firstChunk; chunk < endChunk; chunk++) {
      if (lists.shared.get(chunk) === 0) continue;
      const hash = hashChunk(lists, chunk);
      const candidates = known.get(hash) ?? [];
      known.set(hash, candidates);
      let first = candidates.find(
        (candidate) => areEqual(lists, candidate, chunk) && readersOf.get(candidate)?.readers.at(-1) !== sequence,
      );
      if (first === undefined) {
        first = chunk;
        candidates.push(chunk);
        readersOf.set(chunk, { readers: [], offsets: [] });
      }
      const entry = readersOf.get(first);
      entry?.readers.push(sequence);
      entry?.offsets.push(chunk - firstChunk);
    }
  }
  return joinRuns([...readersOf].filter(([, { readers }]) => readers.length > 1));
}

/** Joins chunks that follow each other with all of their readers. */
function joinRuns(chunks: readonly (readonly [number, { readonly readers: number[]; readonly offsets: number[] }])[]): ChunkGroup[] {
  const groups: { firstChunk: number; endChunk: number; readers: number[]; offsets: number[] }[] = [];
  for (const [chunk, { readers, offsets }] of chunks.toSorted(([a], [b]) => a - b)) {
    const open = groups.at(-1);
    const length = open === undefined ? 0 : open.endChunk - open.firstChunk;
    const isNext =
      open?.endChunk === chunk &&
      open.readers.length === readers.length &&
      open.readers.every((reader, index) => reader === readers[index] && (open.offsets[index] ?? 0) + length === offsets[index]);
    if (isNext) open.endChunk++;
    else groups.push({ firstChunk: chunk, endChunk: chunk + 1, readers, offsets });
  }
  return groups;
}
