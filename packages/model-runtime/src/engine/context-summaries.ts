import {
  type ContextSummary,
  type KernelBackend,
  type KvStore,
  type LayerIndex,
  OutOfPagesError,
  type PagePool,
  type Segment,
  type SequenceId,
  type SummaryRequest,
} from "@kvasir/kv-core";
import type { Model } from "../model/index.ts";
import { ropeTable } from "../model/rope/rope-frequencies.ts";
import type { PlaceableContext } from "../scheduler/active-request.ts";
import { layerQueries } from "./layer-queries.ts";
import { meanRuns, shiftVectors } from "./mean-runs.ts";

/** What summaries are computed with. */
export interface SummaryParts {
  readonly model: Model;
  readonly backend: KernelBackend;
  readonly store: KvStore;
  readonly pool: PagePool;
}

const READER = -1 as SequenceId;

/**
 * Means of contexts' keys and queries, measured once per registration and kept beside it in host memory. Keys are read from the context's
 * pages; queries are not kept anywhere, so the tokens run once more over those pages, into pages that are given back.
 */
export class ContextSummaries {
  readonly #parts: SummaryParts;
  readonly #known = new WeakMap<object, Map<string, ContextSummary>>();

  constructor(parts: SummaryParts) {
    this.#parts = parts;
  }

  /**
   * At the positions that the context takes in a sequence; runs are counted from its first token there.
   * @throws OutOfPagesError where there is no page for the pass
   */
  async of(context: PlaceableContext, request: SummaryRequest): Promise<ContextSummary> {
    const key = JSON.stringify([request, context.firstPosition]);
    let known = this.#known.get(context.pinned);
    if (known === undefined) this.#known.set(context.pinned, (known = new Map()));
    let local = known.get(key);
    if (local === undefined) known.set(key, (local = await this.#measure(context, request)));
    return this.#moved(local, request, context.startPosition - context.firstPosition);
  }

  async #measure(context: PlaceableContext, { layers }: SummaryRequest): Promise<ContextSummary> {
    const { shape, kvHeads, headDim } = this.#parts.model.description;
    const keys: Float32Array[] = [];
    for (const { layer, keyTokens } of layers) keys.push(meanRuns(await this.#keys(context, layer), kvHeads * headDim, keyTokens));
    const all = layers.map(({ layer }) => layer);
    const queries = await this.#queries(context, all);
    const width = shape.queryHeads * headDim;
    return { keys, queries: queries.map((values, index) => meanRuns(values, width, layers[index]?.queryTokens ?? 1)) };
  }

  async #keys({ pages, skip = 0, length }: PlaceableContext, layer: LayerIndex): Promise<Float32Array> {
    const { store, model } = this.#parts;
    const { kvHeads, headDim, shape } = model.description;
    const { pageSize } = store.spec;
    const owner = shape.layers[layer]?.owner ?? layer;
    const values = new Float32Array(length * kvHeads * headDim);
    for (const [index, page] of pages.entries()) {
      const from = index === 0 ? skip : 0;
      const first = index * pageSize + from - skip;
      const count = Math.min(pageSize - from, length - first);
      values.set((await store.readTokens(owner, page, from, count)).keys, first * kvHeads * headDim);
    }
    return values;
  }

  async #queries({ tokens, pinned, firstPosition }: PlaceableContext, layers: readonly LayerIndex[]): Promise<Float32Array[]> {
    const { store, model, backend, pool } = this.#parts;
    const { pageSize } = store.spec;
    const width = model.description.shape.queryHeads * model.description.headDim;
    const read: Segment = {
      role: "context",
      pages: pinned.pages,
      skip: 0,
      length: tokens.length,
      firstPosition: 0,
      shift: 0,
      readers: [READER],
    };
    const found = layers.map(() => new Float32Array((tokens.length - firstPosition) * width));
    // The registered pages hold these keys and values already and are never written: the pass stores its own where nobody reads.
    const rows = Math.min(model.maxRows, tokens.length - firstPosition);
    const scratch = pool.tryReserve(Math.ceil(rows / pageSize));
    if (!scratch.ok) throw new OutOfPagesError({ needed: scratch.needed, free: scratch.free });
    try {
      for (let first = firstPosition; first < tokens.length; first += rows) {
        const part = tokens.slice(first, first + rows);
        const sequences = [{ sequence: READER, firstRow: 0, rows: part.length, firstPosition: first }];
        const chunk = await layerQueries(model, backend, store, {
          tokens: Int32Array.from(part),
          positions: Int32Array.from(part, (_, row) => first + row),
          slots: Int32Array.from(part, (_, row) => (scratch.pages[Math.floor(row / pageSize)] ?? 0) * pageSize + (row % pageSize)),
          step: backend.plan({ sequences, reads: [{ layers: "all", kvHead: "all", segments: [read] }] }, store),
          layers,
        });
        chunk.forEach((values, index) => found[index]?.set(values, (first - firstPosition) * width));
      }
    } finally {
      pool.releaseAll(scratch.pages);
    }
    return found;
  }

  #moved({ keys, queries }: ContextSummary, { layers }: SummaryRequest, shift: number): ContextSummary {
    const { ropes, headDim } = this.#parts.model.description;
    const turn = (vectors: Float32Array, index: number): Float32Array => {
      const rope = ropes[layers[index]?.layer ?? 0];
      return rope === undefined || shift === 0 ? vectors : shiftVectors(vectors, headDim, ropeTable(rope, headDim).frequencies, shift);
    };
    return { keys: keys.map(turn), queries: queries.map(turn) };
  }
}
