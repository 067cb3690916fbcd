import type { BackendCapabilities } from "../../backend/kernel-backend.ts";
import { KernelFailedError } from "../../errors/kernel-failed-error.ts";
import type { LayerIndex, PageId } from "../../ids.ts";
import type { KvDtype } from "../../model/kv-dtype.ts";
import type { Segment } from "../../plan/segment.ts";
import type { Selector } from "../../plan/selector.ts";
import { bitDifference } from "../compare.ts";
import { runAttention } from "./attention-scenario.ts";
import {
  compareEncoded,
  type EncodedCall,
  type EncodedSketch,
  encodedScenario,
  encodeSequence,
  type KitCodec,
  PAGE_SIZE,
} from "./encoded-scenario.ts";
import type { KitContext } from "./kit-context.ts";
import { createStore } from "./kv-store-tests.ts";
import { modelShape } from "./model-shapes.ts";
import { topBlocksBy } from "./selector-scenario.ts";

/** 64 dense tokens, 320 encoded in two segments of several pieces, 21 dense ones. */
const SKETCH: Omit<EncodedSketch, "seed"> = {
  queryHeads: 6,
  layers: [{ kvHeads: 2, headDim: 64 }],
  denseBefore: 64,
  encoded: [
    { tokens: 128, basis: "fit" },
    { tokens: 64, basis: "continue" },
    { tokens: 128, basis: "fit" },
  ],
  denseAfter: 21,
};
const TOKENS = 64 + 320 + 21;
const LAST: EncodedCall = { readers: [{ rows: 1, firstPosition: TOKENS - 1 }] };
/** Rows that see parts of the encoded tokens, of the dense ones, and all. */
const PROMPT: EncodedCall = {
  readers: [
    { rows: 30, firstPosition: 110 },
    { rows: 1, firstPosition: 3 },
    { rows: 40, firstPosition: TOKENS - 30 },
  ],
};

/** Segments that are encoded, changed; the others as they are. */
const onEncoded = (change: (segment: Segment) => Segment): NonNullable<EncodedCall["change"]> => {
  return (segment) => (segment.encoding === undefined ? segment : change(segment));
};
const selecting = (selector: Selector): NonNullable<EncodedCall["change"]> => onEncoded((segment) => ({ ...segment, selector }));
const encodedOnly = (segment: Segment): Segment | undefined => (segment.encoding === undefined ? undefined : segment);

