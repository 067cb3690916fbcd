import { type CodecSettings, type KernelBackend, KernelFailedError, type LayerIndex, type Selector } from "@kvasir/kv-core";
import type { Candidate } from "@kvasir/mosaic-compress";
import { afterAll, describe, expect, it } from "vitest";
import { cpuBackendsOfAllLevels } from "./support/cpu-levels.ts";
import { EncodedStore, type EncodedShape, type PieceSpec } from "./support/encoded-segment.ts";
import { type Difference, differenceFromOracle, type EncodedCall, FIRST_POSITION, runEncoded } from "./support/run-encoded.ts";

/** Largest difference from the oracle in f64, of outputs relative to the largest of their row and of an lse as it is. */
const TOLERANCE = { out: 2e-5, lse: 1e-5 };

const LAYER = 2 as LayerIndex;
const bf16: Omit<Candidate, "channels" | "retained"> = { groupSize: 1, elements: "bf16", elementsPerScale: 1 };

function formats(headDim: number): Readonly<Record<string, Candidate>> {
  const part = (share: number, multiple = 8): number => Math.max(multiple, Math.round((share * headDim) / multiple) * multiple);
  return {
    "bf16, a quarter": { ...bf16, channels: part(3 / 4), retained: part(1 / 4) },
    "bf16, odd counts": { ...bf16, channels: headDim - 3, retained: Math.floor(headDim / 3) },
    "bf16, all of some channels": { ...bf16, channels: headDim - 5, retained: headDim - 5 },
    "bf16, groups of 2": { ...bf16, channels: part(1), retained: part(1 / 4), groupSize: 2 },
    "int8, groups of 2": { channels: part(1), retained: part(1 / 2), groupSize: 2, elements: "int8", elementsPerScale: part(1 / 2) },
    "int8, all channels": { channels: headDim, retained: headDim, groupSize: 1, elements: "int8", elementsPerScale: headDim },
    "int8, short runs": { channels: headDim - 1, retained: Math.floor(headDim / 2), groupSize: 1, elements: "int8", elementsPerScale: 5 },
    "int4, groups of 4": {
      channels: part(3 / 4),
      retained: part(1 / 2),
      groupSize: 4,
      elements: "int4",
      elementsPerScale: Math.min(16, part(1 / 2)),
    },
    "int4, groups of 1": { channels: part(1), retained: part(1 / 4), groupSize: 1, elements: "int4", elementsPerScale: 8 },
    "int4, all channels, odd": { channels: headDim - 5, retained: headDim - 5, groupSize: 1, elements: "int4", elementsPerScale: 7 },
  };
}

function fixed(keys: Candidate | undefined, values: Candidate | undefined = keys, blockTokens = 8): CodecSettings {
  return { blockTokens, rotation: "second-moments", maxLoss: 0, keys: [keys], values: [values] };
}

const selector = (by: string, fields: Partial<Selector> = {}): Selector => ({
  ...{ kind: "top-blocks", by, blockTokens: 8, keep: { ratio: 0.25 }, always: { sinkTokens: 4, recentTokens: 9 }, per: "kv-head" },
  ...fields,
});

function expectLikeOracle({ out, lse, compared }: Difference): void {
  expect(compared).toBeGreaterThan(0);
  expect(out).toBeLessThan(TOLERANCE.out);
  expect(lse).toBeLessThan(TOLERANCE.lse);
}

async function withEncoded(
  backend: KernelBackend,
  shape: EncodedShape,
  pieces: readonly PieceSpec[],
  body: (encoded: EncodedStore) => Promise<void>,
): Promise<void> {
  const encoded = await EncodedStore.create(backend, shape, pieces, 5);
  await body(encoded);
  encoded.store.dispose();
}

const backends = await cpuBackendsOfAllLevels(2);
const alone = await cpuBackendsOfAllLevels(1);
afterAll(async () => {
  for (const backend of [...backends.values(), ...alone.values()]) await backend.dispose();
});

