import type { DenseKv } from "../../backend/dense-kv.ts";
import type { CodecSettings, CodecShape, EncodedKv } from "../../codec/encoded-kv.ts";
import type { KvCodec } from "../../codec/kv-codec.ts";
import { SPEC_VERSION } from "../../registry/spec-version.ts";
import { bitDifference, difference, NO_DIFFERENCE } from "../compare.ts";
import { kitIt, type KitRunner, type KitSkip } from "../kit-runner.ts";
import { attendBoth, DEFAULT_HEAD_DIMS, eachCodecShape, encodeNew } from "./codec-samples.ts";
import { registerSegmentTests } from "./segment-tests.ts";
import { registerSelectionTests } from "./selection-tests.ts";

export interface KvCodecTests extends KitRunner {
  readonly create: () => KvCodec;
  /** What tokens are encoded with. */
  readonly settings: (headDim: number) => CodecSettings;
  readonly tolerance: {
    /** Largest error of decoded keys and values of normally distributed ones, relative to the largest (at least 1). */
    readonly decode: number;
    /** Largest error of `attend` against attention over the decoded tokens. */
    readonly attend: number;
  };
  /** Head dimensions the codec takes. @defaultValue [32, 64, 128] */
  readonly headDims?: readonly number[];
  /** Bytes the codec may take for a shape, state included; its own `maxBytes` is always checked. */
  readonly maxBytes?: (shape: CodecShape) => number;
  /** Tokens per block that its selectors are tried with. @defaultValue 8 */
  readonly blockTokens?: number;
  readonly skip?: readonly KitSkip[];
}

/** Rounding of what a codec keeps may or may not be counted in its `loss`. */
const LOSS_TOLERANCE = 0.01;

/**
 * Registers tests of a codec: encode, decode and attend agree, for all tokens and for chosen blocks; everything a segment needs is in its
 * counted bytes, which stay within `maxBytes`; pieces share a state; data that cannot be whole is refused; tiny segments work.
 *
 * @example
 * testKvCodec({ describe, it, expect, create: () => myCodec(), settings: () => ({}), tolerance: { decode: 0.05, attend: 1e-5 } });
 */
export function testKvCodec(tests: KvCodecTests): void {
  const { describe, expect, create, settings, tolerance, headDims = DEFAULT_HEAD_DIMS } = tests;
  const expectNone = (what: string, found: string): void => expect(`${what}: ${found}`).toBe(`${what}: ${NO_DIFFERENCE}`);
  const eachShape = (body: (shape: CodecShape, tokens: DenseKv, what: string) => void): void => eachCodecShape(headDims, body);

  describe(`KV codec conformance: ${create().name}`, () => {
    const it = kitIt(tests, "codec", tests.skip);

    it("speaks this version of the contract", () => {
      expect(create().specVersion).toBe(SPEC_VERSION);
      expect(create().name.length > 0).toBe(true);
    });

    it("decodes what it encoded", () => {
      eachShape((shape, tokens, what) => {
        const codec = create();
        const encoded = encodeNew(codec, tokens, shape, settings(shape.headDim));
        const decoded = codec.decode(encoded);
        expectNone(`keys of ${what}`, difference(decoded.keys, tokens.keys, tolerance.decode));
        expectNone(`values of ${what}`, difference(decoded.values, tokens.values, tolerance.decode));
        const lost = (energyLost(decoded.keys, tokens.keys) + energyLost(decoded.values, tokens.values)) / 2;
        expectNone(`loss of ${what}`, difference([encoded.loss], [lost], LOSS_TOLERANCE));
      });
    });

    it("leaves its input alone and encodes it the same way again", () => {
      eachShape((shape, tokens, what) => {
        const before = { keys: tokens.keys.slice(), values: tokens.values.slice() };
        const encode = (): EncodedKv => encodeNew(create(), tokens, shape, settings(shape.headDim));
        const [first, again] = [encode(), encode()];
        expectNone(`input keys of ${what}`, bitDifference(tokens.keys, before.keys));
        expectNone(`input values of ${what}`, bitDifference(tokens.values, before.values));
        expectNone(`bytes of ${what}`, bitDifference(again.bytes, first.bytes));
        expectNone(`state of ${what}`, bitDifference(again.state, first.state));
      });
    });

    it("needs nothing but the bytes and state it counts", () => {
      eachShape((shape, tokens, what) => {
        const codec = create();
        const encoded = encodeNew(codec, tokens, shape, settings(shape.headDim));
        // Another instance, and only what would be stored or sent.
        const stored: EncodedKv = structuredClone({ shape, bytes: encoded.bytes, state: encoded.state });
        const [got, want] = [create().decode(stored), codec.decode(encoded)];
        expectNone(`keys of ${what}`, bitDifference(got.keys, want.keys));
        expectNone(`values of ${what}`, bitDifference(got.values, want.values));
        const bytes = encoded.bytes.length + encoded.state.length;
        const limit = Math.min(codec.maxBytes(shape, settings(shape.headDim)), tests.maxBytes?.(shape) ?? Infinity);
        expect(`${what}: ${bytes} of ${limit} bytes, ${bytes <= limit}`).toBe(`${what}: ${bytes} of ${limit} bytes, true`);
      });
    });

    it("attends what it decodes", () => {
      eachShape((shape, tokens, what) => {
        const codec = create();
        const encoded = encodeNew(codec, tokens, shape, settings(shape.headDim));
        const decoded = codec.decode(encoded);
        for (const rows of [1, 3, 33]) {
          const { got, want } = attendBoth(codec, encoded, decoded, rows);
          expectNone(`output of ${rows} rows, ${what}`, difference(got.out, want.out, tolerance.attend));
          expectNone(`lse of ${rows} rows, ${what}`, difference(got.lse, want.lse, tolerance.attend));
        }
      });
    });

    registerSelectionTests(tests, it);
    registerSegmentTests(tests, it);

    it("keeps zeros and large values finite", () => {
      for (const value of [0, 1e-30, 1e4]) {
        const headDim = headDims[0] as number;
        const keys = new Float32Array(5 * headDim).fill(value);
        const decoded = create().decode(encodeNew(create(), { keys, values: keys }, { tokens: 5, headDim }, settings(headDim)));
        const relative = value === 0 ? 1 : value;
        expectNone(
          `keys of ${value}`,
          difference(
            decoded.keys.map((got) => got / relative),
            keys.map((want) => want / relative),
            Math.max(tolerance.decode, 1e-6),
          ),
        );
      }
    });
  });
}

/** Share of the energy of `dense` that `decoded` lacks; 0 where there is none. */
function energyLost(decoded: Float32Array, dense: Float32Array): number {
  const energy = dense.reduce((sum, element) => sum + element * element, 0);
  const lost = dense.reduce((sum, element, index) => sum + (element - (decoded[index] as number)) ** 2, 0);
  return energy === 0 ? 0 : lost / energy;
}