/** Encoding tokens in a backend's pages and attending them there, compared with the codec's oracle over the very same bytes. */
export function testEncoded(context: KitContext, capabilities: BackendCapabilities, codec: KitCodec): void {
  const { name } = codec.create();
  testStore(context, capabilities.kvDtypes, codec);
  for (const [queryHeads, kvHeads, headDim] of [
    [1, 1, 32],
    [8, 1, 64],
    [3, 3, 128],
  ] as const) {
    context.it("encoded", `${name}, ${queryHeads} query heads on ${kvHeads} of ${headDim}`, async ({ subject }) => {
      const sketch = { ...SKETCH, queryHeads, layers: [{ kvHeads, headDim }] };
      await compareEncoded(context, subject, codec, sketch, { last: LAST, prompt: PROMPT, alone: { ...LAST, change: encodedOnly } });
    });
  }
  for (const dtype of capabilities.kvDtypes) {
    context.it("encoded", `${name} beside ${dtype} tokens`, async ({ subject }) => {
      await compareEncoded(context, subject, codec, { ...SKETCH, dtype }, { last: LAST, prompt: PROMPT });
    });
  }
  context.it("encoded", `${name} in sliding windows, in layers without KV of their own, for some KV heads`, async ({ subject }) => {
    const layers = [
      { kvHeads: 2, headDim: 64 },
      { kvHeads: 2, headDim: 64, slidingWindow: 50 },
      { kvHeads: 2, headDim: 64, owner: 0 },
    ];
    await compareEncoded(
      context,
      subject,
      codec,
      { ...SKETCH, layers },
      {
        window: { ...PROMPT, layer: 1 },
        "window at the end": { ...LAST, layer: 1 },
        "another layer's KV": { ...PROMPT, layer: 2 },
        "one KV head": { ...PROMPT, plan: { kvHead: 1 } },
        "another layer alone": { ...PROMPT, plan: { layers: [1 as LayerIndex] } },
      },
    );
  });
  if (capabilities.hasShiftedSegments) {
    context.it("encoded", `${name} at other positions`, async ({ subject }) => {
      const shifted = (shift: number): EncodedCall => ({
        readers: [{ rows: 9, firstPosition: TOKENS + Math.max(0, shift) }],
        change: onEncoded((segment) => ({ ...segment, shift })),
      });
      await compareEncoded(context, subject, codec, SKETCH, { forwards: shifted(1000), backwards: shifted(-11) });
    });
  }
  for (const by of capabilities.encodedSelectors.filter((each) => codec.create().selectors?.includes(each))) {
    testSelection(context, capabilities, codec, by);
  }
  context.it("encoded", `${name}: a row's result is its own`, async ({ subject }) => {
    const sequence = await encodeSequence(subject, codec, { ...SKETCH, seed: 3 });
    const rows = 20;
    const together = encodedScenario(sequence, { readers: [{ rows, firstPosition: TOKENS - rows }] });
    const all = await runAttention(subject, together, sequence.store);
    const rowLength = all.out.length / rows;
    for (const row of [0, 7, rows - 1]) {
      const alone = encodedScenario(sequence, { readers: [{ rows: 1, firstPosition: TOKENS - rows + row }] });
      const { out } = await runAttention(subject, together, sequence.store, { plan: alone.plan, firstRow: row, rows: 1 });
      context.expectNone(`row ${row} alone`, bitDifference(out, all.out.slice(row * rowLength, (row + 1) * rowLength)));
    }
  });
}

function testSelection(context: KitContext, { hasShiftedSegments }: BackendCapabilities, codec: KitCodec, by: string): void {
  const { blockTokens } = codec;
  const rules = (fields: Partial<Selector>): Selector => topBlocksBy(by, { blockTokens, ...fields });
  const none = { sinkTokens: 0, recentTokens: 0 };
  context.it("encoded", `${codec.create().name}, top blocks by ${by}`, async ({ subject }) => {
    const cases: Record<string, Selector> = {
      "a ratio": rules({}),
      "a number of tokens": rules({ keep: { tokens: 5 * blockTokens } }),
      "no sinks and no recent tokens": rules({ always: none }),
      "sinks and recent tokens of several blocks": rules({ always: { sinkTokens: 20, recentTokens: 40 }, keep: { ratio: 0.6 } }),
      "fewer places than forced blocks": rules({ keep: { tokens: 1 } }),
      everything: rules({ keep: { ratio: 1 } }),
    };
    const calls = Object.entries(cases).flatMap(([what, selector]) => [
      [`${what}, last row`, { ...LAST, change: selecting(selector) }] as const,
      [`${what}, prompt`, { readers: [{ rows: 12, firstPosition: 200 }], change: selecting(selector) }] as const,
    ]);
    await compareEncoded(context, subject, codec, SKETCH, Object.fromEntries(calls));
  });
  context.it(
    "encoded",
    `${codec.create().name}, top blocks by ${by} in sliding windows, seen elsewhere and by several`,
    async ({ subject }) => {
      const sketch = { ...SKETCH, layers: [{ kvHeads: 2, headDim: 64, slidingWindow: 120 }] };
      const change = selecting(rules({}));
      const readers = [
        { rows: 1, firstPosition: TOKENS - 1 },
        { rows: 5, firstPosition: 300 },
        { rows: 1, firstPosition: TOKENS + 40 },
      ];
      await compareEncoded(context, subject, codec, sketch, { window: { readers: readers.slice(0, 2), change } });
      await compareEncoded(context, subject, codec, SKETCH, {
        readers: { readers, change },
        ...(hasShiftedSegments
          ? { shifted: { readers: readers.slice(2), change: (segment: Segment) => ({ ...change(segment), shift: 30 }) as Segment } }
          : {}),
      });
    },
  );
}

