import { pieceKey } from "./segment-parts.ts";
import type { Segment } from "./segment.ts";
import { storedPosition } from "./validate-segment.ts";

/** A page of dense tokens, or an encoded piece by its `pieceKey`. */
type Place = number | string;

/** Consecutive slots of a page, or tokens of a piece, that one sequence reads at consecutive positions. */
interface PageRun {
  /** First slot, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Reader position - slot: equal in two runs exactly if they mean the same tokens at the same place. */
  readonly delta: number;
}

/** A slot in question. */
export interface SlotRead {
  readonly reader: number;
  /** `page + offset` of its directory for an encoded piece. */
  readonly page: Place;
  readonly offset: number;
}

/** What each sequence reads, page by page: the same slot at two positions is read as two tokens. */
export class ReadRuns {
  readonly #pageSize: number;
  readonly #runs = new Map<number, Map<Place, PageRun[]>>();

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  add(segment: Segment): void {
    for (const reader of segment.readers) {
      const pages = this.#runs.get(reader) ?? new Map<Place, PageRun[]>();
      this.#runs.set(reader, pages);
      eachRun(segment, this.#pageSize, (page, run) => {
        const runs = pages.get(page);
        if (runs === undefined) pages.set(page, [run]);
        else runs.push(run);
      });
    }
  }

  /** First token of a segment that one of its readers has been given already. */
  findRepeated(segment: Segment): SlotRead | undefined {
    return this.#find(segment, (runs, { from, to, delta }) => {
      const other = runs.find((run) => run.delta === delta && run.from < to && run.to > from);
      return other === undefined ? undefined : Math.max(from, other.from);
    });
  }

  /** First token of a segment that one of its readers has not been given, or at another position. */
  findMissing(segment: Segment): SlotRead | undefined {
    return this.#find(segment, (runs, { from, to, delta }) => {
      let offset = from;
      while (offset < to) {
        const at = offset;
        const covering = runs.find((run) => run.delta === delta && run.from <= at && run.to > at);
        if (covering === undefined) return at;
        offset = covering.to;
      }
      return undefined;
    });
  }

  #find(segment: Segment, look: (runs: readonly PageRun[], run: PageRun) => number | undefined): SlotRead | undefined {
    let found: SlotRead | undefined;
    for (const reader of segment.readers) {
      const pages = this.#runs.get(reader);
      eachRun(segment, this.#pageSize, (page, run) => {
        if (found !== undefined) return;
        const offset = look(pages?.get(page) ?? [], run);
        if (offset !== undefined) found = { reader, page, offset };
      });
    }
    return found;
  }
}

function eachRun(segment: Segment, pageSize: number, visit: (page: Place, run: PageRun) => void): void {
  if (segment.encoding !== undefined) {
    let position = segment.firstPosition + segment.shift;
    for (const piece of segment.encoding.pieces) {
      visit(pieceKey(piece), { from: 0, to: piece.tokens, delta: position });
      position += piece.tokens;
    }
    return;
  }
  segment.pages.forEach((page, index) => {
    const first = Math.max(0, index * pageSize - segment.skip);
    const end = Math.min(segment.length, (index + 1) * pageSize - segment.skip);
    const slotOf = (token: number): number => segment.skip + token - index * pageSize;
    const deltaOf = (token: number): number => storedPosition(segment, token) + segment.shift - slotOf(token);
    if (segment.positions === undefined) {
      visit(page, { from: slotOf(first), to: slotOf(end - 1) + 1, delta: deltaOf(first) });
      return;
    }
    let start = first;
    for (let token = first + 1; token <= end; token++) {
      if (token < end && deltaOf(token) === deltaOf(start)) continue;
      visit(page, { from: slotOf(start), to: slotOf(token - 1) + 1, delta: deltaOf(start) });
      start = token;
    }
  });
}
