import type { LayerIndex } from "@kvasir/kv-core";
import { UnsupportedModelError } from "../errors/unsupported-model-error.ts";

/**
 * Parses whose KV each layer reads from LCKV's string form: one layer number per layer, joined by `_`. In `0_0_2_2` layer 1 reads the
 * KV of layer 0 and layer 3 that of layer 2. Owners come before their readers, so that one pass through the layers suffices.
 *
 * `config.json` has the map under `layer_types`, as LCKV writes it, or under `kv_owner_map` where `layer_types` is a list of attention
 * types; GGUF metadata has it under `<architecture>.kv_owner_map`.
 *
 * @throws UnsupportedModelError where the map is malformed or names a later layer as owner.
 */
export function parseOwnerMap(text: string, layerCount: number, key: string): LayerIndex[] {
  const fail = (supported: string): never => {
    throw new UnsupportedModelError({ key, value: text, supported });
  };
  const owners = text.split("_").map((part) => (/^\d+$/.test(part) ? Number(part) : fail('layer numbers joined by "_", e.g. 0_0_2_2')));
  if (owners.length !== layerCount) fail(`${layerCount} entries, one per layer, where this map has ${owners.length}`);
  owners.forEach((owner, layer) => {
    if (owner > layer) fail(`owners at or before their layer, where layer ${layer} reads layer ${owner}`);
    if (owners[owner] !== owner)
      fail(`owners that hold their own KV, where layer ${layer} reads layer ${owner}, which reads layer ${owners[owner]}`);
  });
  return owners as LayerIndex[];
}
