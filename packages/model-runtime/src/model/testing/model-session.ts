import type { KernelBackend, KvStore, PageId, PlannedStep, SequenceId } from "@kvasir/kv-core";
import type { ForwardCall, Model } from "../model.ts";

const PAGE_SIZE = 16;

/** One sequence on a store of its own: builds the calls for its next tokens. */
export class ModelSession {
  readonly store: KvStore;
  private readonly model: Model;
  private readonly backend: KernelBackend;
  private readonly pages: readonly PageId[];
  private length = 0;

  constructor(model: Model, backend: KernelBackend, pageCount = 2) {
    this.model = model;
    this.backend = backend;
    this.store = backend.createKvStore({ shape: model.description.shape, dtype: "f32", pageSize: PAGE_SIZE, pageCount });
    this.pages = Array.from({ length: pageCount }, (_, page) => page as PageId);
  }

  /** A forward call for the tokens that come next. */
  next(tokens: readonly number[], logitRows: readonly number[]): ForwardCall {
    const first = this.length;
    this.length += tokens.length;
    const positions = Int32Array.from(tokens, (_, row) => first + row);
    return {
      tokens: Int32Array.from(tokens),
      positions,
      slots: positions,
      step: this.plan(first, tokens.length),
      store: this.store,
      logitRows: Int32Array.from(logitRows),
    };
  }

  /** Logits after every one of the tokens that come next. */
  async logits(tokens: readonly number[]): Promise<number[][]> {
    const tensor = this.model.forward(this.next(tokens, [...tokens.keys()]));
    return this.read(tensor, tokens.length);
  }

  /** Rows of logits, once everything enqueued has run. */
  async read(tensor: ReturnType<Model["forward"]>, rows: number): Promise<number[][]> {
    await this.backend.submit();
    const { vocabularySize } = this.model.description;
    const values = await this.backend.readTensor(tensor, 0, rows * vocabularySize);
    return Array.from({ length: rows }, (_, row) => [...values.subarray(row * vocabularySize, (row + 1) * vocabularySize)]);
  }

  private plan(firstPosition: number, rows: number): PlannedStep {
    const sequence = 0 as SequenceId;
    const segment = {
      role: "private",
      pages: this.pages.slice(0, Math.ceil(this.length / PAGE_SIZE)),
      skip: 0,
      length: this.length,
      firstPosition: 0,
      shift: 0,
      readers: [sequence],
    } as const;
    return this.backend.plan(
      { sequences: [{ sequence, firstRow: 0, rows, firstPosition }], reads: [{ layers: "all", kvHead: "all", segments: [segment] }] },
      this.store,
    );
  }
}
