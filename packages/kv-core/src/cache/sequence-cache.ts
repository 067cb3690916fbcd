import { DisposedError } from "../errors/disposed-error.ts";
import { InvariantError } from "../errors/invariant-error.ts";
import type { PageId, SequenceId } from "../ids.ts";
import type { RetentionAction, RetentionPlan } from "../plan/retention-plan.ts";
import type { EncodedPiece, Segment } from "../plan/segment.ts";
import { validateRetentionPlan } from "../plan/validate-retention-plan.ts";
import type { AttachedPages, PageCopy, PinnedPages, RetentionResult, SlotReservation } from "./cache-results.ts";
import { compactPieces, freshPagesNeeded } from "./compact-pieces.ts";
import type { TokenMove } from "./move-tokens.ts";
import {
  type CachePiece,
  type CodedPiece,
  type FilledPage,
  isCoded,
  makePiece,
  type PagePiece,
  pagesOf,
  piecePositions,
  type StatePlace,
} from "./page-piece.ts";
import type { PagePool } from "./page-pool.ts";
import { SegmentMemo } from "./segment-memo.ts";

/** Tokens that `replaceByEncoded` puts in place of dense ones. */
export interface PlacedPiece extends EncodedPiece {
  /** How far the piece fills its pages, or they were filled when it was placed. */
  readonly filled: readonly FilledPage[];
  /** By layer and KV head, in the order of the directory's items. */
  readonly states: readonly StatePlace[];
}

export interface SequenceCacheOptions {
  readonly id: SequenceId;
  /** Tokens per page. */
  readonly pageSize: number;
}

/**
 * Which slots hold a sequence's tokens.
 *
 * Invariants: every page in it carries one reference of this sequence per occurrence, an encoded piece's pages one for the piece; it writes only into a page that nobody else reads and
 * the index does not hold, and copies a shared partial last page first, so no page is ever writable by two sequences; positions of new tokens
 * ascend, whatever was dropped before.
 */
export class SequenceCache {
  readonly id: SequenceId;
  readonly #pool: PagePool;
  readonly #pageSize: number;
  #pieces: CachePiece[] = [];
  readonly #segments = new SegmentMemo();
  #nextPosition = 0;
  #sealedSeen = 0;
  #isReleased = false;

  private constructor(pool: PagePool, options: SequenceCacheOptions) {
    this.#pool = pool;
    this.id = options.id;
    this.#pageSize = options.pageSize;
  }

  /** An empty sequence. */
  static create(pool: PagePool, options: SequenceCacheOptions): SequenceCache {
    return new SequenceCache(pool, options);
  }

  /** Position of the next token; tokens seen so far, dropped ones included. */
  get length(): number {
    return this.#nextPosition;
  }

