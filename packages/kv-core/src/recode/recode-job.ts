import { type BytesAt, directoryBytes, type EncodedItem } from "../backend/encoded-pages.ts";
import type { KvStore } from "../backend/kv-store.ts";
import type { StatePlace } from "../cache/page-piece.ts";
import type { PagePool } from "../cache/page-pool.ts";
import type { PlacedPiece, SequenceCache } from "../cache/sequence-cache.ts";
import { IncompatiblePolicyError } from "../errors/incompatible-policy-error.ts";
import type { LayerIndex, PageId } from "../ids.ts";
import type { RecodePages } from "../plan/retention-plan.ts";
import { EncodedPlacer } from "./encoded-placer.ts";
import { SAMPLE_TOKENS, tokensPerPiece } from "./piece-tokens.ts";

/** What a recoding works on. */
export interface RecodeTarget {
  readonly cache: SequenceCache;
  readonly store: KvStore;
  readonly pool: PagePool;
  /** Whose settings they are, for messages. */
  readonly policy: string;
  /** Asked where the pool has no page: whether it may have one now, for example since others gave theirs back. Nobody does where absent. */
  readonly makeRoom?: () => boolean;
}

/** Work of fitting a token, in units of encoding one: moments, axes and as many trial encodings as there are candidates. */
const FIT_WORK = 2;

/** One layer and KV head. */
interface Head {
  readonly layer: LayerIndex;
  readonly kvHead: number;
}

/** The pool ran out of pages. */
class NoPages extends Error {}

/**
 * Encodes some of a sequence's dense pages, a share of the work at a time, beside the tokens themselves, which are read meanwhile. Then puts
 * the pieces in their place.
 */
export class RecodeJob {
  readonly action: RecodePages;
  readonly #target: RecodeTarget;
  readonly #placer: EncodedPlacer;
  readonly #heads: readonly Head[];
  readonly #tokens: number;
  readonly #work: AsyncGenerator<number, void>;
  readonly #before: readonly StatePlace[] | undefined;
  readonly #pieces: PlacedPiece[] = [];
  #done = 0;
  #isDone = false;

  constructor(action: RecodePages, target: RecodeTarget) {
    const { cache, store, pool } = target;
    this.action = action;
    this.#target = target;
    this.#placer = new EncodedPlacer(pool, store.pageBytes, cache.openPages());
    this.#heads = store.spec.shape.layers.flatMap(({ owner, kvHeads }, layer) =>
      owner === layer ? Array.from({ length: kvHeads }, (_, kvHead): Head => ({ layer: owner, kvHead })) : [],
    );
    this.#tokens = action.pages.length * store.spec.pageSize;
    const before = cache.encodedBefore(action.pages[0] as PageId);
    this.#before = before?.codec === action.to.codec ? before.states : undefined;
    for (const { at } of this.#before ?? []) this.#placer.hold(at.page);
    this.#work = this.#encodeAll();
  }

  /** Whether the segment that it is to continue is there. */
  get hasBasis(): boolean {
    return this.action.basis === "fit" || this.#before !== undefined;
  }

  /** Share of the work that is done, 0 .. 1. */
  get progress(): number {
    return this.#isDone ? 1 : this.#done / (this.#heads.length * this.#tokens * (this.action.basis === "fit" ? 1 + FIT_WORK : 1));
  }

  /**
   * Works until this share of all is done, or `isTimeUp` says so: one layer and KV head at least.
   * @returns "no-pages" where the pool has none for it: the job then holds none any more, and is of no use
   * @throws IncompatiblePolicyError where a state or an item does not fit a page.
   */
  async advance(share: number, isTimeUp: () => boolean): Promise<"reached" | "paused" | "no-pages"> {
    try {
      while (!this.#isDone && (share >= 1 || this.progress < share)) {
        const next = await this.#work.next();
        if (next.done === true) this.#isDone = true;
        else this.#done += next.value;
        if (!this.#isDone && isTimeUp()) return "paused";
      }
      return "reached";
    } catch (error) {
      this.abort();
      if (error instanceof NoPages) return "no-pages";
      throw error;
    }
  }

  /** Puts the encoded pieces in the place of the dense pages, which go back to the pool. Call it when all is done. */
  swap(): void {
    const { cache, pool } = this.#target;
    const pieces = this.#pieces.map((piece): PlacedPiece => {
      for (const page of piece.pages) pool.retain(page);
      return { ...piece, filled: piece.pages.flatMap((page) => this.#filled(page)) };
    });
    cache.replaceByEncoded(this.action.pages, this.action.to.codec, pieces);
    this.#placer.release();
  }

  /** Gives back what it holds. Nothing of the sequence has changed. */
  abort(): void {
    this.#placer.release();
  }

  #filled(page: PageId): PlacedPiece["filled"] {
    const used = this.#placer.usedOf(page);
    return used === undefined ? [] : [{ page, used }];
  }

