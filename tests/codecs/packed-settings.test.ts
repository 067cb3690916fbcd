import { cpuWasmBackend } from "@kvasir/cpu-backend";
import { type CodecSettings, ConfigError, type KernelBackend, type LayerIndex, type PageId } from "@kvasir/kv-core";
import { mosaicPacked } from "@kvasir/mosaic-compress";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PackedStore } from "./support/packed-store.ts";

const HEAD_DIM = 32;
const candidate = { channels: 24, retained: 8, groupSize: 2, elements: "int8", elementsPerScale: 4 };
const good: CodecSettings = { blockTokens: 8, rotation: "none", maxLoss: 0.1, keys: [candidate], values: [candidate, candidate] };

const withKeys = (change: Readonly<Record<string, unknown>>): CodecSettings => ({
  ...good,
  keys: [candidate, { ...candidate, ...change }],
});

const BAD: Readonly<Record<string, CodecSettings>> = {
  nothing: {},
  "an unknown field": { ...good, blocks: 8 },
  "blocks of 0": { ...good, blockTokens: 0 },
  "blocks of 12": { ...good, blockTokens: 12 },
  "blocks of 512": { ...good, blockTokens: 512 },
  "blocks in words": { ...good, blockTokens: "8" },
  "an unknown rotation": { ...good, rotation: "svd" },
  "no largest loss": { ...good, maxLoss: undefined },
  "a loss above 1": { ...good, maxLoss: 1.5 },
  "a loss that is no number": { ...good, maxLoss: Number.NaN },
  "no keys": { ...good, keys: [] },
  "values that are no list": { ...good, values: candidate },
  "too many values": { ...good, values: Array.from({ length: 33 }, () => candidate) },
  "a candidate of null": { ...good, keys: [null] },
  "an unknown field of a candidate": withKeys({ rank: 3 }),
  "more channels than there are": withKeys({ channels: 33 }),
  "no channels": withKeys({ channels: undefined }),
  "half a channel": withKeys({ channels: 1.5 }),
  "groups of 3": withKeys({ groupSize: 3 }),
  "groups that do not divide": withKeys({ channels: 20, groupSize: 8 }),
  "parts of groups": withKeys({ retained: 7 }),
  "more than all": withKeys({ retained: 26 }),
  "unknown elements": withKeys({ elements: "fp8" }),
  "runs of 0": withKeys({ elementsPerScale: 0 }),
  "runs that are too long": withKeys({ elementsPerScale: 9 }),
};

let backend: KernelBackend;
beforeAll(async () => {
  backend = await cpuWasmBackend.create({ threads: 1 });
});
afterAll(() => backend.dispose());

const codec = mosaicPacked();

/** What the kernels make of settings: the length of a state, or what they throw. */
async function fit(settings: CodecSettings): Promise<unknown> {
  const { store } = new PackedStore(backend, HEAD_DIM, "f32", 1, 16);
  const source = { layer: 0 as LayerIndex, kvHead: 0, pages: [0 as PageId], skip: 0, tokens: 1, codec: codec.name };
  try {
    return (await store.fitEncoding({ ...source, settings })).stateLength;
  } catch (error) {
    return error;
  } finally {
    store.dispose();
  }
}

it("takes the same settings as the oracle, with the same defaults", async () => {
  const { elementsPerScale: _, ...short } = candidate;
  const tokens = { keys: new Float32Array(HEAD_DIM), values: new Float32Array(HEAD_DIM) };
  for (const settings of [good, { maxLoss: 0, keys: [short], values: [short] }]) {
    expect(await fit(settings)).toBe(codec.fit(tokens, { tokens: 1, headDim: HEAD_DIM }, settings).length);
  }
});

it.each(Object.entries(BAD))("refuses %s in the oracle's words", async (_, settings) => {
  const kernels = await fit(settings);
  let oracle: unknown;
  try {
    codec.maxBytes({ tokens: 1, headDim: HEAD_DIM }, settings);
  } catch (error) {
    oracle = error;
  }
  expect(oracle).toBeInstanceOf(ConfigError);
  expect(kernels).toBeInstanceOf(ConfigError);
  expect((kernels as ConfigError).message).toBe((oracle as ConfigError).message);
});
