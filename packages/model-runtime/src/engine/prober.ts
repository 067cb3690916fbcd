import { type LayerIndex, OutOfPagesError, type PlacementPlan, SequenceCache, type SequenceId } from "@kvasir/kv-core";
import type { ActiveRequest } from "../scheduler/active-request.ts";
import { placeContexts } from "../scheduler/place-contexts.ts";
import type { SummaryParts } from "./context-summaries.ts";
import { layerQueries } from "./layer-queries.ts";

/** Of longer questions the last tokens are tried. */
const MAX_PROBE_TOKENS = 128;
const PROBE = -1 as SequenceId;

/** Runs the tokens after the contexts over what a plan keeps, for their queries; nothing of it is kept. */
export class Prober {
  readonly #parts: SummaryParts;

  constructor(parts: SummaryParts) {
    this.#parts = parts;
  }

  /**
   * @returns `[layers, rows, queryHeads, headDim]` of the prompt's last tokens
   * @throws OutOfPagesError where the pool has not enough pages for it
   */
  async queries(
    { tokens, promptLength, contextLength }: ActiveRequest,
    plan: PlacementPlan,
    layers: readonly LayerIndex[],
  ): Promise<Float32Array> {
    const { model, backend, store, pool } = this.#parts;
    const { pageSize } = store.spec;
    const cache = SequenceCache.create(pool, { id: PROBE, pageSize });
    try {
      const first = Math.max(contextLength, promptLength - Math.min(MAX_PROBE_TOKENS, model.maxRows));
      // Kept tokens are read as they are: a probe that computed them again would cost what it is to save.
      placeContexts(cache, { ...plan, recompute: [] }, first, pageSize);
      const asked = tokens.slice(first, promptLength);
      const reserved = cache.reserve(asked.length);
      if (!reserved.ok) throw new OutOfPagesError({ needed: reserved.needed, free: reserved.free });
      if (reserved.copies.length > 0) store.copyPages(reserved.copies);
      const sequences = [{ sequence: PROBE, firstRow: 0, rows: asked.length, firstPosition: first }];
      const found = await layerQueries(model, backend, store, {
        tokens: Int32Array.from(asked),
        positions: Int32Array.from(asked, (_, row) => first + row),
        slots: reserved.slots,
        step: backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments: cache.toSegments() }] }, store),
        layers,
      });
      const size = found[0]?.length ?? 0;
      const joined = new Float32Array(found.length * size);
      found.forEach((values, index) => joined.set(values, index * size));
      return joined;
    } finally {
      cache.release();
    }
  }
}
