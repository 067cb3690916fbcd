import { describe, expect, it } from "vitest";
import { CodecDataError } from "../../codec/codec-data-error.ts";
import type { CodecSettings, EncodedKv } from "../../codec/encoded-kv.ts";
import type { BlockRead, KvCodec } from "../../codec/kv-codec.ts";
import { denseAttention, dot } from "../../reference/dense-attention.ts";
import { decodeBf16, encodeBf16 } from "../../reference/half-floats.ts";
import { testKvCodec } from "./test-kv-codec.ts";

const tolerance = { decode: 0.01, attend: 1e-5 };
const maxBytes = ({ tokens, headDim }: { tokens: number; headDim: number }): number => 4 * tokens * headDim + 4;

/** Keys and values as bf16, one after the other; the mean of all values as a state that is checked and not used. */
function halves(): KvCodec<"halves"> {
  const decode = ({ bytes, shape, state }: EncodedKv): { keys: Float32Array; values: Float32Array } => {
    if (bytes.length !== maxBytes(shape) - 4) {
      throw new CodecDataError({ codec: "halves", part: "bytes", reason: `are ${bytes.length} long.` });
    }
    if (state.length !== 4) throw new CodecDataError({ codec: "halves", part: "state", reason: "is not 4 bytes long." });
    const all = Float32Array.from(new Uint16Array(bytes.slice().buffer), decodeBf16);
    return { keys: all.slice(0, all.length / 2), values: all.slice(all.length / 2) };
  };
  return {
    specVersion: "v1",
    name: "halves",
    selectors: ["first-key"],
    maxBytes,
    fit: ({ values }) => new Uint8Array(Float32Array.of(values[0] ?? 0).buffer),
    encode: ({ keys, values }, shape, state) => ({
      shape,
      bytes: new Uint8Array(Uint16Array.from([...keys, ...values], encodeBf16).buffer),
      state,
      loss: 0,
    }),
    decode,
    attend: (queries, encoded, scale, read) => {
      const { keys, values } = decode(encoded);
      const { headDim } = encoded.shape;
      const isRead = (token: number): boolean => read === undefined || read.isRead[Math.floor(token / read.blockTokens)] === true;
      const rows = Array.from({ length: queries.length / headDim }, (_, row) =>
        denseAttention(queries.subarray(row * headDim, (row + 1) * headDim), keys, values, scale, isRead),
      );
      return { out: Float32Array.from(rows.flatMap(({ out }) => [...out])), lse: Float32Array.from(rows, ({ lse }) => lse) };
    },
    scoreBlocks: (query, encoded, { blockTokens }) => {
      const { tokens, headDim } = encoded.shape;
      const { keys } = decode(encoded);
      return Float32Array.from({ length: Math.ceil(tokens / blockTokens) }, (_, block) =>
        dot(query, 0, keys, block * blockTokens * headDim, headDim),
      );
    },
  };
}

const settings = (): CodecSettings => ({});

testKvCodec({ describe, it, expect, create: halves, settings, tolerance, maxBytes });

const opposite = ({ blockTokens, isRead }: BlockRead): BlockRead => ({ blockTokens, isRead: isRead.map((is) => !is) });

function failures(create: () => KvCodec): string[] {
  const failed: string[] = [];
  const run = (name: string, body: () => Promise<void> | void): void => {
    try {
      void body();
    } catch {
      failed.push(name);
    }
  };
  testKvCodec({ describe: (_, body) => body(), it: run, expect, create, settings, tolerance, maxBytes });
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
    () => ({ ...halves(), encode: (tokens, shape, state) => (tokens.keys.fill(1), halves().encode(tokens, shape, state)) }),
  ],
  [
    "keeps something aside",
    /needs nothing but/,
    () => {
      const aside = new WeakMap<EncodedKv, Float32Array>();
      return {
        ...halves(),
        encode: (tokens, shape, state) => {
          const encoded = halves().encode(tokens, shape, state);
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
    () => ({ ...halves(), encode: (tokens, shape, state) => ({ ...halves().encode(tokens, shape, state), state: new Uint8Array(5) }) }),
  ],
  ["promises fewer bytes than it takes", /needs nothing but/, () => ({ ...halves(), maxBytes: (shape) => maxBytes(shape) - 1 })],
  [
    "makes a new state for every piece",
    /further pieces/,
    () => ({ ...halves(), encode: (tokens, shape) => halves().encode(tokens, shape, halves().fit(tokens, shape, {})) }),
  ],
  [
    "reads blocks it was not told",
    /reads the blocks/,
    () => ({ ...halves(), attend: (queries, encoded, scale) => halves().attend(queries, encoded, scale) }),
  ],
  [
    "reads the wrong blocks",
    /reads the blocks/,
    () => ({
      ...halves(),
      attend: (queries, encoded, scale, read) => halves().attend(queries, encoded, scale, read && opposite(read)),
    }),
  ],
  [
    "leaves a block unscored",
    /scores every block/,
    () => ({
      ...halves(),
      scoreBlocks: (...args) =>
        halves()
          .scoreBlocks?.(...args)
          .slice(1) as Float32Array,
    }),
  ],
  [
    "takes bytes cut short",
    /refuses data/,
    () => ({
      ...halves(),
      decode: (encoded) =>
        halves().decode({ ...encoded, bytes: Uint8Array.from({ length: maxBytes(encoded.shape) - 4 }, (_, i) => encoded.bytes[i] ?? 0) }),
    }),
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
