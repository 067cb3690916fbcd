import { InvariantError, type KernelBackend, type KvStore, type Segment, type SequenceId, storedPosition } from "@kvasir/kv-core";
import type { Model } from "../model/index.ts";
import type { ActiveRequest } from "../scheduler/active-request.ts";
import { runsOf } from "../scheduler/place-contexts.ts";

/**
 * Computes cached tokens again: a set of tokens at given positions, in all layers, each over what its sequence keeps at or before it. Keys
 * and values go to the sequence's own pages; pages of contexts are read only.
 */
export class Recomputer {
  readonly #model: Model;
  readonly #backend: KernelBackend;
  readonly #store: KvStore;

  constructor(model: Model, backend: KernelBackend, store: KvStore) {
    this.#model = model;
    this.#backend = backend;
    this.#store = store;
  }

  /**
   * Computes the next tokens of each request's `recompute`, as many as go at once; other requests get a step in between.
   * @returns tokens computed
   */
  async advanceAll(running: readonly ActiveRequest[], fail: (request: ActiveRequest, error: unknown) => void): Promise<number> {
    let computed = 0;
    for (const request of running.filter(({ recompute }) => recompute !== undefined)) {
      request.isInFlight = true;
      try {
        computed += await this.#advance(request);
        request.isInFlight = false;
      } catch (error) {
        request.isInFlight = false;
        fail(request, error);
      }
    }
    return computed;
  }

  async #advance(request: ActiveRequest): Promise<number> {
    const { recompute, cache, tokens } = request;
    if (recompute === undefined || cache === undefined) return 0;
    const { done } = recompute;
    const positions = recompute.positions.slice(done, done + this.#model.maxRows);
    const slots = recompute.slots.slice(done, done + positions.length);
    const runs = runsOf(positions);
    // Rows of one sequence are consecutive in a step plan, so each run is one; no sequence has a negative id.
    const readers = runs.map((_, index) => (-1 - index) as SequenceId);
    let firstRow = 0;
    const sequences = runs.map(([from, to], index) => {
      const rows = { sequence: readers[index] as SequenceId, firstRow, rows: to - from, firstPosition: from };
      firstRow += to - from;
      return rows;
    });
    const segments = upTo(cache.toSegments(readers), positions.at(-1) ?? 0, this.#store.spec.pageSize);
    const step = this.#backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments }] }, this.#store);
    this.#model.forward({
      tokens: Int32Array.from(positions, (position) => tokens[position] ?? -1),
      positions: Int32Array.from(positions),
      slots,
      step,
      store: this.#store,
      logitRows: new Int32Array(),
    });
    await this.#backend.submit();
    recompute.done += positions.length;
    if (recompute.done > recompute.positions.length) throw new InvariantError({ invariant: "tokens are computed again once" });
    if (recompute.done === recompute.positions.length) request.recompute = undefined;
    return positions.length;
  }
}

/** What tokens at or before a position may see: slots of tokens that are not computed yet must not even be masked. */
function upTo(segments: readonly Segment[], last: number, pageSize: number): Segment[] {
  return segments.flatMap((segment) => {
    const { pages, skip, shift, positions } = segment;
    let { length } = segment;
    while (length > 0 && storedPosition(segment, length - 1) + shift > last) length--;
    if (length === 0) return [];
    const kept = { ...segment, length, pages: pages.slice(0, Math.ceil((skip + length) / pageSize)) };
    return [positions === undefined ? kept : { ...kept, positions: positions.slice(0, length) }];
  });
}
