import type { KernelBackend, Tensor } from "@kvasir/kv-core";
import type { ModelDescription } from "../model-description.ts";
import type { RopeDescription } from "../rope/rope-description.ts";
import { ropeTable } from "../rope/rope-frequencies.ts";

/** A rotation in a backend's memory. */
export interface RopeTensor {
  /** `[headDim / 2]`, radians per position. */
  readonly frequencies: Tensor;
  readonly scale: number;
}

/** One rotation per layer; layers that share a description share the tensor. */
export interface RopeTensors {
  readonly layers: readonly RopeTensor[];
  dispose(): void;
}

export function createRopeTensors(backend: KernelBackend, { ropes, headDim }: ModelDescription): RopeTensors {
  const byDescription = new Map<RopeDescription, RopeTensor>();
  for (const rope of ropes) {
    if (byDescription.has(rope)) continue;
    const { frequencies: values, scale } = ropeTable(rope, headDim);
    const frequencies = backend.createTensor("f32", values.length);
    backend.writeTensor(frequencies, values);
    byDescription.set(rope, { frequencies, scale });
  }
  return {
    layers: ropes.map((rope) => byDescription.get(rope)!),
    dispose: () => {
      for (const { frequencies } of byDescription.values()) backend.disposeTensor(frequencies);
      byDescription.clear();
    },
  };
}