  /** Tokens that are still attended. */
  get tokenCount(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** Pages in token order, shared ones included; a page is listed once for every reference: twice where it was attached twice. */
  get pages(): readonly PageId[] {
    return this.#pieces.flatMap(pagesOf);
  }

  /** Pages that the sequence holds, each counted once. */
  get pageCount(): number {
    return new Set(this.pages).size;
  }

  /** Whether some of its tokens are encoded. */
  get hasEncoded(): boolean {
    return this.#pieces.some(isCoded);
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /**
   * Appends cached pages and references them.
   * @throws StaleHandleError where a page has been given up since it was found; nothing is attached then.
   */
  attach(attached: AttachedPages): void {
    this.#assertAlive("attach");
    const { pages, skip = 0, length, firstPosition, role = "shared-prefix" } = attached;
    if (Math.ceil((skip + length) / this.#pageSize) !== pages.length || skip >= this.#pageSize) {
      throw new InvariantError({ invariant: `${length} attached tokens fill ${pages.length} pages of ${this.#pageSize}`, plan: attached });
    }
    const startPosition = attached.startPosition ?? firstPosition;
    if (startPosition < this.#nextPosition) {
      throw new InvariantError({
        invariant: `tokens are attached after position ${this.#nextPosition - 1}, not at ${startPosition}`,
        plan: attached,
      });
    }
    this.#retainAll(pages);
    const shift = startPosition - firstPosition;
    pages.forEach((page, index) => {
      const start = Math.max(0, index * this.#pageSize - skip);
      const end = Math.min((index + 1) * this.#pageSize - skip, length);
      this.#pieces.push({
        page,
        role,
        skip: index === 0 ? skip : 0,
        length: end - start,
        firstPosition: firstPosition + start,
        shift,
      });
    });
    this.#nextPosition = startPosition + length;
  }

  /**
   * Makes room for tokens at given positions, in pages of their own: contexts' tokens that are computed again, which may stand before or
   * between attached ones.
   * @param positions ascending
   */
  reserveAt(positions: readonly number[]): SlotReservation {
    this.#assertAlive("reserveAt");
    const reservation = this.#pool.tryReserve(Math.ceil(positions.length / this.#pageSize));
    if (!reservation.ok) return reservation;
    reservation.pages.forEach((page, index) => {
      const own = positions.slice(index * this.#pageSize, (index + 1) * this.#pageSize);
      this.#pieces.push(makePiece({ page, role: "context", skip: 0, shift: 0 }, own));
    });
    this.#nextPosition = Math.max(this.#nextPosition, (positions.at(-1) ?? -1) + 1);
    const slots = Int32Array.from(positions, (_, index) => {
      const page = reservation.pages[Math.floor(index / this.#pageSize)] ?? 0;
      return page * this.#pageSize + (index % this.#pageSize);
    });
    return { ok: true, slots, firstPosition: positions[0] ?? this.#nextPosition, copies: [] };
  }

  /** The next token comes at this position or later: what lies before it is not kept. */
  skipTo(position: number): void {
    this.#assertAlive("skipTo");
    this.#nextPosition = Math.max(this.#nextPosition, position);
  }

  /**
   * Starts an empty sequence from pinned tokens, encoded or not, and references their pages.
   * @throws InvariantError where the sequence has tokens already.
   * @throws StaleHandleError where the pin was released and a page has been given up; nothing is attached then.
   */
  attachPinned(pinned: PinnedPages): void {
    this.#assertAlive("attachPinned");
    if (this.#nextPosition > 0) throw new InvariantError({ invariant: `a sequence of ${this.#nextPosition} tokens starts from no pin` });
    this.#retainAll(pinned.pages);
    this.#pieces = pinned.pieces.map((piece) => ({ ...piece, role: "context" }));
    this.#nextPosition = pinned.length;
  }

  /** Makes room for `count` new tokens at the next positions; changes nothing where the pool has not enough pages. */
  reserve(count: number): SlotReservation {
    this.#assertAlive("reserve");
    const tail = this.#pieces.at(-1);
    // Keys of a moved piece are seen shifted; a new token is stored where it is, so it needs a page of its own.
    const isOpen = tail !== undefined && !isCoded(tail) && tail.shift === 0;
    const room = isOpen ? this.#pageSize - tail.skip - tail.length : 0;
    const copiesTail = isOpen && room > 0 && count > 0 && !this.#pool.isExclusive(tail.page);
    const needed = (copiesTail ? 1 : 0) + Math.ceil(Math.max(0, count - room) / this.#pageSize);
    const reservation = this.#pool.tryReserve(needed);
    if (!reservation.ok) return reservation;
    const fresh = [...reservation.pages];
    const copies: PageCopy[] = [];
    if (copiesTail) {
      const to = fresh.shift() as PageId;
      copies.push({ from: tail.page, to });
      this.#pieces[this.#pieces.length - 1] = { ...tail, page: to };
      this.#pool.release(tail.page);
    }
    const firstPosition = this.#nextPosition;
    return { ok: true, slots: this.#append(count, room, fresh), firstPosition, copies };
  }

  /** A second sequence with the same tokens; pages are shared, and a partial last page is copied by whoever writes first. */
  fork(id: SequenceId): SequenceCache {
    this.#assertAlive("fork");
    const copy = new SequenceCache(this.#pool, { id, pageSize: this.#pageSize });
    copy.#retainAll(this.pages);
    copy.#pieces = [...this.#pieces];
    copy.#nextPosition = this.#nextPosition;
    copy.#sealedSeen = this.#sealedSeen;
    return copy;
  }

  /**
   * Keeps this sequence's pages alive beyond it, for a registered context.
   * @throws InvariantError unless its tokens are whole: consecutive from position 0 and nothing dropped or moved.
   */
  pin(): PinnedPages {
    this.#assertAlive("pin");
    const pages = this.pages;
    const pieces = [...this.#pieces];
    if (!this.#isWhole())
      throw new InvariantError({ invariant: "only a whole sequence from position 0 on is pinned", plan: this.toSegments() });
    this.#retainAll(pages);
    let isPinned = true;
    const release = (): void => {
      if (!isPinned) throw new DisposedError({ subject: "pinned pages", operation: "release" });
      isPinned = false;
      this.#pool.releaseAll(pages);
    };
    return {
      pages,
      pageCount: this.pageCount,
      pieces,
      hasEncoded: this.hasEncoded,
      length: this.tokenCount,
      release,
      get isReleased() {
        return !isPinned;
      },
    };
  }

  /**
   * Forgets the tokens of these pages and gives the pages back.
   * @returns references given back
   * @throws InvariantError where an encoded piece lies in some of these pages and in others.
   */
  dropPages(pages: readonly PageId[]): number {
    this.#assertAlive("dropPages");
    const dropped = new Set(pages);
    const isGone = (piece: CachePiece): boolean => pagesOf(piece).some((page) => dropped.has(page));
    const gone = this.#pieces.filter(isGone).flatMap(pagesOf);
    if (gone.some((page) => !dropped.has(page))) throw new InvariantError({ invariant: "encoded pieces are dropped whole", plan: pages });
    this.#pieces = this.#pieces.filter((piece) => !isGone(piece));
    this.#pool.releaseAll(gone);
    this.#clampSealed();
    return gone.length;
  }

  /**
   * Keeps some tokens of these pages, packed, and gives emptied pages back. Pages that others read are not touched but replaced.
   * @param keep token offsets, ascending, counted over the sequence's tokens in `pages`
   * @returns undefined, with nothing changed, where the pool has no pages for it
   */
  compactTokens(
    pages: readonly PageId[],
    keep: readonly number[],
  ): { readonly moves: readonly TokenMove[]; readonly releasedPages: number } | undefined {
    this.#assertAlive("compactTokens");
    const groups = this.#groups(new Set(pages), keep);
    const needed = groups.reduce((sum, { pieces, kept }) => sum + freshPagesNeeded(pieces, kept.length, this.#pool, this.#pageSize), 0);
    const reservation = this.#pool.tryReserve(needed);
    if (!reservation.ok) return undefined;
    const fresh = [...reservation.pages];
    const moves: TokenMove[] = [];
    const emptied: PageId[] = [];
    // Back to front, so that the places of groups still to come do not change.
    for (const { at, pieces, kept } of groups.reverse()) {
      const compaction = compactPieces(pieces, kept, this.#pool, this.#pageSize, () => fresh.pop() as PageId);
      this.#pieces.splice(at, pieces.length, ...compaction.pieces);
      moves.push(...compaction.moves);
      emptied.push(...compaction.emptied);
    }
    this.#pool.releaseAll(emptied);
    this.#clampSealed();
    return { moves, releasedPages: emptied.length };
  }

  /** Whether `truncate(length)` would not cut through encoded tokens. */
  canTruncate(length: number): boolean {
    return this.#pieces.every((piece) => !isCoded(piece) || isOutside(piece, length));
  }

  /**
   * Forgets tokens from position `length` on, for rollback.
   * @returns references given back
   * @throws InvariantError where that position lies inside an encoded piece.
   */
  truncate(length: number): number {
    this.#assertAlive("truncate");
    if (!this.canTruncate(length)) throw new InvariantError({ invariant: `position ${length} is not inside an encoded piece` });
    const kept: CachePiece[] = [];
    const gone: PageId[] = [];
    for (const piece of this.#pieces) {
      if (isCoded(piece)) {
        if (piece.firstPosition + piece.shift < length) kept.push(piece);
        else gone.push(...pagesOf(piece));
        continue;
      }
      const positions = piecePositions(piece).filter((position) => position + piece.shift < length);
      if (positions.length === 0) gone.push(piece.page);
      else if (positions.length === piece.length) kept.push(piece);
      else kept.push(makePiece({ page: piece.page, role: piece.role, skip: piece.skip, shift: piece.shift }, positions));
    }
    this.#pieces = kept;
    this.#nextPosition = Math.min(this.#nextPosition, length);
    this.#pool.releaseAll(gone);
    this.#clampSealed();
    return gone.length;
  }

  /**
   * Checks what a policy's `retain` asked for and carries out all but recodings: drops first, so that compactions find free pages.
   * @param recoding what can be recoded, and what is being recoded already; nothing where absent
   * @throws PolicyContractError where the plan is not valid.
   */
  applyRetention(
    plan: RetentionPlan,
    policy: string,
    recoding: { readonly codecs: readonly string[]; readonly pages: readonly PageId[] } = { codecs: [], pages: [] },
  ): RetentionResult {
    this.#assertAlive("applyRetention");
    const { codecs, pages: busy } = recoding;
    validateRetentionPlan(plan, { policy, segments: this.toSegments(), pageSize: this.#pageSize, codecs, recoding: busy });
    const dropped = plan.actions.flatMap((action) => (action.type === "drop-pages" ? action.pages : []));
    let releasedPages = dropped.length === 0 ? 0 : this.dropPages(dropped);
    const recodings = plan.actions
      .filter((action) => action.type === "recode-pages")
      .filter(({ pages }) => !busy.includes(pages[0] as PageId));
    const moves: TokenMove[] = [];
    const deferred: RetentionAction[] = [];
    for (const action of plan.actions) {
      if (action.type !== "compact-tokens") continue;
      const result = this.compactTokens(action.pages, action.keep);
      if (result === undefined) deferred.push(action);
      moves.push(...(result?.moves ?? []));
      releasedPages += result?.releasedPages ?? 0;
    }
    return { moves, releasedPages, deferred, recodings };
  }

  /**
   * Pages of encoded pieces that nobody else reads, and how far they are filled: their ends may be filled with further pieces of this
   * sequence.
   */
  openPages(): FilledPage[] {
    const coded = this.#pieces.filter(isCoded);
    const references = new Map<PageId, number>();
    for (const page of coded.flatMap(pagesOf)) references.set(page, (references.get(page) ?? 0) + 1);
    const filled = new Map<PageId, number>();
    for (const { page, used } of coded.flatMap((piece) => piece.filled)) filled.set(page, Math.max(filled.get(page) ?? 0, used));
    return [...filled].flatMap(([page, used]) => (this.#pool.refCount(page) === references.get(page) ? [{ page, used }] : []));
  }

  /**
   * Puts encoded pieces in the place of consecutive dense pages and gives those back. The pieces' references become this sequence's.
   * @param pages dense, full and in token order
   * @throws InvariantError where they are not, or the pieces have other tokens.
   */
  replaceByEncoded(pages: readonly PageId[], codec: string, placed: readonly PlacedPiece[]): void {
    this.#assertAlive("replaceByEncoded");
    const at = this.#pieces.findIndex((piece) => !isCoded(piece) && piece.page === pages[0]);
    const replaced = this.#pieces.slice(at, at + pages.length);
    const first = replaced[0];
    const tokens = placed.reduce((sum, piece) => sum + piece.tokens, 0);
    const isWhole = replaced.every((piece, index) => {
      const isNext = piece.firstPosition === (first?.firstPosition ?? 0) + index * this.#pageSize;
      return !isCoded(piece) && piece.page === pages[index] && isNext && piece.length === this.#pageSize && piece.shift === 0;
    });
    if (at < 0 || first === undefined || !isWhole || tokens !== pages.length * this.#pageSize) {
      throw new InvariantError({
        invariant: `${tokens} encoded tokens take the place of ${pages.length} dense pages in a row`,
        plan: pages,
      });
    }
    let { firstPosition } = first;
    const pieces = placed.map(({ filled, states, ...encoded }): CodedPiece => {
      const piece = { role: first.role, length: encoded.tokens, firstPosition, shift: 0, codec, encoded, filled, states };
      firstPosition += encoded.tokens;
      return piece;
    });
    this.#pieces.splice(at, pages.length, ...pieces);
    this.#pool.releaseAll(pages);
    this.#clampSealed();
  }

  /** The encoded piece right before a dense page, where there is one. */
  encodedBefore(page: PageId): CodedPiece | undefined {
    const at = this.#pieces.findIndex((piece) => !isCoded(piece) && piece.page === page);
    const [before, piece] = [this.#pieces[at - 1], this.#pieces[at]];
    if (before === undefined || piece === undefined || !isCoded(before) || before.shift !== piece.shift) return undefined;
    if (before.firstPosition + before.length !== piece.firstPosition) return undefined;
    return before;
  }

  /** What the sequence attends: the fewest segments, cut by positions and slots alone, so that sharing cannot change a result. */
  toSegments(readers: readonly SequenceId[] = [this.id]): Segment[] {
    return this.#segments.toSegments(this.#pieces, this.#pageSize, readers);
  }

  /**
   * Full pages from position 0 on without a gap, if there are more than at the last call: what the engine inserts into the prefix index.
   * Call it when the step that filled them has been enqueued.
   */
  takeSealed(): readonly PageId[] | undefined {
    let count = this.#sealedSeen;
    while (count < this.#pieces.length && this.#isCanonical(this.#pieces[count] as CachePiece, count)) count++;
    if (count === this.#sealedSeen) return undefined;
    this.#sealedSeen = count;
    return this.#pieces.slice(0, count).flatMap(pagesOf);
  }

  /** Gives every page back. The sequence is of no use afterwards. */
  release(): void {
    this.#assertAlive("release");
    this.#isReleased = true;
    this.#pool.releaseAll(this.pages);
    this.#pieces = [];
  }

  #append(count: number, room: number, fresh: PageId[]): Int32Array {
    const slots = new Int32Array(count);
    let done = 0;
    while (done < count) {
      const tail = this.#pieces.at(-1);
      const isRoomy = done === 0 && room > 0 && tail !== undefined && !isCoded(tail);
      const piece = isRoomy
        ? tail
        : { page: fresh.shift() as PageId, role: "private" as const, skip: 0, length: 0, firstPosition: this.#nextPosition, shift: 0 };
      const taken = Math.min(count - done, this.#pageSize - piece.skip - piece.length);
      const firstSlot = piece.page * this.#pageSize + piece.skip + piece.length;
      for (let index = 0; index < taken; index++) slots[done + index] = firstSlot + index;
      const grown = this.#grow(piece, taken);
      if (isRoomy) this.#pieces[this.#pieces.length - 1] = grown;
      else this.#pieces.push(grown);
      this.#nextPosition += taken;
      done += taken;
    }
    return slots;
  }

  #grow(piece: PagePiece, taken: number): PagePiece {
    const isConsecutive = piece.positions === undefined && piece.firstPosition + piece.length === this.#nextPosition;
    if (isConsecutive) return { ...piece, length: piece.length + taken };
    const added = Array.from({ length: taken }, (_, index) => this.#nextPosition + index);
    return makePiece({ page: piece.page, role: piece.role, skip: piece.skip, shift: piece.shift }, [...piecePositions(piece), ...added]);
  }

  /** Neighbouring pieces of one shift among `pages`, and which of their tokens are kept. */
  #groups(pages: ReadonlySet<PageId>, keep: readonly number[]): { at: number; pieces: PagePiece[]; kept: number[] }[] {
    const groups: { at: number; pieces: PagePiece[]; kept: number[]; firstToken: number; tokens: number }[] = [];
    let tokens = 0;
    this.#pieces.forEach((piece, index) => {
      if (isCoded(piece) || !pages.has(piece.page)) return;
      const last = groups.at(-1);
      const joins = last !== undefined && last.at + last.pieces.length === index && last.pieces[0]?.shift === piece.shift;
      const group = joins ? last : { at: index, pieces: [], kept: [], firstToken: tokens, tokens: 0 };
      if (!joins) groups.push(group);
      group.pieces.push(piece);
      group.tokens += piece.length;
      tokens += piece.length;
    });
    for (const group of groups) {
      const end = group.firstToken + group.tokens;
      group.kept = keep.filter((offset) => offset >= group.firstToken && offset < end).map((offset) => offset - group.firstToken);
    }
    return groups;
  }

  /** Whether a piece is a page that holds exactly the tokens that its place in an untouched sequence would. */
  #isCanonical(piece: CachePiece, index: number): boolean {
    return isUnmoved(piece) && piece.firstPosition === index * this.#pageSize && piece.length === this.#pageSize;
  }

  /** Whether tokens follow each other from position 0 on, in full pages or encoded; the last page may be partial. */
  #isWhole(): boolean {
    let next = 0;
    return this.#pieces.every((piece, index) => {
      const isInPlace = piece.shift === 0 && piece.firstPosition === next && (isCoded(piece) || isUnmoved(piece));
      next += piece.length;
      return isInPlace && (isCoded(piece) || index === this.#pieces.length - 1 || piece.length === this.#pageSize);
    });
  }

  #clampSealed(): void {
    let count = 0;
    while (count < this.#sealedSeen && count < this.#pieces.length && this.#isCanonical(this.#pieces[count] as CachePiece, count)) count++;
    this.#sealedSeen = count;
  }

  #retainAll(pages: readonly PageId[]): void {
    pages.forEach((page, index) => {
      try {
        this.#pool.retain(page);
      } catch (cause) {
        this.#pool.releaseAll(pages.slice(0, index));
        throw cause;
      }
    });
  }

  #assertAlive(operation: string): void {
    if (this.#isReleased) throw new DisposedError({ subject: `the cache of sequence ${this.id}`, operation });
  }
}

function isUnmoved(piece: CachePiece): piece is PagePiece {
  return !isCoded(piece) && piece.skip === 0 && piece.shift === 0 && piece.positions === undefined;
}

function isOutside({ firstPosition, length: tokens, shift }: CachePiece, length: number): boolean {
  return firstPosition + shift >= length || firstPosition + tokens + shift <= length;
}
