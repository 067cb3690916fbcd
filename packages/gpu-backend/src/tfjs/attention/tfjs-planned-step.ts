import type { PlannedStep, StepPlan } from "@kvasir/kv-core";
import type { Engine } from "../engine/engine.ts";
import type { TfTensor } from "../engine/tensorflow.ts";
import type { TfjsKvStore } from "../kv/tfjs-kv-store.ts";
import { workItems, type WorkItem } from "./work-item.ts";

/** A step with its work items, and tensors that its layers share. */
export class TfjsPlannedStep implements PlannedStep {
  readonly plan: StepPlan;
  readonly store: TfjsKvStore;
  readonly items: readonly WorkItem[];
  /** Rows of the batch that belong to a sequence. */
  readonly rows: readonly number[];
  readonly #engine: Engine;
  readonly #shared = new Map<string, TfTensor>();

  constructor(plan: StepPlan, store: TfjsKvStore) {
    this.plan = plan;
    this.store = store;
    this.items = workItems(plan, store.spec.pageSize);
    this.rows = plan.sequences.flatMap(({ firstRow, rows }) => Array.from({ length: rows }, (_, row) => firstRow + row));
    this.#engine = store.engine;
  }

  /** A tensor that is made once for all layers, until `release`. */
  shared(key: string, make: () => TfTensor): TfTensor {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const tensor = this.#engine.kept(make);
    this.#shared.set(key, tensor);
    return tensor;
  }

  /** Disposes shared tensors; they are made again where the step is used again. */
  release(): void {
    for (const tensor of this.#shared.values()) tensor.dispose();
    this.#shared.clear();
  }
}
