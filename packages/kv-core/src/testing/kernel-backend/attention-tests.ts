import type { BackendCapabilities } from "../../backend/kernel-backend.ts";
import { SeededRandom } from "../seeded-random.ts";
import { attentionTolerance, buildScenario, fillStore, mirrorStore, runAttention, type AttentionSketch } from "./attention-scenario.ts";
import type { Benches, KitContext } from "./kit-context.ts";
import { ROW_COUNTS } from "./row-operators.ts";

/** Runs a sketch on both backends, over the KV that the subject's store really holds. */
async function compare(context: KitContext, { subject, reference }: Benches, what: string, sketch: AttentionSketch): Promise<void> {
  const scenario = buildScenario(sketch);
  const store = fillStore(subject, scenario);
  const got = await runAttention(subject, scenario, store);
  const want = await runAttention(reference, scenario, await mirrorStore(reference, store));
  const tolerance = attentionTolerance(sketch);
  context.expectClose(`output, ${what}`, got.out, want.out, tolerance);
  context.expectClose(`lse, ${what}`, got.lse, want.lse, tolerance);
  subject.cleanUp();
}

/** One sequence whose last `rows` tokens are being computed, `context` tokens in all. */
function causal(rows: number, context: number, fields: Partial<AttentionSketch> = {}): AttentionSketch {
  return {
    queryHeads: 3,
    layers: [{ kvHeads: 1, headDim: 64 }],
    sequences: [{ rows, firstPosition: context - rows }],
    segments: [{ readers: [0], length: context }],
    ...fields,
  };
}

export function testAttention(context: KitContext, capabilities: BackendCapabilities): void {
  testShapes(context, capabilities);
  testMasks(context, capabilities);
  testSharing(context, capabilities);
}

function testShapes(context: KitContext, { kvDtypes }: BackendCapabilities): void {
  context.it("attention", "1 to 70 rows of a prefill", async (benches) => {
    for (const rows of ROW_COUNTS) {
      await compare(context, benches, `${rows} rows alone`, causal(rows, rows));
      await compare(context, benches, `${rows} rows after 41`, causal(rows, rows + 41));
    }
  });
  for (const headDim of [32, 64, 80, 96, 128, 256]) {
    context.it("attention", `heads of ${headDim} in groups of 1 to 8`, async (benches) => {
      for (const group of [1, 2, 3, 4, 7, 8]) {
        for (const kvHeads of [1, 2]) {
          for (const rows of [1, 6]) {
            await compare(
              context,
              benches,
              `${rows} rows, ${kvHeads} groups of ${group}`,
              causal(rows, 37, { queryHeads: group * kvHeads, layers: [{ kvHeads, headDim }] }),
            );
          }
        }
      }
    });
  }
  context.it("attention", "lengths around the page size, and nothing at all", async (benches) => {
    for (const pageSize of [16, 32]) {
      for (const length of [1, pageSize - 1, pageSize, pageSize + 1, 3 * pageSize - 1, 3 * pageSize, 3 * pageSize + 1]) {
        await compare(context, benches, `${length} tokens in pages of ${pageSize}`, causal(1, length, { pageSize }));
      }
    }
    await compare(context, benches, "no segments", { ...causal(3, 3), segments: [] });
  });
  context.it("attention", "segments that begin inside a page", async (benches) => {
    for (const skip of [1, 7, 15]) {
      for (const length of [1, 9, 16, 17, 40]) {
        await compare(context, benches, `${length} tokens after ${skip}`, {
          ...causal(2, length + 1),
          segments: [{ readers: [0], length, skip }],
        });
      }
    }
  });
  context.it("attention", "many segments", async (benches) => {
    const cuts = [1, 5, 16, 17, 2, 30];
    let firstPosition = 0;
    const segments = cuts.map((length) => {
      firstPosition += length;
      return { readers: [0], length, firstPosition: firstPosition - length, skip: length % 4 };
    });
    for (const rows of [1, 12]) await compare(context, benches, `${rows} rows`, { ...causal(rows, firstPosition), segments });
  });
  for (const dtype of kvDtypes) {
    context.it("attention", `${dtype} pages`, async (benches) => {
      for (const headDim of [64, 80]) {
        for (const rows of [1, 4, 33]) {
          await compare(
            context,
            benches,
            `${rows} rows, heads of ${headDim}`,
            causal(rows, 90, { dtype, queryHeads: 6, layers: [{ kvHeads: 2, headDim }] }),
          );
        }
      }
    });
  }
  context.it("attention", "a long context", async (benches) => {
    await compare(context, benches, "2100 tokens", causal(2, 2100));
  });
}

