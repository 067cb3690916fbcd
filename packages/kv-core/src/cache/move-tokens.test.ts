import fc from "fast-check";
import { expect, it } from "vitest";
import type { LayerIndex, PageId } from "../ids.ts";
import type { ModelShape } from "../model/model-shape.ts";
import { createReferenceBackend } from "../reference/reference-backend.ts";
import { moveTokens } from "./move-tokens.ts";

const shape: ModelShape = {
  layers: [0, 0, 2].map((owner) => ({ kind: "full", kvHeads: 2, headDim: 4, owner: owner as LayerIndex })),
  queryHeads: 2,
  maxPositions: 100,
  keyEncoding: "post-rope",
  hasFixedFrequencies: true,
};

it("moves tokens of all layers as if one after the other", async () => {
  const slot = fc.nat(47);
  // A compaction's moves: targets never lie behind sources that are still to be read.
  const moves = fc.uniqueArray(slot, { maxLength: 40 }).map((list) => list.sort((a, b) => a - b).map((from, to) => ({ from, to })));
  await fc.assert(
    fc.asyncProperty(moves, async (list) => {
      const store = createReferenceBackend().createKvStore({ shape, dtype: "f32", pageSize: 16, pageCount: 3 });
      const expected = Array.from({ length: 48 }, (_, index) => index);
      for (const layer of [0, 2]) {
        for (let page = 0; page < 3; page++) {
          const keys = Float32Array.from({ length: 16 * 8 }, (_, index) => layer * 1000 + page * 16 + Math.floor(index / 8));
          store.writeTokens(layer as LayerIndex, page as PageId, 0, { keys, values: keys });
        }
      }
      for (const { from, to } of list) expected[to] = expected[from] as number;
      await moveTokens(store, list);
      for (const layer of [0, 2]) {
        for (let page = 0; page < 3; page++) {
          const { keys, values } = await store.readTokens(layer as LayerIndex, page as PageId, 0, 16);
          const want = expected.slice(page * 16, page * 16 + 16).flatMap((value) => Array.from({ length: 8 }, () => layer * 1000 + value));
          expect([...keys]).toEqual(want);
          expect([...values]).toEqual(want);
        }
      }
    }),
    { numRuns: 50 },
  );
});
