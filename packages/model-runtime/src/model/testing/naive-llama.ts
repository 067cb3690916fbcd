import type { WeightFile } from "../../weights/weight-file.ts";
import { floatsOf } from "../loading/float-rows.ts";
import { huggingFaceTensorNames } from "../tensor-names.ts";
import { PRE_NORMS } from "../families/common.ts";

type Rows = number[][];

/**
 * Logits of a llama model in f64, written from the equations of the architecture with no cache and no fused matrices. `owners[i]` is the
 * layer whose keys and values layer `i` reads. Sizes are read off the configuration of a checkpoint in Hugging Face format.
 * @param sees Which keys at or before its position a query sees.
 */
export function naiveLlamaLogits(
  file: WeightFile,
  tokens: readonly number[],
  owners: readonly number[],
  sees: (query: number, key: number) => boolean = () => true,
): Rows {
  const config = file.metadata as Record<string, number>;
  const names = huggingFaceTensorNames(PRE_NORMS.huggingFace, "model.", "");
  const heads = config["num_attention_heads"]!;
  const headDim = config["head_dim"]!;
  const groupSize = heads / config["num_key_value_heads"]!;
  const epsilon = config["rms_norm_eps"]!;
  const tensor = (name: string): Rows => {
    const { shape } = file.tensors.get(`${name}.weight`)!;
    const [rows, columns] = shape.length === 1 ? [1, shape[0]!] : [shape[0]!, shape[1]!];
    const values = floatsOf(file.readRows(`${name}.weight`, 0, rows));
    return Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);
  };
  const apply = (matrix: Rows, x: readonly number[]): number[] => matrix.map((row) => dot(row, x));
  const norm = (name: string, x: readonly number[]): number[] => {
    const scale = 1 / Math.sqrt(dot(x, x) / x.length + epsilon);
    return x.map((value, index) => value * scale * tensor(name)[0]![index]!);
  };
  const headsOf = (x: readonly number[]): Rows =>
    Array.from({ length: x.length / headDim }, (_, head) => x.slice(head * headDim, (head + 1) * headDim));
  const turn = (head: readonly number[], position: number): number[] =>
    head.map((value, channel) => {
      const half = headDim / 2;
      const angle = position * 10_000 ** ((-2 * (channel % half)) / headDim);
      const partner = channel < half ? -head[channel + half]! : head[channel - half]!;
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });

  const embedding = tensor(names.embedding);
  const hidden = tokens.map((token) => embedding[token]!);
  const cache: { keys: Rows[]; values: Rows[] }[] = [];
  owners.forEach((owner, index) => {
    const layer = names.layer(index);
    const inputs = hidden.map((x) => norm(layer.norms.attention, x));
    if (owner === index) {
      cache[index] = {
        keys: inputs.map((x, position) => headsOf(apply(tensor(layer.key), x)).map((head) => turn(head, position))),
        values: inputs.map((x) => headsOf(apply(tensor(layer.value), x))),
      };
    }
    const { keys, values } = cache[owner]!;
    inputs.forEach((x, position) => {
      const queries = headsOf(apply(tensor(layer.query), x)).map((head) => turn(head, position));
      const attended = queries.flatMap((query, head) => {
        const kvHead = Math.floor(head / groupSize);
        const weights = keys
          .slice(0, position + 1)
          .map((key, at) => (sees(position, at) ? Math.exp(dot(query, key[kvHead]!) / Math.sqrt(headDim)) : 0));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return query.map((_, channel) => weights.reduce((sum, weight, at) => sum + (weight / total) * values[at]![kvHead]![channel]!, 0));
      });
      const residual = add(hidden[position]!, apply(tensor(layer.output), attended));
      const normed = norm(layer.norms.mlp, residual);
      const up = apply(tensor(layer.up), normed);
      const gated = apply(tensor(layer.gate), normed).map((gate, at) => (gate / (1 + Math.exp(-gate))) * up[at]!);
      hidden[position] = add(residual, apply(tensor(layer.down), gated));
    });
  });
  return hidden.map((x) => apply(embedding, norm(names.finalNorm, x)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value + b[index]!);
}