function testMasks(context: KitContext, { hasShiftedSegments }: BackendCapabilities): void {
  context.it("attention", "sliding windows", async (benches) => {
    for (const slidingWindow of [1, 5, 16, 40, 1000]) {
      for (const rows of [1, 20]) {
        await compare(
          context,
          benches,
          `window of ${slidingWindow}, ${rows} rows`,
          causal(rows, 75, { layers: [{ kvHeads: 1, headDim: 64, slidingWindow }] }),
        );
      }
    }
  });
  context.it("attention", "rows before and inside a segment, and rows that see nothing", async (benches) => {
    const sketch = causal(30, 30);
    await compare(context, benches, "segment from 20 on", { ...sketch, segments: [{ readers: [0], length: 40, firstPosition: 20 }] });
    const windowed = { ...sketch, layers: [{ kvHeads: 1, headDim: 64, slidingWindow: 4 }] };
    await compare(context, benches, "all before the window", {
      ...windowed,
      sequences: [{ rows: 3, firstPosition: 50 }],
      segments: [{ readers: [0], length: 20 }],
    });
  });
  context.it("attention", "positions with gaps", async (benches) => {
    const positions = Array.from({ length: 45 }, (_, index) => 3 + index + 2 * Math.floor(index / 3) + (index > 20 ? 17 : 0));
    for (const slidingWindow of [undefined, 25]) {
      const layers = [{ kvHeads: 1, headDim: 64, ...(slidingWindow === undefined ? {} : { slidingWindow }) }];
      const sketch = { ...causal(60, 110, { layers }), segments: [{ readers: [0], length: 45, positions, skip: 3 }] };
      await compare(context, benches, `window ${slidingWindow}`, sketch);
    }
  });
  if (!hasShiftedSegments) return;
  context.it("attention", "shifted segments", async (benches) => {
    for (const shift of [1, -7, 100, 4096]) {
      const segments = [
        { readers: [0], length: 37, firstPosition: 10, shift },
        { readers: [0], length: 9, firstPosition: 47 + shift },
      ];
      for (const slidingWindow of [undefined, 20]) {
        const layers = [{ kvHeads: 2, headDim: 64, ...(slidingWindow === undefined ? {} : { slidingWindow }) }];
        const sketch = causal(5, 56 + shift, { queryHeads: 4, layers });
        await compare(context, benches, `shift ${shift}, window ${slidingWindow}`, { ...sketch, segments });
      }
    }
  });
}

function testSharing(context: KitContext, { hasShiftedSegments }: BackendCapabilities): void {
  context.it("attention", "ragged batches", async (benches) => {
    for (const seed of [1, 2, 3]) {
      const random = new SeededRandom(seed);
      const sequences = Array.from({ length: 6 }, () => ({ rows: 1 + random.integer(seed * 5), firstPosition: random.integer(50) }));
      const segments = sequences.map(({ rows, firstPosition }, index) => ({ readers: [index], length: rows + firstPosition }));
      await compare(context, benches, `batch ${seed}`, {
        ...causal(1, 1),
        queryHeads: 4,
        layers: [{ kvHeads: 2, headDim: 64 }],
        sequences,
        segments,
        seed,
      });
    }
  });
  context.it("attention", "segments with several readers, nested, one inside another's shift", async (benches) => {
    const shift = hasShiftedSegments ? 12 : 0;
    const sequences = [0, 1, 2, 3, 4].map((index) => ({ rows: 1 + (index % 3), firstPosition: 120 + index }));
    const segments = [
      { readers: [0, 1, 2, 3, 4], length: 70 },
      { readers: [1, 2, 4], length: 33, firstPosition: 70 },
      { readers: [0, 3], length: 21, firstPosition: 70, shift },
      ...sequences.map(({ rows, firstPosition }, index) => ({
        readers: [index],
        length: rows + firstPosition - 103,
        firstPosition: 103,
        skip: index,
      })),
    ];
    for (const kvHeads of [1, 2]) {
      await compare(context, benches, `${kvHeads} KV heads`, {
        ...causal(1, 1),
        queryHeads: 6,
        layers: [{ kvHeads, headDim: 64 }],
        sequences,
        segments,
      });
    }
  });
  context.it("attention", "read plans for some layers and KV heads only, layers that read another's KV", async (benches) => {
    const layers = [
      { kvHeads: 2, headDim: 64 },
      { kvHeads: 2, headDim: 64, owner: 0 },
      { kvHeads: 2, headDim: 64, slidingWindow: 9, owner: 0 },
      { kvHeads: 2, headDim: 64 },
    ];
    const segments = [
      { readers: [0], length: 20 },
      { readers: [0], length: 18, firstPosition: 20, layers: [0, 2] },
      { readers: [0], length: 11, firstPosition: 20, layers: [1, 3], kvHead: 1 },
    ];
    for (const layer of [0, 1, 2, 3])
      await compare(context, benches, `layer ${layer}`, { ...causal(2, 40), queryHeads: 4, layers, layer, segments });
  });
  context.it("attention", "rows of no sequence stay as they are, and lse is optional", async ({ subject, reference }) => {
    const scenario = buildScenario({ ...causal(4, 30), spareRows: 3 });
    const store = fillStore(subject, scenario);
    const mirrored = await mirrorStore(reference, store);
    for (const hasLse of [true, false]) {
      const got = await runAttention(subject, scenario, store, { hasLse });
      const want = await runAttention(reference, scenario, mirrored, { hasLse });
      context.expectClose(`output, lse ${hasLse}`, got.out, want.out, "attention");
      context.expectClose(`lse ${hasLse}`, got.lse, want.lse, "attention");
    }
  });
}
