import {
  type CodecSettings,
  type EncodedTokens,
  type KernelBackend,
  type KvDtype,
  type LayerIndex,
  KernelFailedError,
} from "@kvasir/kv-core";
import { type Candidate, mosaicPacked } from "@kvasir/mosaic-compress";
import { afterAll, describe, expect, it } from "vitest";
import { cpuBackendsOfAllLevels } from "./support/cpu-levels.ts";
import { headTokens } from "./support/head-tokens.ts";
import { type FittedPiece, PackedStore } from "./support/packed-store.ts";
import { readPackedState, type StateSide } from "./support/packed-state.ts";

const HEADS = 2;
const codec = mosaicPacked();

/** Share of bytes that may differ because products in f32 lie on the other side of a tie than those in f64. */
const TIES = 2e-3;

const bf16: Omit<Candidate, "channels" | "retained"> = { groupSize: 1, elements: "bf16", elementsPerScale: 1 };

/** Formats that differ in everything a kernel handles differently, scaled to the head dimension. */
function formats(headDim: number): Readonly<Record<string, Candidate>> {
  const part = (share: number, multiple = 8): number => Math.max(multiple, Math.round((share * headDim) / multiple) * multiple);
  return {
    "bf16, a quarter": { ...bf16, channels: part(3 / 4), retained: part(1 / 4) },
    "bf16, odd counts": { ...bf16, channels: headDim - 3, retained: Math.floor(headDim / 3) },
    "bf16, all channels": { ...bf16, channels: part(1 / 2), retained: part(1 / 2) },
    "int8, groups of 2": { channels: part(1), retained: part(1 / 2), groupSize: 2, elements: "int8", elementsPerScale: part(1 / 2) },
    "int4, groups of 4": {
      channels: part(3 / 4),
      retained: part(1 / 2),
      groupSize: 4,
      elements: "int4",
      elementsPerScale: Math.min(16, part(1 / 2)),
    },
    "int4, groups of 8": { channels: part(1), retained: part(1 / 2), groupSize: 8, elements: "int4", elementsPerScale: 8 },
    "int8, short runs": { channels: headDim - 1, retained: Math.floor(headDim / 2), groupSize: 1, elements: "int8", elementsPerScale: 5 },
    "int4, all channels, odd": { channels: headDim - 5, retained: headDim - 5, groupSize: 1, elements: "int4", elementsPerScale: 7 },
  };
}

function fixed(keys: Candidate, values: Candidate = keys, blockTokens = 8): CodecSettings {
  return { blockTokens, rotation: "second-moments", maxLoss: 0, keys: [keys], values: [values] };
}

function shareOfDifferent(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((count, byte, at) => count + (byte === b[at] ? 0 : 1), 0) / a.length;
}

/**
 * Bytes as the oracle packs the same tokens with the same state. Fewer tokens than channels leave axes without energy: what rounding puts
 * there is larger than ties, so what comes back is compared instead.
 */
function expectSamePacking({ encoded, dense }: FittedPiece): EncodedTokens {
  const { shape, bytes, state } = encoded;
  const want = codec.encode(dense, shape, state);
  expect([...bytes.subarray(0, 16)]).toEqual([...want.bytes.subarray(0, 16)]);
  if (shape.tokens > shape.headDim) {
    expect(shareOfDifferent(bytes.subarray(64), want.bytes.subarray(64))).toBeLessThan(TIES);
  } else {
    expect(bytes.length).toBe(want.bytes.length);
    const [a, b] = [codec.decode(encoded), codec.decode(want)];
    expect(lostShare(b.keys, a.keys)).toBeLessThan(1e-5);
    expect(lostShare(b.values, a.values)).toBeLessThan(1e-5);
  }
  return want;
}

/** The oracle's own fit of tokens in f32 pages, by what they are and the settings: the same for every level, and slow. */
const ownFits = new Map<string, EncodedTokens>();

function fitByOracle(name: string, { encoded: { shape }, dense }: FittedPiece, settings: CodecSettings): EncodedTokens {
  const key = JSON.stringify([name, shape, settings]);
  const fit = ownFits.get(key) ?? codec.encode(dense, shape, codec.fit(dense, shape, settings));
  ownFits.set(key, fit);
  return fit;
}

