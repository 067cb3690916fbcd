import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openText, openWeightFile } from "@kvasir/model-runtime";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportGguf } from "./export-gguf.ts";
import { encodeQ8 } from "./q8-0.ts";

const CHECKPOINT = join(import.meta.dirname, "../../../../packages/model-runtime/goldens/llama-tied");

describe("encodeQ8", () => {
  it("rounds within half a step of the largest magnitude", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 32, maxLength: 32 }), (values) => {
        const input = new Float32Array(values);
        const view = new DataView(encodeQ8(input).buffer);
        const bits = view.getUint16(0, true);
        const exponent = bits >> 10;
        const scale = exponent === 0 ? (bits & 1023) * 2 ** -24 : (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15);
        const largest = Math.max(...input.map(Math.abs));
        expect(Math.abs(scale - largest / 127)).toBeLessThanOrEqual(Math.max(2 ** -25, (largest / 127) * 2 ** -11));
        for (let i = 0; i < 32; i++) {
          const error = Math.abs(view.getInt8(2 + i) * scale - (input[i] as number));
          expect(error).toBeLessThanOrEqual(scale * 0.5 + largest * 2 ** -10 + 2 ** -17);
        }
      }),
    );
  });

  it("refuses rows that are no whole blocks", () => {
    expect(() => encodeQ8(new Float32Array(33))).toThrow("33 values are no multiple of 32");
  });
});

describe("exportGguf", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kvasir-export-"));
    cpSync(CHECKPOINT, folder, { recursive: true });
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as { readonly hidden_size: number };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, head_dim: 16, rope_theta: 10_000, pad_token_id: 0 }));
    const vocab = Object.fromEntries(Array.from({ length: 256 }, (_, id) => [id === 0 ? "t" : id === 3 ? "1" : `t${id}`, id]));
    const added = [{ id: 2, content: "t2", special: true }];
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ model: { vocab, merges: [["t", "1"]] }, added_tokens: added }));
    writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ chat_template: "{{ messages[0]['content'] }}" }));
    await exportGguf(folder, join(folder, "tiny-q8_0.gguf"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("keeps the shape, the tokenizer and the chat template", async () => {
    const file = await openWeightFile(join(folder, "tiny-q8_0.gguf"));
    expect(file.metadata).toMatchObject({
      "general.name": "tiny",
      "llama.attention.head_count": 4,
      "llama.attention.head_count_kv": 2,
      "tokenizer.chat_template": "{{ messages[0]['content'] }}",
      "tokenizer.ggml.merges": ["t 1"],
    });
    expect([...file.tensors.values()].filter(({ dtype }) => dtype === "f32")).toHaveLength(7);
    const { tokenizer } = openText(join(folder, "tiny-q8_0.gguf"), file);
    expect(tokenizer.isSpecial(2)).toBe(true);
    expect(tokenizer.tokenText(77)).toBe("t77");
    file.close();
  });

  it("interleaves the halves of rotated heads and no other rows", async () => {
    const original = await openWeightFile(join(folder, "model.safetensors"));
    const exported = await openWeightFile(join(folder, "tiny-q8_0.gguf"));
    const row = (name: string, index: number): number[] => {
      const rows = exported.readRows(name, index, 1);
      if (rows.kind !== "affine") throw new Error(`${name} is not quantised`);
      return Array.from(
        rows.codes,
        (code, i) =>
          code * (rows.scales[Math.floor(i / rows.groupSize)] as number) + (rows.offsets[Math.floor(i / rows.groupSize)] as number),
      );
    };
    const source = (name: string, index: number): number[] => {
      const { data } = original.readRows(name, index, 1) as { readonly data: Uint8Array };
      return [...new Float32Array(data.slice().buffer)];
    };
    const difference = (a: readonly number[], b: readonly number[]): number =>
      Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
    const layer = "model.layers.1.self_attn";
    for (let i = 0; i < 8; i++) {
      expect(difference(row("blk.1.attn_k.weight", 16 + 2 * i), source(`${layer}.k_proj.weight`, 16 + i))).toBeLessThan(5e-3);
      expect(difference(row("blk.1.attn_k.weight", 16 + 2 * i + 1), source(`${layer}.k_proj.weight`, 16 + 8 + i))).toBeLessThan(5e-3);
      expect(difference(row("blk.1.attn_v.weight", i), source(`${layer}.v_proj.weight`, i))).toBeLessThan(5e-3);
    }
    original.close();
    exported.close();
  });
});