  /** Yields the work done. */
  async *#encodeAll(): AsyncGenerator<number, void> {
    const states: StatePlace[] = [];
    for (const [index, head] of this.#heads.entries()) {
      const before = this.#before?.[index];
      if (this.action.basis === "continue" && before !== undefined) {
        states.push(before);
        continue;
      }
      states.push(await this.#fit(head, before?.at));
      yield FIT_WORK * this.#tokens;
    }
    const pieceTokens = await this.#pieceTokens(states);
    for (let first = 0; first < this.#tokens; first += pieceTokens) {
      const tokens = Math.min(pieceTokens, this.#tokens - first);
      const items: EncodedItem[] = [];
      let loss = 0;
      for (const [index, head] of this.#heads.entries()) {
        const { item, loss: lost } = await this.#encode(head, states[index] as StatePlace, first, tokens);
        items.push(item);
        loss += lost / this.#heads.length;
        yield tokens;
      }
      const at = this.#place(directoryBytes(items.length), "directory");
      this.#target.store.writeDirectory(at, { tokens, items });
      const pages = [...new Set([at.page, ...items.flatMap(({ bytes, state }) => [bytes.page, state.page])])];
      this.#pieces.push({ ...at, tokens, pages, loss: Math.min(1, Math.max(0, loss)), filled: [], states });
    }
  }

  async #fit(head: Head, prior: BytesAt | undefined): Promise<StatePlace> {
    const { store } = this.#target;
    const { codec, settings } = this.action.to;
    const source = { ...head, pages: this.action.pages, skip: 0, tokens: this.#tokens };
    const { stateLength } = await store.fitEncoding({ ...source, codec, settings, ...(prior === undefined ? {} : { prior }) });
    const at = this.#place(stateLength, "state of one layer and KV head");
    store.placeEncoded(at);
    return { at, length: stateLength };
  }

  /** Sizes differ between layers and heads, where each has its own format, so some tokens of each are tried. */
  async #pieceTokens(states: readonly StatePlace[]): Promise<number> {
    if (this.#tokens <= SAMPLE_TOKENS) return this.#tokens;
    let largest = 0;
    for (const [index, head] of this.#heads.entries()) {
      const { byteLength } = await this.#encodeTokens(head, states[index] as StatePlace, 0, SAMPLE_TOKENS);
      largest = Math.max(largest, byteLength);
    }
    return tokensPerPiece(largest, this.#target.store.pageBytes) ?? this.#tooLarge(largest, `form of ${SAMPLE_TOKENS} tokens`);
  }

  async #encode(head: Head, state: StatePlace, first: number, tokens: number): Promise<{ item: EncodedItem; loss: number }> {
    const { byteLength, loss } = await this.#encodeTokens(head, state, first, tokens);
    const bytes = this.#place(byteLength, `form of ${tokens} tokens`);
    this.#target.store.placeEncoded(bytes);
    return { item: { bytes, byteLength, state: state.at, stateLength: state.length }, loss };
  }

  #encodeTokens(head: Head, state: StatePlace, first: number, tokens: number): Promise<{ byteLength: number; loss: number }> {
    const { store } = this.#target;
    const { pageSize } = store.spec;
    const pages = this.action.pages.slice(Math.floor(first / pageSize), Math.ceil((first + tokens) / pageSize));
    const { codec } = this.action.to;
    return store.encodeTokens({ ...head, pages, skip: first % pageSize, tokens, codec, state: state.at });
  }

  #place(byteLength: number, what: string): BytesAt {
    if (byteLength > this.#target.store.pageBytes) return this.#tooLarge(byteLength, what);
    for (;;) {
      const at = this.#placer.place(byteLength);
      if (at !== undefined) return at;
      if (this.#target.makeRoom?.() !== true) throw new NoPages();
    }
  }

  #tooLarge(byteLength: number, what: string): never {
    const { policy, store } = this.#target;
    throw new IncompatiblePolicyError({
      policy,
      reason: `"${this.action.to.codec}" takes ${byteLength} bytes for the ${what}, and a page has ${store.pageBytes}. Choose pages of more tokens, or a smaller format.`,
    });
  }
}
