import type { BackendCapabilities } from "../../backend/kernel-backend.ts";
import type { LayerIndex, PageId } from "../../ids.ts";
import type { Selector } from "../../plan/selector.ts";
import { difference, NO_DIFFERENCE } from "../compare.ts";
import { SeededRandom } from "../seeded-random.ts";
import { buildScenario, fillStore, mirrorStore, runAttention, type AttentionSketch } from "./attention-scenario.ts";
import type { KitContext } from "./kit-context.ts";
import { choose, choosing, compareChoices, expectSame, isClear, topBlocksBy } from "./selector-scenario.ts";

/** Tests of `Selector` for one way to score blocks, against the reference. */
export function testSelector(context: KitContext, capabilities: BackendCapabilities, by: string): void {
  testRules(context, by);
  testVisibility(context, capabilities, by);
  testStorage(context, capabilities, by);
  testReaders(context, capabilities, by);
  testRandomPlans(context, capabilities, by);
}

function testRules(context: KitContext, by: string): void {
  context.it("attention", `top blocks by ${by}`, async (benches) => {
    const cases: Record<string, Partial<Selector>> = {
      "a ratio": {},
      "a number of tokens": { keep: { tokens: 70 } },
      "a number of bytes": { keep: { bytes: 40_000 } },
      "blocks of two pages": { blockTokens: 32 },
      "blocks of a quarter page": { blockTokens: 4 },
      "no sinks and no recent tokens": { always: { sinkTokens: 0, recentTokens: 0 } },
      "sinks and recent tokens of several blocks": { always: { sinkTokens: 20, recentTokens: 40 }, keep: { ratio: 0.6 } },
      "fewer places than forced blocks": { keep: { tokens: 1 } },
      everything: { keep: { ratio: 1 } },
    };
    for (const [name, fields] of Object.entries(cases)) {
      for (const rows of [1, 25])
        await compareChoices(context, benches, `${name}, ${rows} rows`, choosing(topBlocksBy(by, fields), rows, 230));
    }
  });
  context.it("attention", `ties of top blocks by ${by} go to the lower block`, async ({ subject, reference }) => {
    for (const blockTokens of [16, 32]) {
      const chosen = topBlocksBy(by, { blockTokens, always: { sinkTokens: 0, recentTokens: 0 } });
      const scenario = buildScenario(choosing(chosen, 3, 256, { hasEqualKeys: true }));
      const store = fillStore(subject, scenario);
      const want = await choose(reference, scenario, await mirrorStore(reference, store));
      context.expectTrue(`all blocks of ${blockTokens} tokens score the same`, want.margin === 0);
      await expectSame(context, subject, `blocks of ${blockTokens}`, scenario, store, want);
    }
  });
  context.it("attention", `long blocks by ${by}`, async (benches) => {
    const chosen = topBlocksBy(by, { blockTokens: 384, keep: { ratio: 0.5 } });
    await compareChoices(
      context,
      benches,
      "1900 tokens",
      choosing(chosen, 2, 1900, { queryHeads: 3, layers: [{ kvHeads: 1, headDim: 64 }] }),
    );
  });
}

function testVisibility(context: KitContext, { hasShiftedSegments }: BackendCapabilities, by: string): void {
  const chosen = topBlocksBy(by);
  context.it("attention", `top blocks by ${by} in sliding windows`, async (benches) => {
    for (const slidingWindow of [40, 100]) {
      const layers = [{ kvHeads: 2, headDim: 64, slidingWindow }];
      await compareChoices(context, benches, `window of ${slidingWindow}`, choosing(chosen, 20, 200, { layers }));
    }
  });
  context.it("attention", `top blocks by ${by} of segments that begin inside a page or have gaps`, async (benches) => {
    const positions = Array.from({ length: 150 }, (_, index) => 3 + index + 2 * Math.floor(index / 3));
    for (const blockTokens of [4, 16, 32]) {
      const selector = topBlocksBy(by, { blockTokens });
      for (const skip of [5, 15]) {
        const segments = [{ readers: [0], length: 150, skip, selector }];
        await compareChoices(context, benches, `blocks of ${blockTokens} after ${skip}`, choosing(selector, 6, 150, { segments }));
      }
      const segments = [{ readers: [0], length: 150, positions, selector }];
      await compareChoices(context, benches, `blocks of ${blockTokens} with gaps`, choosing(selector, 40, 230, { segments }));
    }
  });
  if (!hasShiftedSegments) return;
  context.it("attention", `top blocks by ${by} of shifted segments`, async (benches) => {
    for (const shift of [-7, 100]) {
      const segments = [{ readers: [0], length: 200, firstPosition: 10, shift, selector: chosen }];
      await compareChoices(context, benches, `shift ${shift}`, choosing(chosen, 30, 210 + shift, { segments }));
    }
  });
}