/** `fit` and `encode` of the kernels against the oracle, with the kernels' state and with the oracle's own. */
function expectLikeOracle(name: string, piece: FittedPiece, settings: CodecSettings): void {
  const { encoded, dense, loss } = piece;
  const want = expectSamePacking(piece);
  expect(Math.abs(loss - want.loss)).toBeLessThan(1e-5 + 1e-3 * want.loss);
  // Opening checks marks, checksums, bitmaps and scales.
  const decoded = codec.decode(encoded);
  const lost = (lostShare(dense.keys, decoded.keys) + lostShare(dense.values, decoded.values)) / 2;
  expect(Math.abs(lost - loss)).toBeLessThan(1e-4 + 0.02 * loss);
  const own = fitByOracle(name, piece, settings).loss;
  expect(loss).toBeLessThan(own * 1.02 + 1e-5);
  expect(own).toBeLessThan(loss * 1.02 + 1e-5);
}

function lostShare(dense: Float32Array, decoded: Float32Array): number {
  let [lost, whole] = [0, 0];
  dense.forEach((element, at) => {
    lost += (element - (decoded[at] as number)) ** 2;
    whole += element ** 2;
  });
  return lost / whole;
}

function expectSameSide(got: StateSide, want: StateSide): void {
  const { rows, scales, energies, ...format } = got;
  const { rows: wantedRows, scales: wantedScales, energies: wantedEnergies, ...wantedFormat } = want;
  expect(format).toEqual(wantedFormat);
  const largest = Math.max(...wantedEnergies);
  energies.forEach((energy, j) => expect(Math.abs(energy - (wantedEnergies[j] as number))).toBeLessThan(1e-5 * largest));
  scales.forEach((scale, j) => expect(Math.abs(scale - (wantedScales[j] as number))).toBeLessThan(1e-3 * (wantedScales[j] as number)));
  rows.forEach((row, a) => {
    rows.slice(0, a + 1).forEach((other, b) => {
      const product = row.reduce((sum, element, i) => sum + element * (other[i] as number), 0);
      expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(0.01);
    });
    // Axes are sharp where their energies are well apart, which those with much of it are.
    if ((energies[a] as number) < 0.01 * largest) return;
    const along = row.reduce((sum, element, i) => sum + element * ((wantedRows[a] as readonly number[])[i] as number), 0);
    expect(Math.abs(along)).toBeGreaterThan(0.98);
  });
}

// Level v4 runs the code of v4-dot: it lacks instructions that packing has no use for.
const backends = await cpuBackendsOfAllLevels(2, ["v4"]);
afterAll(async () => {
  for (const backend of backends.values()) await backend.dispose();
});

async function withStore(
  backend: KernelBackend,
  {
    headDim,
    tokens,
    dtype = "f32",
    skip = 0,
  }: { readonly headDim: number; readonly tokens: number; readonly dtype?: KvDtype; readonly skip?: number },
  body: (store: PackedStore, at: { readonly layer: LayerIndex; readonly kvHead: number }) => Promise<void>,
): Promise<void> {
  const store = new PackedStore(backend, headDim, dtype, HEADS, tokens + skip);
  const layer = 2 as LayerIndex;
  store.write(layer, headTokens(tokens, HEADS, headDim, headDim + tokens), skip);
  await body(store, { layer, kvHead: 1 });
  store.store.dispose();
}