function testStore(context: KitContext, dtypes: readonly KvDtype[], codec: KitCodec): void {
  const { name } = codec.create();
  for (const dtype of dtypes) {
    context.it("encoded", `${name}: what ${dtype} tokens lose is what is said`, async ({ subject }) => {
      const sketch = { ...SKETCH, dtype, encoded: [{ tokens: 192, basis: "fit" as const }], seed: 1 };
      // The very same tokens, encoded and not.
      const plain = await encodeSequence(subject, codec, { ...sketch, encoded: [], denseBefore: 256 });
      const { store, segments, shape } = await encodeSequence(subject, codec, sketch);
      const pages = plain.segments.flatMap((segment) => segment.pages);
      let first = 64;
      for (const piece of segments.flatMap(({ encoding }) => encoding?.pieces ?? [])) {
        let loss = 0;
        for (let kvHead = 0; kvHead < 2; kvHead++) {
          const decoded = codec.create().decode(await store.readEncoded(piece, 0 as LayerIndex, kvHead));
          for (const side of ["keys", "values"] as const) {
            const { headDim } = shape.layers[0] ?? { headDim: 0 };
            const dense: number[] = [];
            for (let token = first; token < first + piece.tokens; token++) {
              const page = pages[Math.floor(token / PAGE_SIZE)] as PageId;
              const read = await plain.store.readTokens(0 as LayerIndex, page, token % PAGE_SIZE, 1);
              dense.push(...read[side].subarray(kvHead * headDim, (kvHead + 1) * headDim));
            }
            loss += lostShare(dense, decoded[side]) / 4;
          }
        }
        context.expectClose(`loss of ${piece.tokens} tokens from ${first}`, [piece.loss], [loss], 0.01);
        first += piece.tokens;
      }
    });
  }
  context.it("encoded", `${name}: refuses codecs, places and tokens that are not`, async ({ subject }) => {
    const shape = modelShape(2, [{ kvHeads: 2, headDim: 64 }]);
    const store = createStore(subject, { shape, dtype: dtypes[0] ?? "f32", pageSize: PAGE_SIZE, pageCount: 6 });
    const source = { layer: 0 as LayerIndex, kvHead: 0, pages: [1, 2] as PageId[], skip: 0, tokens: 2 * PAGE_SIZE };
    const settings = codec.settings(64);
    const refuses = async (what: string, call: () => unknown): Promise<void> => {
      const error = await Promise.resolve()
        .then(call)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      context.expectTrue(`${what} is refused`, error instanceof KernelFailedError);
    };
    await refuses("placing nothing", () => store.placeEncoded({ page: 4 as PageId, offset: 0 }));
    await refuses("an unknown codec", () => store.fitEncoding({ ...source, codec: "no such codec", settings }));
    await refuses("more tokens than pages", () => store.fitEncoding({ ...source, tokens: 2 * PAGE_SIZE + 1, codec: name, settings }));
    await refuses("a KV head that is not", () => store.fitEncoding({ ...source, kvHead: 2, codec: name, settings }));
    await store.fitEncoding({ ...source, codec: name, settings });
    await refuses("an odd place", () => store.placeEncoded({ page: 4 as PageId, offset: 32 }));
    await refuses("a page's end", () => store.placeEncoded({ page: 4 as PageId, offset: Math.floor(store.pageBytes / 64) * 64 }));
    await refuses("a page that is not", () => store.placeEncoded({ page: 6 as PageId, offset: 0 }));
    store.placeEncoded({ page: 4 as PageId, offset: 64 });
    const { byteLength, loss } = await store.encodeTokens({ ...source, codec: name, state: { page: 4 as PageId, offset: 64 } });
    context.expectTrue("tokens are encoded", byteLength > 0 && loss >= 0 && loss <= 1);
  });
}

/** Share of the energy of `dense` that `decoded` lacks. */
function lostShare(dense: readonly number[], decoded: Float32Array): number {
  const energy = dense.reduce((sum, value) => sum + value * value, 0);
  return dense.reduce((sum, value, index) => sum + (value - (decoded[index] as number)) ** 2, 0) / energy;
}
