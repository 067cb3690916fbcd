import type { MatrixRows } from "@kvasir/kv-core";
import type { WeightFile } from "@kvasir/model-runtime";
import type { GgufTensor } from "./encode-gguf.ts";
import { encodeQ8 } from "./q8-0.ts";

/** Names of a layer's tensors in Hugging Face checkpoints and in GGUF (`blk.N.` goes before). */
const LAYER_TENSORS: Readonly<Record<string, string>> = {
  "input_layernorm.weight": "attn_norm.weight",
  "self_attn.q_proj.weight": "attn_q.weight",
  "self_attn.k_proj.weight": "attn_k.weight",
  "self_attn.v_proj.weight": "attn_v.weight",
  "self_attn.o_proj.weight": "attn_output.weight",
  "post_attention_layernorm.weight": "ffn_norm.weight",
  "mlp.gate_proj.weight": "ffn_gate.weight",
  "mlp.up_proj.weight": "ffn_up.weight",
  "mlp.down_proj.weight": "ffn_down.weight",
};

/** Tensors of a Llama checkpoint with tied embeddings for a GGUF file: matrices in Q8_0, norms in f32. */
export function llamaTensors(
  file: WeightFile,
  shape: { readonly layers: number; readonly queryHeads: number; readonly kvHeads: number },
): GgufTensor[] {
  const tensors = [q8(file, "model.embed_tokens.weight", "token_embd.weight"), f32(file, "model.norm.weight", "output_norm.weight")];
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const [source, target] of Object.entries(LAYER_TENSORS)) {
      const from = `model.layers.${layer}.${source}`;
      const to = `blk.${layer}.${target}`;
      if (source.endsWith("layernorm.weight")) tensors.push(f32(file, from, to));
      else if (source.includes("q_proj")) tensors.push(q8(file, from, to, shape.queryHeads));
      else if (source.includes("k_proj")) tensors.push(q8(file, from, to, shape.kvHeads));
      else tensors.push(q8(file, from, to));
    }
  }
  return tensors;
}

function q8(file: WeightFile, source: string, name: string, rotatedHeads?: number): GgufTensor {
  const { shape, values } = read(file, source);
  const ordered = rotatedHeads === undefined ? values : interleaveHalves(values, shape, rotatedHeads);
  return { name, shape, type: "Q8_0", data: encodeQ8(ordered) };
}

function f32(file: WeightFile, source: string, name: string): GgufTensor {
  const { shape, values } = read(file, source);
  return { name, shape, type: "F32", data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** GGUF's Llama rotates neighbouring rows of a head, Hugging Face's rows of its two halves: row `i` of half `h` goes to `2 i + h`. */
function interleaveHalves(values: Float32Array, shape: readonly number[], heads: number): Float32Array {
  const [rows = 0, columns = 0] = shape;
  const half = rows / heads / 2;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const head = Math.floor(row / (2 * half));
    const within = row % (2 * half);
    const target = head * 2 * half + 2 * (within % half) + Math.floor(within / half);
    result.set(values.subarray(row * columns, (row + 1) * columns), target * columns);
  }
  return result;
}

function read(file: WeightFile, name: string): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new Error(`The checkpoint has no tensor ${name}.`);
  const rowCount = tensor.shape.length === 1 ? 1 : tensor.shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const rows = file.readRows(name, 0, rowCount);
  return { shape: tensor.shape, values: toFloats(rows) };
}

/** Elements of bf16 or f32 rows. */
function toFloats(rows: MatrixRows): Float32Array {
  if (rows.kind !== "float" || rows.dtype === "f16") throw new Error("Only bf16 and f32 checkpoints are exported.");
  if (rows.dtype === "f32") return new Float32Array(rows.data.slice().buffer);
  const bits = new Uint32Array(rows.data.length / 2);
  for (let i = 0; i < bits.length; i++) bits[i] = ((rows.data[2 * i] as number) << 16) | ((rows.data[2 * i + 1] as number) << 24);
  return new Float32Array(bits.buffer);
}
