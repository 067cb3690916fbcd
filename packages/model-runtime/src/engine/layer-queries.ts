import type { KernelBackend, KvStore, LayerIndex, PlannedStep } from "@kvasir/kv-core";
import type { Model } from "../model/index.ts";

/** Tokens to run, with a step that was planned for them. */
export interface QueryRun {
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  readonly slots: Int32Array;
  readonly step: PlannedStep;
  /** Layers whose queries are wanted, ascending; those after the last are not run. */
  readonly layers: readonly LayerIndex[];
}

/** Runs tokens and reads their queries, `[rows, queryHeads, headDim]` for each layer. Keys and values go to the slots as in any pass. */
export async function layerQueries(
  model: Model,
  backend: KernelBackend,
  store: KvStore,
  { tokens, positions, slots, step, layers }: QueryRun,
): Promise<Float32Array[]> {
  const { shape, headDim } = model.description;
  const found: Float32Array[] = [];
  model.embed(tokens, model.hidden);
  let from = 0;
  for (const layer of layers) {
    model.runLayers({ layers: { from, to: layer + 1 }, hidden: model.hidden, positions, slots, step, store });
    await backend.submit();
    const values = await backend.readTensor(model.queries, 0, tokens.length * shape.queryHeads * headDim);
    found.push(Float32Array.from(values));
    from = layer + 1;
  }
  return found;
}
