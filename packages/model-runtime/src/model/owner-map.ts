import type { LayerIndex } from "@kvasir/kv-core";
import { UnsupportedModelError } from "../errors/unsupported-model-error.ts";

/** Whose KV each layer reads, and which layers attend a window only. */
export interface OwnerMap {
  readonly owners: readonly LayerIndex[];
  /** One per layer; `undefined` where the map marks no layer, and the family's own rule holds. */
  readonly isSliding: readonly boolean[] | undefined;
}

/**
 * Parses LCKV's string form: one layer number per layer, joined by `_`, with an `s` where a layer attends a sliding window. In `0_0_2s_2`
 * layer 1 reads the KV of layer 0 and layer 3 that of layer 2. Owners come before their readers, so that one pass through the layers
 * suffices; maps whose layers read later ones need iterative prefill and are refused.
 *
 * `config.json` has the map under `layer_types`, as LCKV writes it, or under `kv_owner_map` where `layer_types` is a list of attention
 * types; GGUF metadata has it under `<architecture>.kv_owner_map`.
 *
 * @throws UnsupportedModelError where the map is malformed or names a later layer as owner.
 */
export function parseOwnerMap(text: string, layerCount: number, key: string): OwnerMap {
  const fail = (supported: string): never => {
    throw new UnsupportedModelError({ key, value: text, supported });
  };
  const parts = text.split("_");
  const owners = parts.map((part) =>
    /^\d+s?$/.test(part) ? Number.parseInt(part, 10) : fail('layer numbers joined by "_", e.g. 0_0_2s_2'),
  );
  if (owners.length !== layerCount) fail(`${layerCount} entries, one per layer, where this map has ${owners.length}`);
  owners.forEach((owner, layer) => {
    if (owner > layer) fail(`owners at or before their layer, where layer ${layer} reads layer ${owner}`);
    if (owners[owner] !== owner)
      fail(`owners that hold their own KV, where layer ${layer} reads layer ${owner}, which reads layer ${owners[owner]}`);
  });
  const isSliding = parts.map((part) => part.endsWith("s"));
  return { owners: owners as LayerIndex[], isSliding: isSliding.includes(true) ? isSliding : undefined };
}
