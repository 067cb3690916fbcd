import { attendSelected } from "../../codec/attend-selected.ts";
import { difference, NO_DIFFERENCE } from "../compare.ts";
import { SeededRandom } from "../seeded-random.ts";
import { attendBoth, DEFAULT_HEAD_DIMS, eachCodecShape, encodeNew } from "./codec-samples.ts";
import type { KvCodecTests } from "./test-kv-codec.ts";

type It = (name: string, body: () => void) => void;

/** Reading only some blocks, and scoring them. */
export function registerSelectionTests(tests: KvCodecTests, it: It): void {
  const { expect, create, settings, tolerance, headDims = DEFAULT_HEAD_DIMS, blockTokens = 8 } = tests;
  const expectNone = (what: string, found: string): void => expect(`${what}: ${found}`).toBe(`${what}: ${NO_DIFFERENCE}`);

  it("reads the blocks it is told and no others", () => {
    eachCodecShape(headDims, (shape, tokens, what) => {
      const codec = create();
      const encoded = encodeNew(codec, tokens, shape, settings(shape.headDim));
      const decoded = codec.decode(encoded);
      for (const size of [1, blockTokens, 32]) {
        const random = new SeededRandom(size);
        const isRead = Array.from({ length: Math.ceil(shape.tokens / size) }, () => random.next() < 0.5);
        const { got, want } = attendBoth(codec, encoded, decoded, 3, { blockTokens: size, isRead });
        expectNone(`output over blocks of ${size}, ${what}`, difference(got.out, want.out, tolerance.attend));
        expectNone(`lse over blocks of ${size}, ${what}`, difference(got.lse, want.lse, tolerance.attend));
      }
    });
  });

  for (const by of create().selectors ?? []) {
    it(`scores every block by ${by} and attends those picked`, () => {
      eachCodecShape(headDims, (shape, tokens, what) => {
        const codec = create();
        const encoded = encodeNew(codec, tokens, shape, settings(shape.headDim));
        const scoring = { by, blockTokens, scale: 1 / Math.sqrt(shape.headDim) };
        const queries = new SeededRandom(3).normals(2 * shape.headDim);
        const scores = create().scoreBlocks?.(queries.subarray(0, shape.headDim), encoded, scoring) ?? [];
        const blocks = Math.ceil(shape.tokens / blockTokens);
        expect(`${what}: ${scores.length} scores, ${[...scores].every(Number.isFinite)}`).toBe(`${what}: ${blocks} scores, true`);
        const always = { sinkTokens: 0, recentTokens: 0 };
        const half = { kind: "top-blocks", by, blockTokens, keep: { ratio: 0.5 }, always, per: "kv-head" } as const;
        const selected = attendSelected(codec, queries, encoded, scoring.scale, half);
        const again = codec.attend(queries, encoded, scoring.scale, selected.read);
        expectNone(`output of ${what}`, difference(selected.out, again.out, 0));
        const all = codec.attend(queries, encoded, scoring.scale);
        const everything = attendSelected(codec, queries, encoded, scoring.scale, {
          ...half,
          always: { sinkTokens: shape.tokens, recentTokens: 0 },
        });
        expectNone(`output over every block of ${what}`, difference(everything.out, all.out, tolerance.attend));
      });
    });
  }
}
