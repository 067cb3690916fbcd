import type { KernelBackend, KvStore, PageId, PlannedStep, SequenceId, SequenceRows } from "@kvasir/kv-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, type Model } from "../../packages/model-runtime/src/model/index.ts";
import { BACKENDS, createBackend } from "./support/backends.ts";
import { FAMILY_GOLDENS } from "./support/goldens.ts";

const PAGE_SIZE = 16;
/** Tokens that a sequence has when the step comes which adds one to it, and the prompt of another one in the same step. */
const CONTEXT = 75;
const PROMPT = 60;
/** Single rows and runs; the first row is the decoding sequence's. */
const CHOSEN = [[0], [PROMPT], [0, PROMPT], [0, 1, 2, 17, 40, 41, 42, PROMPT]];

/** One step: the decoding sequence's next token in row 0, the other's prompt behind it. Both share no page. */
class MixedStep {
  readonly #model: Model;
  readonly #backend: KernelBackend;
  readonly #store: KvStore;
  readonly #ids: readonly number[];

  constructor(model: Model, backend: KernelBackend, ids: readonly number[]) {
    this.#model = model;
    this.#backend = backend;
    this.#ids = ids;
    this.#store = backend.createKvStore({ shape: model.description.shape, dtype: "f32", pageSize: PAGE_SIZE, pageCount: 16 });
  }

  async computeContext(): Promise<void> {
    await this.#run([{ sequence: 0 as SequenceId, firstRow: 0, rows: CONTEXT, firstPosition: 0 }], []);
  }

  /** Logits of the rows, one after another. */
  async logits(rows: readonly number[]): Promise<Float32Array> {
    const decoding = { sequence: 0 as SequenceId, firstRow: 0, rows: 1, firstPosition: CONTEXT };
    return this.#run([decoding, { sequence: 1 as SequenceId, firstRow: 1, rows: PROMPT, firstPosition: 0 }], rows);
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #run(sequences: readonly SequenceRows[], logitRows: readonly number[]): Promise<Float32Array> {
    const places = sequences.flatMap(({ sequence, rows, firstPosition }) =>
      Array.from({ length: rows }, (_, row) => ({ position: firstPosition + row, slot: sequence * 8 * PAGE_SIZE + firstPosition + row })),
    );
    const logits = this.#model.forward({
      tokens: Int32Array.from(places, ({ position }) => this.#ids[position]!),
      positions: Int32Array.from(places, ({ position }) => position),
      slots: Int32Array.from(places, ({ slot }) => slot),
      step: this.#plan(sequences),
      store: this.#store,
      logitRows: Int32Array.from(logitRows),
    });
    await this.#backend.submit();
    const { vocabularySize } = this.#model.description;
    return (await this.#backend.readTensor(logits, 0, logitRows.length * vocabularySize)) as Float32Array;
  }

  #plan(sequences: readonly SequenceRows[]): PlannedStep {
    const reads = sequences.map(({ sequence, rows, firstPosition }) => {
      const length = firstPosition + rows;
      const pages = Array.from({ length: Math.ceil(length / PAGE_SIZE) }, (_, index) => (sequence * 8 + index) as PageId);
      const segment = { role: "private", pages, skip: 0, length, firstPosition: 0, shift: 0, readers: [sequence] } as const;
      return { layers: "all", kvHead: "all", segments: [segment] } as const;
    });
    return this.#backend.plan({ sequences, reads }, this.#store);
  }
}

describe.each(BACKENDS)("logits of chosen rows on $name are bit for bit those of all rows", (factory) => {
  let backend: KernelBackend;
  beforeAll(async () => {
    backend = await createBackend(factory);
  });
  afterAll(() => backend.dispose());

  it.each(FAMILY_GOLDENS)("$name", async (golden) => {
    const file = await golden.open();
    const model = await loadModel(file, backend, { maxLogitRows: PROMPT + 1 });
    file.close();
    const { vocabularySize } = model.description;
    const { ids } = golden.prompts.find(({ length }) => length > CONTEXT)!;
    const step = new MixedStep(model, backend, ids);
    await step.computeContext();
    const all = await step.logits(Array.from({ length: PROMPT + 1 }, (_, row) => row));
    for (const rows of CHOSEN) {
      const chosen = await step.logits(rows);
      rows.forEach((row, index) => {
        const found = chosen.subarray(index * vocabularySize, (index + 1) * vocabularySize);
        expect(found).toEqual(all.subarray(row * vocabularySize, (row + 1) * vocabularySize));
      });
    }
    step.dispose();
    model.dispose();
  });
});
