import { AddedTokenSplitter, type AddedToken } from "../added-tokens.ts";
import type { SectionEncoder, SectionPlace } from "../section-encoder.ts";
import type { TokenRole } from "../vocabulary.ts";
import { MergeQueue } from "../bpe/merge-queue.ts";

export interface SentencePieceVocabulary {
  readonly tokens: readonly string[];
  readonly scores: ArrayLike<number>;
  readonly roles: ReadonlyMap<number, TokenRole>;
  readonly unknownId: number | undefined;
  /** Whether a space is put before the text, and after every added token. */
  readonly addsSpacePrefix: boolean;
}

const SPACE = "\u2581";
/** Half of a surrogate pair, which has no bytes of its own. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
const UTF8 = new TextEncoder();

/**
 * SentencePiece's BPE: the text's characters are merged pair by pair, always the pair whose merged piece has the highest score, leftmost
 * first. Characters that are no piece become their UTF-8 bytes. Source: bpe_model.cc of https://github.com/google/sentencepiece.
 *
 * A list of merges for a tokenizer library would not do: where two pieces can be built in several ways (`a|aa`, `aa|a`), the ways have
 * equal scores here but ranks of their own there; and the list of a vocabulary of 262,144 takes seconds to build.
 */
export class SentencePieceEncoder implements SectionEncoder {
  readonly #ids: Map<string, number> = new Map();
  readonly #scores: ArrayLike<number>;
  readonly #byteIds: readonly (number | undefined)[];
  readonly #unknownId: number | undefined;
  readonly #addsSpacePrefix: boolean;
  /** Pieces that are taken out before merging: runs of spaces, in most vocabularies. */
  readonly #userPieces: AddedTokenSplitter;
  readonly #queue: MergeQueue = new MergeQueue();

  constructor(vocabulary: SentencePieceVocabulary) {
    const { tokens, roles } = vocabulary;
    const userPieces: AddedToken[] = [];
    const byteIds: (number | undefined)[] = Array.from({ length: 256 });
    for (let id = 0; id < tokens.length; id++) {
      const token = tokens[id] as string;
      const role = roles.get(id);
      if (role === "byte") {
        const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
        if (byte !== undefined) byteIds[Number.parseInt(byte, 16)] = id;
      } else if (role === undefined || role === "added") {
        // Control and byte tokens are never built from text. Of pieces given twice the first counts.
        const piece = role === "added" ? token.replaceAll(" ", SPACE) : token;
        if (!this.#ids.has(piece)) this.#ids.set(piece, id);
        if (role === "added") userPieces.push({ id, content: piece, isSpecial: false, lstrip: false, rstrip: false, singleWord: false });
      }
    }
    this.#userPieces = new AddedTokenSplitter(userPieces);
    this.#scores = vocabulary.scores;
    this.#byteIds = byteIds;
    this.#unknownId = vocabulary.unknownId;
    this.#addsSpacePrefix = vocabulary.addsSpacePrefix;
  }

  encode(text: string, _place: SectionPlace): number[] {
    if (text === "") return [];
    const escaped = (this.#addsSpacePrefix ? SPACE : "") + text.replaceAll(" ", SPACE);
    const ids: number[] = [];
    for (const section of this.#userPieces.split(escaped.replace(LONE_SURROGATE, "\uFFFD"))) {
      if ("id" in section) ids.push(section.id);
      else this.#merge(ids, section.text);
    }
    return ids;
  }

  /** Symbols are stretches of the text, numbered by the code unit they begin at. `ends[start]` is 0 once a symbol was merged away. */
  #merge(ids: number[], text: string): void {
    const length = text.length;
    const ends = new Int32Array(length);
    const previous = new Int32Array(length + 1).fill(-1);
    for (let start = 0; start < length;) {
      const unit = text.charCodeAt(start);
      const end = start + (unit >= 0xd800 && unit < 0xdc00 ? 2 : 1);
      ends[start] = end;
      previous[end] = start;
      start = end;
    }
    const queue = this.#queue;
    queue.clear();
    for (let start = 0; start < length; start = ends[start] as number) this.#tryPair(text, ends, start);
    // A pair's stamp is its length: a symbol that was merged since has another.
    while (queue.pop()) {
      const { left, right, stamp } = queue;
      const middle = ends[left] as number;
      const end = right < length ? (ends[right] as number) : 0;
      if (middle !== right || end === 0 || end - left !== stamp) continue;
      ends[left] = end;
      ends[right] = 0;
      previous[end] = left;
      const before = previous[left] as number;
      if (before >= 0) this.#tryPair(text, ends, before);
      this.#tryPair(text, ends, left);
    }
    for (let start = 0; start < length; start = ends[start] as number) this.#pushPiece(ids, text.slice(start, ends[start]));
  }

  #tryPair(text: string, ends: Int32Array, left: number): void {
    const right = ends[left] as number;
    if (right >= text.length) return;
    const end = ends[right] as number;
    const id = this.#ids.get(text.slice(left, end));
    if (id !== undefined) this.#queue.push(left, right, this.#scores[id] as number, end - left);
  }

  #pushPiece(ids: number[], piece: string): void {
    const id = this.#ids.get(piece);
    if (id !== undefined) {
      ids.push(id);
      return;
    }
    for (const byte of UTF8.encode(piece)) {
      const byteId = this.#byteIds[byte] ?? this.#unknownId;
      if (byteId !== undefined) ids.push(byteId);
    }
  }
}