function testStorage(context: KitContext, { kvDtypes }: BackendCapabilities, by: string): void {
  for (const dtype of kvDtypes) {
    context.it("attention", `top blocks by ${by} of ${dtype} pages, heads in groups`, async (benches) => {
      for (const [queryHeads, kvHeads, headDim] of [
        [1, 1, 64],
        [8, 1, 80],
        [4, 4, 32],
        [6, 2, 128],
      ] as const) {
        const sketch = choosing(topBlocksBy(by), 4, 170, { dtype, queryHeads, layers: [{ kvHeads, headDim }] });
        await compareChoices(context, benches, `${queryHeads} on ${kvHeads} heads of ${headDim}`, sketch);
      }
    });
  }
  context.it("attention", `top blocks by ${by} see what is written later`, async ({ subject, reference }) => {
    const [kvHeads, headDim, rows] = [2, 64, 8];
    const scenario = buildScenario(choosing(topBlocksBy(by, { blockTokens: 32 }), rows, 320));
    const store = fillStore(subject, scenario);
    const random = new SeededRandom(5);
    const [page, other] = [
      scenario.plan.reads[0]?.segments[0]?.pages[4] as PageId,
      scenario.plan.reads[0]?.segments[0]?.pages[7] as PageId,
    ];
    const slots = subject.upload(Int32Array.from({ length: 16 }, (_, slot) => other * 16 + slot));
    const writes: Record<string, () => void> = {
      nothing: () => {},
      writeTokens: () => {
        const count = 3 * kvHeads * headDim;
        store.writeTokens(0 as LayerIndex, page, 2, { keys: random.normals(count, 4), values: random.normals(count) });
      },
      copyPages: () => store.copyPages([{ from: page, to: other }]),
      splitAndStore: () =>
        subject.backend.splitAndStore({
          qkv: subject.upload(random.normals(16 * (6 + 2 * kvHeads) * headDim, 3)),
          rows: 16,
          queryHeads: 6,
          positions: subject.upload(Int32Array.from({ length: 16 }, (_, row) => 112 + row)),
          frequencies: subject.upload(scenario.frequencies),
          ropeScale: 1,
          queries: subject.blank(16 * 6 * headDim),
          store,
          layer: 0 as LayerIndex,
          slots,
        }),
    };
    let before: Float32Array | undefined;
    for (const [name, write] of Object.entries(writes)) {
      let want;
      // Where a choice happens to be close, what is written is written again with other numbers.
      for (let attempt = 0; attempt < 20; attempt++) {
        write();
        await subject.backend.submit();
        // Once with nothing new written, so that a backend that keeps representatives has them from here.
        await runAttention(subject, scenario, store);
        want = await choose(reference, scenario, await mirrorStore(reference, store));
        if (isClear(context, want.margin)) break;
      }
      if (want === undefined) continue;
      context.expectTrue(`after ${name}, choices are clear`, isClear(context, want.margin));
      if (before !== undefined) context.expectTrue(`${name} changes the result`, difference(want.out, before, 1e-3) !== NO_DIFFERENCE);
      await expectSame(context, subject, `after ${name}`, scenario, store, want);
      before = want.out;
    }
  });
}

