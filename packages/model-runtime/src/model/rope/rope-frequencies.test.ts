import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readHuggingFaceRope } from "../config/hugging-face-rope.ts";
import { Settings } from "../config/settings.ts";
import { llama } from "../families/llama.ts";
import { ropeTable } from "./rope-frequencies.ts";

const HEAD_DIM = 32;
const { tables } = JSON.parse(readFileSync(new URL("__fixtures__/rope-tables.json", import.meta.url), "utf8")) as {
  tables: readonly {
    readonly name: string;
    readonly parameters: Record<string, unknown>;
    readonly scale: number;
    readonly frequencies: readonly number[];
  }[];
};

it.each(tables)("$name equals transformers, in both spellings", ({ parameters, scale, frequencies }) => {
  const { rope_theta: theta, ...scaling } = parameters;
  const spellings = [{ rope_parameters: parameters }, { rope_theta: theta, rope_scaling: scaling }];
  for (const spelling of spellings) {
    const settings = new Settings("huggingface", { max_position_embeddings: 131_072, ...spelling });
    const table = ropeTable(readHuggingFaceRope(settings, llama, HEAD_DIM).ropes.full, HEAD_DIM);
    expect(table.scale).toBeCloseTo(scale, 12);
    const errors = frequencies.map((frequency, pair) => Math.abs(table.frequencies[pair]! / frequency - 1));
    // Both round in f32, in a different order.
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  }
});