describe.each([...backends])("packing on %s", (_, backend) => {
  // The oracle takes its time over wide heads.
  for (const [headDim, every] of [
    [16, 1],
    [64, 1],
    [80, 3],
    [128, 3],
    [256, 7],
  ] as const) {
    const cases = Object.entries(formats(headDim)).filter((_entry, index) => index % every === 0);
    it.each(cases)(`is that of the oracle for heads of ${headDim}, %s`, async (name, format) => {
      const settings = fixed(format);
      const tokens = headDim + 40;
      await withStore(backend, { headDim, tokens, skip: 21 }, async (store, at) => {
        expectLikeOracle(name, await store.encode(at, { skip: 21, tokens }, { settings }), settings);
      });
    });
  }

  it.each(["f32", "f16", "bf16", "int8"] as const)("reads pages of %s", async (dtype) => {
    const settings = fixed(formats(64)["int8, groups of 2"] as Candidate, formats(64)["bf16, a quarter"]);
    await withStore(backend, { headDim: 64, tokens: 141, dtype }, async (store, at) => {
      expectLikeOracle(dtype, await store.encode(at, { skip: 9, tokens: 131 }, { settings }), settings);
    });
  });

  it.each([1, 7, 8, 64, 65, 130])("packs %i tokens, in blocks of any size", async (tokens) => {
    for (const blockTokens of [1, 8, 64]) {
      const settings = fixed(formats(64)["bf16, odd counts"] as Candidate, formats(64)["int4, groups of 4"], blockTokens);
      await withStore(backend, { headDim: 64, tokens }, async (store, at) => {
        expectLikeOracle("blocks", await store.encode(at, { skip: 0, tokens }, { settings }), settings);
      });
    }
  });

  it.each(["second-moments", "none"] as const)("finds the oracle's axes and energies with rotation %s", async (rotation) => {
    const settings = { ...fixed(formats(64)["int8, groups of 2"] as Candidate, formats(64)["bf16, a quarter"]), rotation };
    await withStore(backend, { headDim: 64, tokens: 400 }, async (store, at) => {
      const { encoded, dense } = await store.encode(at, { skip: 0, tokens: 400 }, { settings });
      const got = readPackedState(encoded.state);
      const want = readPackedState(codec.fit(dense, encoded.shape, settings));
      expect([got.tokens, got.blockTokens]).toEqual([want.tokens, want.blockTokens]);
      expectSameSide(got.keys, want.keys);
      expectSameSide(got.values, want.values);
    });
  });

  it("chooses the oracle's candidate at every threshold", async () => {
    const all = Object.values(formats(64));
    const chosen = new Set<string>();
    await withStore(backend, { headDim: 64, tokens: 300 }, async (store, at) => {
      for (const maxLoss of [0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]) {
        const settings = { ...fixed(all[0] as Candidate), maxLoss, keys: all, values: all.toReversed() };
        const piece = await store.encode(at, { skip: 0, tokens: 300 }, { settings });
        const format = ({ rows: __, scales: ___, energies: ____, ...rest }: StateSide): unknown => rest;
        const want = readPackedState(fitByOracle("candidates", piece, settings).state);
        const got = readPackedState(piece.encoded.state);
        expect([format(got.keys), format(got.values)]).toEqual([format(want.keys), format(want.values)]);
        chosen.add(JSON.stringify(format(got.keys)));
      }
    });
    expect(chosen.size).toBeGreaterThan(3);
  });

  it("carries on what an earlier segment measured", async () => {
    const settings = fixed(formats(64)["int8, groups of 2"] as Candidate, formats(64)["bf16, a quarter"]);
    await withStore(backend, { headDim: 64, tokens: 700 }, async (store, at) => {
      const first = await store.encode(at, { skip: 0, tokens: 640 }, { settings });
      const second = await store.encode(at, { skip: 640, tokens: 60 }, { settings, prior: first.state });
      const got = readPackedState(second.encoded.state);
      expect(got.tokens).toBe(512 + 60);
      const want = readPackedState(codec.fit(second.dense, second.encoded.shape, settings, first.encoded.state));
      expectSameSide(got.keys, want.keys);
      expectSameSide(got.values, want.values);
    });
  });

  it("packs later tokens with an earlier state", async () => {
    const settings = fixed(formats(64)["int8, groups of 2"] as Candidate, formats(64)["bf16, a quarter"]);
    await withStore(backend, { headDim: 64, tokens: 300 }, async (store, at) => {
      const first = await store.encode(at, { skip: 0, tokens: 200 }, { settings });
      const how = { state: first.state, stateLength: first.encoded.state.length };
      const later = await store.encode(at, { skip: 200, tokens: 100 }, how);
      expect([...later.encoded.state]).toEqual([...first.encoded.state]);
      expectSamePacking(later);
    });
  });

  it("packs zeros, and refuses what is no number", async () => {
    const settings = fixed(formats(64)["int4, groups of 4"] as Candidate);
    const store = new PackedStore(backend, 64, "f32", HEADS, 32);
    const zeros = new Float32Array(32 * HEADS * 64);
    const at = { layer: 0 as LayerIndex, kvHead: 0 };
    store.write(at.layer, { keys: zeros, values: zeros }, 0);
    const { encoded, loss, state } = await store.encode(at, { skip: 0, tokens: 32 }, { settings });
    expect(loss).toBe(0);
    expect(codec.decode(encoded).keys.every((element) => element === 0)).toBe(true);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const keys = zeros.map((_zero, index) => (index === 30 ? bad : 0.5));
      store.write(at.layer, { keys: zeros.map(() => 0.5), values: keys }, 0);
      const range = { skip: 0, tokens: 32 };
      await expect(store.encode(at, range, { settings })).rejects.toThrow(KernelFailedError);
      await expect(store.encode(at, range, { state, stateLength: encoded.state.length })).rejects.toThrow(KernelFailedError);
    }
    store.store.dispose();
  });
});
