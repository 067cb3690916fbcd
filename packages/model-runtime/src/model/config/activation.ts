import type { Activation } from "../model-description.ts";
import type { Settings } from "./settings.ts";

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  silu: "silu",
  swish: "silu",
  gelu_pytorch_tanh: "gelu-tanh",
  gelu_new: "gelu-tanh",
};

/** The MLP's activation from the first of `keys` that is set. */
export function parseActivation(settings: Settings, keys: readonly string[], fallback: Activation): Activation {
  const key = keys.find((key) => settings.has(key));
  if (key === undefined) return fallback;
  const activation = ACTIVATIONS[settings.text(key) ?? ""];
  if (activation === undefined) throw settings.unsupported(key, Object.keys(ACTIVATIONS).join(", "));
  return activation;
}
