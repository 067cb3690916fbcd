import type { PieceEncoder } from "../section-encoder.ts";
import { MergeQueue } from "./merge-queue.ts";
import { MergeTable } from "./merge-table.ts";

export interface BytePairVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Pairs in the order they merge in. */
  readonly merges: readonly (readonly [string, string])[];
  /** A piece that is a token as a whole is not built by merging. */
  readonly ignoreMerges: boolean;
  /** Characters that are no token become tokens `<0xNN>` of their UTF-8 bytes. */
  readonly byteFallback: boolean;
  /** For characters that are no token otherwise; they are left out where there is none. */
  readonly unknownId: number | undefined;
  /** Whether neighbouring unknown characters become one token. */
  readonly fuseUnknown: boolean;
}

/** Words come again and again; this many are kept with their tokens. */
const CACHE_ENTRIES = 20_000;
const CACHED_PIECE_LENGTH = 64;
const NONE = -1;
const UTF8 = new TextEncoder();

/**
 * Byte-pair encoding: of all pairs of neighbouring tokens that may merge, the one of lowest rank merges first, leftmost first.
 *
 * `@huggingface/tokenizers` 0.2.0 computes the same. It is not used for this step, since it takes seconds to load 514,000 merges and
 * 25 microseconds a character where a text has no spaces, which would let one request hold up all others.
 */
export class BytePairEncoder implements PieceEncoder {
  readonly #vocabulary: BytePairVocabulary;
  readonly #table: MergeTable;
  readonly #byteIds: readonly (number | undefined)[];
  readonly #queue: MergeQueue = new MergeQueue();
  readonly #cache: Map<string, readonly number[]> = new Map();

  /** @throws RangeError where a merge names a token that is not in the vocabulary. */
  constructor(vocabulary: BytePairVocabulary) {
    this.#vocabulary = vocabulary;
    const { ids, merges } = vocabulary;
    this.#table = new MergeTable(merges.length);
    merges.forEach(([left, right], rank) => {
      const leftId = ids.get(left);
      const rightId = ids.get(right);
      const mergedId = ids.get(left + right);
      if (leftId === undefined || rightId === undefined || mergedId === undefined) {
        throw new RangeError(
          `merge ${rank} of ${JSON.stringify(left).slice(0, 80)} and ${JSON.stringify(right).slice(0, 80)} names a token that is not in the vocabulary`,
        );
      }
      this.#table.add(leftId, rightId, rank, mergedId);
    });
    this.#byteIds = Array.from({ length: 256 }, (_, byte) => ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`));
  }

  encodeInto(target: number[], piece: string): void {
    const cached = this.#cache.get(piece) ?? this.#encode(piece);
    // Not `push(...)`: a long text has more tokens than a call takes arguments.
    for (const id of cached) target.push(id);
  }

  #encode(piece: string): readonly number[] {
    const whole = this.#vocabulary.ignoreMerges ? this.#vocabulary.ids.get(piece) : undefined;
    const ids = whole === undefined ? this.#merge(this.#symbols(piece)) : [whole];
    if (piece.length <= CACHED_PIECE_LENGTH) {
      if (this.#cache.size >= CACHE_ENTRIES) this.#cache.clear();
      this.#cache.set(piece, ids);
    }
    return ids;
  }

  /** Tokens of the single characters. */
  #symbols(piece: string): number[] {
    const { ids, byteFallback, unknownId, fuseUnknown } = this.#vocabulary;
    const symbols: number[] = [];
    for (const character of piece) {
      const id = ids.get(character);
      if (id !== undefined) {
        symbols.push(id);
        continue;
      }
      const bytes = byteFallback ? Array.from(UTF8.encode(character), (byte) => this.#byteIds[byte]) : [];
      if (bytes.length > 0 && bytes.every((byteId) => byteId !== undefined)) symbols.push(...bytes);
      else if (unknownId !== undefined && !(fuseUnknown && symbols.at(-1) === unknownId)) symbols.push(unknownId);
    }
    return symbols;
  }

  #merge(symbols: readonly number[]): number[] {
    const count = symbols.length;
    if (count < 2) return [...symbols];
    const tokens = Int32Array.from(symbols);
    const next = Int32Array.from({ length: count }, (_, index) => (index + 1 < count ? index + 1 : NONE));
    const previous = Int32Array.from({ length: count }, (_, index) => index - 1);
    const queue = this.#queue;
    queue.clear();
    for (let index = 0; index + 1 < count; index++) this.#tryPair(tokens, index, index + 1);
    while (queue.pop()) {
      const { left, right, stamp } = queue;
      // A pair's stamp is its slot: symbols that were merged since make another pair, or none.
      if (next[left] !== right || this.#table.slot(tokens[left] as number, tokens[right] as number) !== stamp) continue;
      tokens[left] = this.#table.merged(stamp);
      tokens[right] = NONE;
      const after = next[right] as number;
      next[left] = after;
      next[right] = NONE;
      const before = previous[left] as number;
      if (after !== NONE) {
        previous[after] = left;
        this.#tryPair(tokens, left, after);
      }
      if (before !== NONE) this.#tryPair(tokens, before, left);
    }
    const ids: number[] = [];
    for (let index = 0; index !== NONE; index = next[index] as number) ids.push(tokens[index] as number);
    return ids;
  }

  #tryPair(tokens: Int32Array, left: number, right: number): void {
    const slot = this.#table.slot(tokens[left] as number, tokens[right] as number);
    if (slot !== NONE) this.#queue.push(left, right, -this.#table.rank(slot), slot);
  }
}
