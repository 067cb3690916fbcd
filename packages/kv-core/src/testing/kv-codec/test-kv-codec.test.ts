import { describe, expect, it } from "vitest";
import type { EncodedKv, KvCodec } from "../../codec/kv-codec.ts";
import { denseAttention } from "../../reference/dense-attention.ts";
import { decodeBf16, encodeBf16 } from "../../reference/half-floats.ts";
import { testKvCodec } from "./test-kv-codec.ts";

const tolerance = { decode: 0.01, attend: 1e-5 };
const maxBytes = ({ tokens, headDim }: { tokens: number; headDim: number }): number => 4 * tokens * headDim;

/** Keys and values as bf16, one after the other. */
function halves(): KvCodec<"halves"> {
  const decode = ({ bytes }: EncodedKv): { keys: Float32Array; values: Float32Array } => {
    const all = Float32Array.from(new Uint16Array(bytes.slice().buffer), decodeBf16);
    return { keys: all.slice(0, all.length / 2), values: all.slice(all.length / 2) };
  };
  return {
    specVersion: "v1",
    name: "halves",
    encode: ({ keys, values }, shape) => ({ shape, bytes: new Uint8Array(Uint16Array.from([...keys, ...values], encodeBf16).buffer) }),
    decode,
    attend: (queries, encoded, scale) => {
      const { keys, values } = decode(encoded);
      const { headDim } = encoded.shape;
      const rows = Array.from({ length: queries.length / headDim }, (_, row) =>
        denseAttention(queries.subarray(row * headDim, (row + 1) * headDim), keys, values, scale),
      );
      return { out: Float32Array.from(rows.flatMap(({ out }) => [...out])), lse: Float32Array.from(rows, ({ lse }) => lse) };
    },
  };
}

testKvCodec({ describe, it, expect, create: halves, tolerance, maxBytes });

function failures(create: () => KvCodec): string[] {
  const failed: string[] = [];
  const run = (name: string, body: () => Promise<void> | void): void => {
    try {
      void body();
    } catch {
      failed.push(name);
    }
  };
  testKvCodec({ describe: (_, body) => body(), it: run, expect, create, tolerance, maxBytes });
  return failed;
}

const defects: readonly [string, RegExp, () => KvCodec][] = [
  [
    "loses a value",
    /decodes what it encoded/,
    () => ({
      ...halves(),
      decode: (encoded) => ({ ...halves().decode(encoded), values: new Float32Array(encoded.shape.tokens * encoded.shape.headDim) }),
    }),
  ],
  [
    "changes its input",
    /leaves its input alone/,
    () => ({ ...halves(), encode: (tokens, shape) => (tokens.keys.fill(1), halves().encode(tokens, shape)) }),
  ],
  [
    "keeps something aside",
    /needs nothing but/,
    () => {
      const aside = new WeakMap<EncodedKv, Float32Array>();
      return {
        ...halves(),
        encode: (tokens, shape) => {
          const encoded = halves().encode(tokens, shape);
          aside.set(encoded, tokens.keys);
          return encoded;
        },
        decode: (encoded) => ({
          ...halves().decode(encoded),
          keys: aside.get(encoded) ?? new Float32Array(encoded.shape.tokens * encoded.shape.headDim),
        }),
      };
    },
  ],
  [
    "takes more bytes than it may",
    /needs nothing but/,
    () => ({ ...halves(), encode: (tokens, shape) => ({ ...halves().encode(tokens, shape), state: new Uint8Array(1) }) }),
  ],
  [
    "attends at another scale",
    /attends what/,
    () => ({ ...halves(), attend: (queries, encoded, scale) => halves().attend(queries, encoded, scale * 1.01) }),
  ],
  ["speaks another contract", /speaks this version/, () => ({ ...halves(), specVersion: "v2" as "v1" })],
];

describe("the kit finds a codec that", () => {
  it.each(defects)("%s", (_, expected, create) => {
    expect(failures(create).some((name) => expected.test(name))).toBe(true);
  });
});