describe.each([...backends])("attention over packed tokens on %s", (level, backend) => {
  const decode = (tokens: number): EncodedCall => ({ layer: LAYER, readers: [{ rows: 1, firstPosition: FIRST_POSITION + tokens + 11 }] });

  for (const headDim of [16, 40, 128, 256]) {
    // The oracle takes its time for wide heads; narrow ones have every format.
    const every = headDim === 40 ? 1 : 3;
    it.each(Object.entries(formats(headDim)).filter((_, index) => index % every === 0))(
      `is that of the oracle for heads of ${headDim}, %s`,
      async (_, format) => {
        const shape = { kvHeads: 2, queryHeads: 4, headDim };
        await withEncoded(
          backend,
          shape,
          [{ tokens: 96, settings: fixed(format, formats(headDim)["bf16, a quarter"]) }],
          async (encoded) => {
            expectLikeOracle(await differenceFromOracle(backend, encoded, decode(96)));
            for (const by of ["mean-key", "max-key"]) {
              expectLikeOracle(await differenceFromOracle(backend, encoded, { ...decode(96), selector: selector(by) }));
            }
          },
        );
        await withEncoded(
          backend,
          shape,
          [{ tokens: 77, settings: fixed(formats(headDim)["int8, groups of 2"], format) }],
          async (encoded) => {
            expectLikeOracle(await differenceFromOracle(backend, encoded, { ...decode(77), denseTokens: 12 }));
          },
        );
      },
    );
  }

  const settings = fixed(formats(64)["bf16, a quarter"], formats(64)["int4, groups of 4"]);
  const other = fixed(formats(64)["int8, groups of 2"], formats(64)["bf16, groups of 2"]);
  const pieces = [{ tokens: 128, settings }, { tokens: 64 }, { tokens: 64, settings: other }, { tokens: 128 }, { tokens: 45 }];
  const TOKENS = 429;

  for (const [kvHeads, queryHeads] of [
    [1, 1],
    [1, 8],
    [3, 6],
    [2, 10],
  ] as const) {
    it(`reads pieces of several states, ${queryHeads} query heads on ${kvHeads}`, async () => {
      await withEncoded(backend, { kvHeads, queryHeads, headDim: 64 }, pieces, async (encoded) => {
        for (const layer of [0, 1, 2] as LayerIndex[]) {
          expectLikeOracle(await differenceFromOracle(backend, encoded, { ...decode(TOKENS), layer, denseTokens: 30 }));
        }
        for (const by of ["mean-key", "max-key"]) {
          expectLikeOracle(await differenceFromOracle(backend, encoded, { ...decode(TOKENS), selector: selector(by), shift: 1000 }));
          expectLikeOracle(
            await differenceFromOracle(backend, encoded, {
              ...decode(TOKENS),
              selector: selector(by, { keep: { tokens: 40 } }),
              shift: -2,
            }),
          );
        }
      });
    });
  }

  it("masks what rows of a prompt do not see", async () => {
    await withEncoded(backend, { kvHeads: 2, queryHeads: 4, headDim: 64 }, pieces, async (encoded) => {
      const readers = [
        { rows: 70, firstPosition: FIRST_POSITION + 100 },
        { rows: 3, firstPosition: 0 },
        { rows: 20, firstPosition: FIRST_POSITION + 420 },
      ];
      for (const choice of [undefined, selector("mean-key"), selector("max-key", { keep: { ratio: 0.5 } })]) {
        expectLikeOracle(await differenceFromOracle(backend, encoded, { layer: LAYER, readers, ...(choice && { selector: choice }) }));
      }
    });
  });

  it.each([1, 33, 64, 200])("keeps to a sliding window of %i", async (slidingWindow) => {
    await withEncoded(backend, { kvHeads: 1, queryHeads: 3, headDim: 64, slidingWindow }, pieces, async (encoded) => {
      const readers = [
        { rows: 40, firstPosition: FIRST_POSITION + 60 },
        { rows: 1, firstPosition: FIRST_POSITION + TOKENS - 1 },
        { rows: 1, firstPosition: FIRST_POSITION + TOKENS + 500 },
      ];
      for (const choice of [undefined, selector("mean-key"), selector("max-key")]) {
        expectLikeOracle(
          await differenceFromOracle(backend, encoded, { layer: LAYER, readers, denseTokens: 5, ...(choice && { selector: choice }) }),
        );
      }
    });
  });

  it("chooses by budgets in bytes, with blocks of any size that pieces consist of", async () => {
    const sized = [{ tokens: 128, settings: fixed(formats(64)["bf16, a quarter"], undefined, 16) }, { tokens: 64 }, { tokens: 90 }];
    await withEncoded(backend, { kvHeads: 2, queryHeads: 4, headDim: 64 }, sized, async (encoded) => {
      const bytes = 1024 * 70;
      expectLikeOracle(
        await differenceFromOracle(backend, encoded, {
          ...decode(282),
          selector: selector("mean-key", { blockTokens: 16, keep: { bytes } }),
        }),
      );
      for (const blockTokens of [1, 4, 64]) {
        const chosen = selector("max-key", { blockTokens, always: { sinkTokens: 0, recentTokens: 0 } });
        expectLikeOracle(await differenceFromOracle(backend, encoded, { ...decode(282), selector: chosen }));
      }
    });
  });

  it("gives a row the same bits whatever else runs, on any number of threads", async () => {
    const half = Array.from({ length: 4 }, (): PieceSpec => ({ tokens: 512 }));
    const long = [{ tokens: 512, settings }, ...half, { tokens: 64, settings: other }, ...half, { tokens: 192, settings }];
    const readers = [
      { rows: 1, firstPosition: FIRST_POSITION + 4800 },
      { rows: 17, firstPosition: FIRST_POSITION + 4700 },
      { rows: 1, firstPosition: FIRST_POSITION + 5000 },
    ];
    const single = alone.get(level);
    if (single === undefined) throw new Error(`No backend of one thread on ${level}.`);
    for (const choice of [undefined, selector("mean-key"), selector("max-key")]) {
      const call: EncodedCall = { layer: LAYER, readers, denseTokens: 9, ...(choice && { selector: choice }) };
      const shape = { kvHeads: 1, queryHeads: 3, headDim: 64 };
      await withEncoded(backend, shape, long, async (encoded) => {
        const together = await runEncoded(backend, encoded, call);
        let firstRow = 0;
        for (const [index, { rows }] of readers.entries()) {
          const { out, lse } = await runEncoded(backend, encoded, { ...call, only: index });
          const [from, to] = [firstRow * 3, (firstRow + rows) * 3];
          expect(out.subarray(from * 64, to * 64)).toEqual(together.out.subarray(from * 64, to * 64));
          expect(lse.subarray(from, to)).toEqual(together.lse.subarray(from, to));
          firstRow += rows;
        }
        await withEncoded(single, shape, long, async (same) => {
          expect(await runEncoded(single, same, call)).toEqual(together);
        });
        expectLikeOracle(await differenceFromOracle(backend, encoded, { ...call, readers: readers.slice(0, 1) }));
      });
    }
  });

  it("says at planning what it cannot read", async () => {
    await withEncoded(backend, { kvHeads: 1, queryHeads: 1, headDim: 64 }, pieces.slice(0, 2), async (encoded) => {
      const fails = async (call: Partial<EncodedCall>, reason: RegExp): Promise<void> => {
        const run = runEncoded(backend, encoded, { ...decode(192), ...call });
        await expect(run).rejects.toThrow(KernelFailedError);
        await expect(run).rejects.toThrow(reason);
      };
      await fails({ selector: selector("chunk-feature") }, /scored by mean-key, max-key, not by "chunk-feature"/);
      await fails({ selector: selector("mean-key", { blockTokens: 16 }) }, /of blocks of 8, not of 16/);
      await fails({ selector: selector("max-key", { blockTokens: 24 }) }, /whole blocks of 24/);
      const piece = encoded.pieces[1];
      if (piece === undefined) throw new Error("There is no second piece.");
      encoded.pieces[1] = { ...piece, tokens: 65 };
      await fails({}, /no directory of 65 tokens/);
    });
  });
});
