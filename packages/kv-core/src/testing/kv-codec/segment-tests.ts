import type { CodecShape, EncodedKv } from "../../codec/encoded-kv.ts";
import { KvError } from "../../errors/kv-error.ts";
import { bitDifference, difference, NO_DIFFERENCE } from "../compare.ts";
import { attendBoth, DEFAULT_HEAD_DIMS, eachCodecShape, encodeNew, sampleTokens } from "./codec-samples.ts";
import type { KvCodecTests } from "./test-kv-codec.ts";

type It = (name: string, body: () => void) => void;

/** Pieces of a segment, and data that is not whole. */
export function registerSegmentTests(tests: KvCodecTests, it: It): void {
  const { expect, create, settings, tolerance, headDims = DEFAULT_HEAD_DIMS } = tests;
  const expectNone = (what: string, found: string): void => expect(`${what}: ${found}`).toBe(`${what}: ${NO_DIFFERENCE}`);

  it("encodes further pieces of a segment in the state of the first", () => {
    eachCodecShape(headDims, (shape, tokens, what) => {
      const first = encodeNew(create(), tokens, shape, settings(shape.headDim));
      const codec = create();
      const same = codec.encode(tokens, shape, first.state);
      expectNone(`bytes of ${what}`, bitDifference(same.bytes, first.bytes));
      const more = codec.encode(sampleTokens(shape, 1), shape, first.state);
      expectNone(`state of a second piece, ${what}`, bitDifference(more.state, first.state));
      const { got, want } = attendBoth(codec, more, codec.decode(more), 2);
      expectNone(`output over a second piece, ${what}`, difference(got.out, want.out, tolerance.attend));
    });
  });

  it("refuses data that cannot be whole, in decode and in attend", () => {
    const shape: CodecShape = { tokens: 20, headDim: headDims[0] as number };
    const whole = encodeNew(create(), sampleTokens(shape, 1), shape, settings(shape.headDim));
    const { bytes, state } = whole;
    const damaged: readonly (readonly [string, EncodedKv])[] = [
      ["bytes cut short", { ...whole, bytes: bytes.slice(0, -1) }],
      ["bytes too long", { ...whole, bytes: Uint8Array.from([...bytes, 0]) }],
      ["no bytes", { ...whole, bytes: new Uint8Array(0) }],
      ["more tokens than there are", { ...whole, shape: { ...shape, tokens: 4 * shape.tokens } }],
      ["no state", { shape, bytes, state: new Uint8Array(0) }],
      ["state cut short", { ...whole, state: state.slice(0, -1) }],
    ];
    for (const [what, encoded] of damaged.filter(([name]) => state.length > 0 || !name.includes("state"))) {
      expect(`${what}, decode: ${failureOf(() => create().decode(encoded))}`).toBe(`${what}, decode: KV_CODEC_DATA`);
      const attend = failureOf(() => create().attend(new Float32Array(shape.headDim), encoded, 1));
      expect(`${what}, attend: ${attend}`).toBe(`${what}, attend: KV_CODEC_DATA`);
    }
  });
}

/** Code of the error a call throws on purpose, or what happened instead. */
function failureOf(call: () => unknown): string {
  try {
    call();
    return "accepted";
  } catch (error) {
    return KvError.isInstance(error) ? error.code : String(error);
  }
}
