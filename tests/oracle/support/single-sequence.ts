import type { KernelBackend, KvDtype, KvStore, PageId, Segment, SequenceId } from "@kvasir/kv-core";
import type { Model } from "../../../packages/model-runtime/src/model/index.ts";

const SEQUENCE = 0 as SequenceId;
const PAGE_SIZE = 16;

/** Runs one text through a model on a store of its own, in chunks of any size. Pages are taken in an order that is not ascending. */
export class SingleSequence {
  private readonly model: Model;
  private readonly backend: KernelBackend;
  private readonly store: KvStore;
  private readonly pages: readonly PageId[];
  private length = 0;

  constructor(model: Model, backend: KernelBackend, maxLength: number, dtype: KvDtype = "f32") {
    this.model = model;
    this.backend = backend;
    const pageCount = Math.ceil(maxLength / PAGE_SIZE);
    this.store = backend.createKvStore({ shape: model.description.shape, dtype, pageSize: PAGE_SIZE, pageCount });
    this.pages = Array.from({ length: pageCount }, (_, index) => (index % 2 === 0 ? pageCount - 1 - index / 2 : (index - 1) / 2) as PageId);
  }

  /** Feeds tokens; logits after each of the given positions come back in order. */
  async feed(
    tokens: readonly number[],
    wantedPositions: readonly number[],
    chunkRows: number = this.model.maxRows,
  ): Promise<Float32Array[]> {
    const result: Float32Array[] = [];
    for (let start = 0; start < tokens.length; start += chunkRows) {
      const chunk = tokens.slice(start, start + chunkRows);
      const first = this.length;
      const wanted = wantedPositions.filter((position) => position >= first && position < first + chunk.length);
      result.push(
        ...(await this.run(
          chunk,
          wanted.map((position) => position - first),
        )),
      );
    }
    return result;
  }

  /** Continues greedily from logits. */
  async greedy(logits: Float32Array, count: number): Promise<number[]> {
    const tokens: number[] = [];
    let current = logits;
    for (let index = 0; index < count; index++) {
      const token = argmax(current);
      tokens.push(token);
      if (index + 1 < count) current = (await this.feed([token], [this.length]))[0]!;
    }
    return tokens;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async run(tokens: readonly number[], logitRows: readonly number[]): Promise<Float32Array[]> {
    const first = this.length;
    const rows = tokens.length;
    this.length += rows;
    const positions = Int32Array.from({ length: rows }, (_, row) => first + row);
    const slots = positions.map((position) => this.pages[Math.floor(position / PAGE_SIZE)]! * PAGE_SIZE + (position % PAGE_SIZE));
    const segment: Segment = {
      role: "private",
      pages: this.pages.slice(0, Math.ceil(this.length / PAGE_SIZE)),
      skip: 0,
      length: this.length,
      firstPosition: 0,
      shift: 0,
      readers: [SEQUENCE],
    };
    const step = this.backend.plan(
      {
        sequences: [{ sequence: SEQUENCE, firstRow: 0, rows, firstPosition: first }],
        reads: [{ layers: "all", kvHead: "all", segments: [segment] }],
      },
      this.store,
    );
    const logits = this.model.forward({
      tokens: Int32Array.from(tokens),
      positions,
      slots,
      step,
      store: this.store,
      logitRows: Int32Array.from(logitRows),
    });
    await this.backend.submit();
    if (logitRows.length === 0) return [];
    const { vocabularySize } = this.model.description;
    const values = (await this.backend.readTensor(logits, 0, logitRows.length * vocabularySize)) as Float32Array;
    return logitRows.map((_, index) => values.slice(index * vocabularySize, (index + 1) * vocabularySize));
  }
}

export function argmax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

/** Largest difference of two lists of the same length. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs(a[index]! - b[index]!));
  return Number.isNaN(largest) ? Infinity : largest;
}