function testReaders(context: KitContext, { hasShiftedSegments }: BackendCapabilities, by: string): void {
  context.it("attention", `top blocks by ${by} of segments with several readers, beside segments read whole`, async (benches) => {
    const shift = hasShiftedSegments ? 9 : 0;
    const sequences = [0, 1, 2, 3, 4].map((index) => ({ rows: 1 + (index % 3), firstPosition: 320 + index }));
    const segments = [
      { readers: [0, 1, 2, 3, 4], length: 200, selector: topBlocksBy(by, { keep: { ratio: 0.25 } }) },
      { readers: [1, 2, 4], length: 60, firstPosition: 200 },
      { readers: [0, 3], length: 70, firstPosition: 200, shift, selector: topBlocksBy(by, { blockTokens: 32, keep: { tokens: 32 } }) },
      ...sequences.map(({ rows, firstPosition }, index) => ({
        readers: [index],
        length: rows + firstPosition - 290,
        firstPosition: 290,
        ...(index === 2 ? { selector: topBlocksBy(by) } : {}),
      })),
    ];
    for (const kvHeads of [1, 2]) {
      await compareChoices(context, benches, `${kvHeads} KV heads`, {
        queryHeads: 6,
        layers: [{ kvHeads, headDim: 64 }],
        sequences,
        segments,
      });
    }
  });
  context.it("attention", `top blocks by ${by} for some KV heads only`, async (benches) => {
    const selector = topBlocksBy(by);
    const segments = [
      { readers: [0, 1], length: 150, kvHead: 1, selector },
      { readers: [0, 1], length: 150, kvHead: 0 },
    ];
    const sequences = [
      { rows: 2, firstPosition: 150 },
      { rows: 1, firstPosition: 160 },
    ];
    await compareChoices(context, benches, "head 1 of 2", { queryHeads: 4, layers: [{ kvHeads: 2, headDim: 64 }], sequences, segments });
  });
}

function testRandomPlans(context: KitContext, capabilities: BackendCapabilities, by: string): void {
  context.it("attention", `top blocks by ${by} in random plans`, async (benches) => {
    for (let plan = 1; plan <= 12; plan++) {
      const random = new SeededRandom(100 + plan);
      await compareChoices(context, benches, `plan ${plan}`, randomSketch(random, capabilities, by));
    }
  });
}

function randomSketch(random: SeededRandom, { kvDtypes, hasShiftedSegments }: BackendCapabilities, by: string): AttentionSketch {
  const oneOf = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const pageSize = oneOf([16, 32]);
  const dtype = oneOf(kvDtypes);
  // What bytes buy depends on the dtype, and the reference's copy of the store is f32.
  const tokenBudgets = [{ ratio: random.next() }, { tokens: random.integer(200) }];
  const budgets = dtype === "f32" ? [...tokenBudgets, { bytes: 1000 * random.integer(200) }] : tokenBudgets;
  const randomSelector = (): Selector =>
    topBlocksBy(by, {
      blockTokens: oneOf([1, 2, 8, 16, 32, 64, 96].filter((tokens) => tokens % pageSize === 0 || pageSize % tokens === 0)),
      keep: oneOf(budgets),
      always: { sinkTokens: oneOf([0, 1, 30]), recentTokens: oneOf([0, 1, 20]) },
    });
  const segments = Array.from({ length: 1 + random.integer(3) }, () => {
    const firstPosition = random.integer(60);
    const gaps = random.next() < 0.3 ? 1 + random.integer(4) : 0;
    const length = 1 + random.integer(180);
    return {
      readers: random.permutation(4).slice(0, 1 + random.integer(4)),
      length,
      skip: oneOf([0, 0, random.integer(pageSize)]),
      ...(gaps === 0
        ? { firstPosition }
        : { positions: Array.from({ length }, (_, index) => firstPosition + index + Math.floor(index / gaps)) }),
      ...(hasShiftedSegments && random.next() < 0.4 ? { shift: random.integer(50) - firstPosition } : {}),
      ...(random.next() < 0.8 ? { selector: randomSelector() } : {}),
    };
  });
  const kvHeads = oneOf([1, 2, 3]);
  const slidingWindow = oneOf([undefined, undefined, 10 + random.integer(100)]);
  return {
    pageSize,
    dtype,
    queryHeads: kvHeads * oneOf([1, 2, 3]),
    layers: [{ kvHeads, headDim: oneOf([32, 64, 80]), ...(slidingWindow === undefined ? {} : { slidingWindow }) }],
    sequences: Array.from({ length: 4 }, () => ({ rows: 1 + random.integer(6), firstPosition: random.integer(220) })),
    segments,
  };
}
