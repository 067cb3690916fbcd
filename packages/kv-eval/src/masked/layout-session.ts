import type { KernelBackend, KvDtype, KvStore, PageId, PlannedStep, Segment, SequenceId } from "@kvasir/kv-core";
import type { Model } from "@kvasir/model-runtime";
import type { ArmLayout, CachedRun, Pass } from "./arm-layout.ts";

const SEQUENCE = 0 as SequenceId;
const PAGE_SIZE = 16;

/**
 * Computes an arm's passes on a store of its own, then a question and its answer. Owns the store; the model's workspace is shared, so
 * only one session may be computing at a time.
 */
export class LayoutSession {
  readonly #model: Model;
  readonly #backend: KernelBackend;
  readonly #layout: ArmLayout;
  readonly #store: KvStore;
  /** Tokens after the documents so far. */
  #asked = 0;

  /** @param maxTokens Most tokens that question and answer take together. */
  constructor(model: Model, backend: KernelBackend, layout: ArmLayout, maxTokens: number, dtype: KvDtype) {
    this.#model = model;
    this.#backend = backend;
    this.#layout = layout;
    const pageCount = Math.ceil((layout.slots + maxTokens) / PAGE_SIZE);
    this.#store = backend.createKvStore({ shape: model.description.shape, dtype, pageSize: PAGE_SIZE, pageCount });
  }

  /** Computes the documents. */
  async prefill(): Promise<void> {
    for (const pass of this.#layout.passes) await this.#run(pass, false);
  }

  /** Feeds tokens that follow the documents. @returns logits after the last of them */
  async feed(tokens: readonly number[]): Promise<Float32Array> {
    const { slots, questionPosition, joined } = this.#layout;
    const own = { firstSlot: slots, length: this.#asked, firstPosition: questionPosition, shift: 0 };
    const pass: Pass = {
      tokens,
      firstSlot: slots + this.#asked,
      firstPosition: questionPosition + this.#asked,
      reads: this.#asked === 0 ? joined : [...joined, own],
    };
    this.#asked += tokens.length;
    return this.#run(pass, true);
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** Logits after the last token where they are wanted, else none. */
  async #run({ tokens, firstSlot, firstPosition, reads }: Pass, wantsLogits: boolean): Promise<Float32Array> {
    const model = this.#model;
    const { vocabularySize } = model.description;
    let values = new Float32Array();
    for (let done = 0; done < tokens.length; done += model.maxRows) {
      const chunk = tokens.slice(done, done + model.maxRows);
      const isLast = done + chunk.length === tokens.length;
      const logits = model.forward({
        tokens: Int32Array.from(chunk),
        positions: Int32Array.from(chunk, (_, row) => firstPosition + done + row),
        slots: Int32Array.from(chunk, (_, row) => firstSlot + done + row),
        step: this.#plan(
          [...reads, { firstSlot, length: done + chunk.length, firstPosition, shift: 0 }],
          firstPosition + done,
          chunk.length,
        ),
        store: this.#store,
        logitRows: wantsLogits && isLast ? Int32Array.of(chunk.length - 1) : new Int32Array(),
      });
      await this.#backend.submit();
      if (wantsLogits && isLast) values = (await this.#backend.readTensor(logits, 0, vocabularySize)) as Float32Array<ArrayBuffer>;
    }
    return values;
  }

  #plan(runs: readonly CachedRun[], firstPosition: number, rows: number): PlannedStep {
    return this.#backend.plan(
      {
        sequences: [{ sequence: SEQUENCE, firstRow: 0, rows, firstPosition }],
        reads: [{ layers: "all", kvHead: "all", segments: joinRuns(runs).map(segmentOf) }],
      },
      this.#store,
    );
  }
}

/** Runs that continue each other become one, so that what is one sequence is computed as the engine computes it. */
function joinRuns(runs: readonly CachedRun[]): CachedRun[] {
  const joined: CachedRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    const continues =
      last !== undefined &&
      last.shift === run.shift &&
      last.firstSlot + last.length === run.firstSlot &&
      last.firstPosition + last.length === run.firstPosition;
    if (continues) joined[joined.length - 1] = { ...last, length: last.length + run.length };
    else joined.push(run);
  }
  return joined;
}

function segmentOf({ firstSlot, length, firstPosition, shift }: CachedRun): Segment {
  const firstPage = Math.floor(firstSlot / PAGE_SIZE);
  const skip = firstSlot % PAGE_SIZE;
  const pages = Array.from({ length: Math.ceil((skip + length) / PAGE_SIZE) }, (_, index) => (firstPage + index) as PageId);
  return { role: "context", pages, skip, length, firstPosition, shift, readers: [SEQUENCE] };
}
